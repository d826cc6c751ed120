import { expect } from 'chai';
import { fillPattern, fillTemplate } from '../../core/template.js';

describe('fillPattern', () => {
  it('a slot stands for its literal text, whatever a pattern would make of it', () => {
    for (const value of ['summitX-16.2.5.4.xos', 'a+b(c)[d]{e}|f^g$h', '\\d', 'x*?']) {
      const pattern = new RegExp(`^${fillPattern('on {{file}}!', { file: value })}$`);
      expect(pattern.test(`on ${value}!`), value).to.equal(true);
      expect(pattern.test(`on ${value}x!`), value).to.equal(false);
    }
  });

  it('leaves a pattern without slots as it is, and refuses a slot that nobody fills', () => {
    expect(fillPattern('^(\\d{1,3}) .*{2}', {})).to.equal('^(\\d{1,3}) .*{2}');
    expect(() => fillPattern('{{slot}}', {}))
      .to.throw()
      .with.property('code', 'TEMPLATE_SLOT_UNKNOWN');
  });
});

describe('fillTemplate', () => {
  const template = 'download image {{server:ip}}[[ block-size {{property.blockSize:int}}]] {{otherSlot}}';
  const values = { server: '192.0.2.1', otherSlot: 'primary' };

  it('an optional part stands where its slots are filled, and only there', () => {
    expect(fillTemplate(template, values)).to.equal('download image 192.0.2.1 primary');
    expect(fillTemplate(template, { ...values, 'property.blockSize': 1024 })).to.equal(
      'download image 192.0.2.1 block-size 1024 primary',
    );
  });

  it('refuses a value of the wrong type there too', () => {
    expect(() => fillTemplate(template, { ...values, 'property.blockSize': '1024\nreboot' }))
      .to.throw()
      .with.property('code', 'TEMPLATE_VALUE_REFUSED');
  });
});
