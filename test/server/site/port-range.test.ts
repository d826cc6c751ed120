import { expect } from 'chai';
import { PORT_RANGE_PATTERN, parsePortRange } from '../../../server/site/port-range.js';

describe('server/site/port-range', () => {
  it('takes one port or two, in any order', () => {
    expect(parsePortRange('50000-50007')).to.deep.equal({ first: 50_000, last: 50_007 });
    expect(parsePortRange('50007-50000')).to.deep.equal({ first: 50_000, last: 50_007 });
    expect(parsePortRange('6900')).to.deep.equal({ first: 6900, last: 6900 });
  });

  it('knows a range from other texts', () => {
    const pattern = new RegExp(PORT_RANGE_PATTERN);
    for (const text of ['1-65535', '50000-50007', '6900']) expect(pattern.test(text), text).to.equal(true);
    for (const text of ['', '0-5', '65536', '1-', '-5', '1-2-3', '1 - 2', 'a-b']) {
      expect(pattern.test(text), text).to.equal(false);
    }
  });
});
