import { expect } from 'chai';
import { etagOf, judge } from '../../../protocols/http/conditions.js';
import type { Conditions } from '../../../protocols/http/conditions.js';

const ETAG = '"aa"';
const RANGE = 'bytes=5-';

const CASES: readonly (readonly [conditions: Conditions, kind: string, kindWithoutTag: string])[] = [
  [{}, 'whole', 'whole'],
  [{ range: RANGE }, 'ranges', 'ranges'],
  [{ range: 'bytes=10-' }, 'unsatisfiable', 'unsatisfiable'],
  [{ ifNoneMatch: ETAG }, 'notModified', 'whole'],
  [{ ifNoneMatch: '"bb", W/"aa"' }, 'notModified', 'whole'],
  [{ ifNoneMatch: '*' }, 'notModified', 'notModified'],
  [{ ifNoneMatch: '"bb"' }, 'whole', 'whole'],
  [{ ifNoneMatch: 'aa' }, 'whole', 'whole'],
  [{ ifMatch: ETAG }, 'whole', 'preconditionFailed'],
  [{ ifMatch: 'W/"aa"' }, 'preconditionFailed', 'preconditionFailed'],
  [{ ifMatch: '"bb"' }, 'preconditionFailed', 'preconditionFailed'],
  [{ ifMatch: '*' }, 'whole', 'whole'],
  // The precondition decides before the cache does, and both before the range (§13.2.2).
  [{ ifMatch: '"bb"', ifNoneMatch: ETAG, range: RANGE }, 'preconditionFailed', 'preconditionFailed'],
  [{ ifNoneMatch: ETAG, range: RANGE }, 'notModified', 'ranges'],
  [{ ifRange: ETAG, range: RANGE }, 'ranges', 'whole'],
  [{ ifRange: '"bb"', range: RANGE }, 'whole', 'whole'],
  [{ ifRange: 'W/"aa"', range: RANGE }, 'whole', 'whole'],
  [{ ifRange: 'Wed, 25 Nov 2026 10:00:00 GMT', range: RANGE }, 'whole', 'whole'],
];

describe('protocols/http/conditions', () => {
  for (const [conditions, kind, kindWithoutTag] of CASES) {
    it(`${JSON.stringify(conditions)}: ${kind}, without a tag ${kindWithoutTag}`, () => {
      expect(judge(conditions, { etag: ETAG, sizeBytes: 10 }).kind).to.equal(kind);
      expect(judge(conditions, { sizeBytes: 10 }).kind).to.equal(kindWithoutTag);
    });
  }

  it('makes the tag of the hash', () => {
    expect(etagOf('aa')).to.equal('"aa"');
    expect(etagOf(undefined)).to.equal(undefined);
  });
});
