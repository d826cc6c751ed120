import { expect } from 'chai';
import { inPrefix, isPrefix } from '../../rules/cidr.js';

describe('rules/cidr', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['192.0.2.7', '192.0.2.0/24', true],
    ['192.0.3.7', '192.0.2.0/24', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.8', '192.0.2.7/32', false],
    ['203.0.113.9', '0.0.0.0/0', true],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1/128', true],
    ['::ffff:192.0.2.7', '192.0.2.0/24', true],
    ['::1', '0.0.0.0/0', false],
    ['fe80::1', '::/0', true],
    ['not an address', '0.0.0.0/0', false],
    ['192.0.2.256', '192.0.2.0/24', false],
    ['1.2.3', '0.0.0.0/0', false],
  ];
  for (const [address, prefix, wanted] of rows) {
    it(`${address} ${wanted ? 'is' : 'is not'} in ${prefix}`, () => {
      expect(inPrefix(address, prefix)).to.equal(wanted);
    });
  }

  it('tells prefixes from other texts', () => {
    const good = ['10.0.0.0/8', '10.1.2.3', '::', '::/0', '2001:db8::/32', '1:2:3:4:5:6:7:8', '::192.0.2.1'];
    const bad = [
      '',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '::/129',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7:8:9',
      'g::',
      '01.2.3.4',
    ];
    expect(good.filter((text) => !isPrefix(text))).to.deep.equal([]);
    expect(bad.filter(isPrefix)).to.deep.equal([]);
  });
});
