import { expect } from 'chai';
import fc from 'fast-check';
import { compareVersions } from '../../rules/version-order.js';

describe('rules/version-order', () => {
  const ascending: readonly (readonly string[])[] = [
    ['12.3(1a)', '12.3(9)', '12.3(9a)', '12.3(10)', '12.4(1)', '15.0(1)M'],
    ['17.3.4', '17.3.4a', '17.3.5', '17.12.1'],
    ['21.4R3', '21.4R3-S2', '21.4R3-S10', '22.1R1'],
    ['30.7.1.1', '30.7.1.1-patch1-5', '30.7.2.1'],
    ['2.0.0-alpha1', '2.0.0-beta1', '2.0.0-rc1', '2.0.0-rc2', '2.0.0', '2.0.1'],
    ['9.99999999999999999998', '9.99999999999999999999'],
  ];
  for (const versions of ascending) {
    it(versions.join(' < '), () => {
      for (const [i, older] of versions.entries()) {
        expect(compareVersions(older, older)).to.equal(0);
        for (const newer of versions.slice(i + 1)) {
          expect(compareVersions(older, newer), `${older} ${newer}`).to.be.below(0);
          expect(compareVersions(newer, older), `${newer} ${older}`).to.be.above(0);
        }
      }
    });
  }

  it('takes letter case and leading zeros for nothing', () => {
    expect(compareVersions('15.0(01)m', '15.0(1)M')).to.equal(0);
  });

  it('is an order: antisymmetric and transitive on any texts', () => {
    const version = fc.stringMatching(/^[0-9a-c.()-]{0,8}$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).to.equal(0 - Math.sign(compareVersions(b, a)));
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) expect(compareVersions(a, c)).to.be.at.most(0);
      }),
      { verbose: true },
    );
  });
});
