import { expect } from 'chai';
import fc from 'fast-check';
import { findJsonFault } from '../../../server/site/json-fault.js';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('findJsonFault', () => {
  it('finds nothing in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        expect(findJsonFault(JSON.stringify(value, undefined, indent))).to.equal(undefined);
      }),
    );
  });

  it('agrees with JSON.parse on texts with one character changed', () => {
    const one = fc.constantFrom(...Array.from('{}[],:"\\ \n0-.eE1tfn/u\u0001'));
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), one, fc.boolean(), (value, at, char, replace) => {
        const text = JSON.stringify(value);
        const place = at % (text.length + 1);
        const changed = text.slice(0, place) + char + text.slice(place + (replace ? 1 : 0));
        const fault = findJsonFault(changed);
        fc.pre(fault?.wanted !== 'each key once');
        expect(fault === undefined, changed).to.equal(parses(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the place of the fault', () => {
    expect(findJsonFault('[1, 2 3]')).to.deep.equal({ offset: 6, wanted: '"," or "]"' });
    expect(findJsonFault('{"a" 1}')).to.deep.equal({ offset: 5, wanted: '":" after the key' });
    expect(findJsonFault('')).to.deep.equal({ offset: 0, wanted: 'a JSON value' });
    expect(findJsonFault('{} x')).to.deep.equal({ offset: 3, wanted: 'nothing after the value' });
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(findJsonFault('['.repeat(100_000))?.wanted).to.equal('at most 200 levels');
  });
});
