import { expect } from 'chai';
import { isAtLeast } from '../../core/version.js';

describe('isAtLeast', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['15.7.1', '15.7.1', true],
    ['15.7.1.4-patch1-2', '15.7.1', true],
    ['15.10.1.1', '15.7.1', true],
    ['15.4.1.3-patch1-12', '15.7.1', false],
    ['15.7', '15.7.1', false],
    ['30.1', '15.7.1', true],
    ['unknown', '15.7.1', false],
  ];
  for (const [version, least, wanted] of rows) {
    it(`${version} is ${wanted ? '' : 'not '}at least ${least}`, () => {
      expect(isAtLeast(version, least)).to.equal(wanted);
    });
  }
});
