import { expect } from 'chai';
import fc from 'fast-check';
import type { GuardTest } from '../../../rules/candidates/guard.js';
import { PlaceIndex } from '../../../rules/candidates/place-index.js';

const SEED = Number(process.env['PORTWRIGHT_SEED'] ?? Date.now() % 1_000_000_000);
const PLACE = { fact: 'event', steps: ['x'] };
const word = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
const bound = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(-Infinity, Infinity));

const test: fc.Arbitrary<GuardTest> = fc.oneof(
  fc.oneof(word, fc.integer({ min: -3, max: 3 }), fc.boolean(), fc.constant(null)).map((value) => ({
    ...PLACE,
    kind: 'equals' as const,
    value,
  })),
  word.map((literal) => ({ ...PLACE, kind: 'contains' as const, literal })),
  fc.tuple(bound, bound).map(([low, high]) => ({ ...PLACE, kind: 'between' as const, low, high })),
);
const value = fc.oneof(
  fc.array(word, { maxLength: 4 }).map((parts) => parts.join('')),
  fc.integer({ min: -6, max: 6 }),
  fc.constantFrom('3', '-2.5', '', true, null, undefined),
);

/** The same, one test after the other. */
function passes(asked: GuardTest, given: unknown): boolean {
  switch (asked.kind) {
    case 'equals':
      return asked.value === given;
    case 'contains':
      return typeof given === 'string' && given.includes(asked.literal);
    case 'between':
      if (typeof given !== 'number' && typeof given !== 'string') return false;
      return asked.low <= Number(given) && Number(given) <= asked.high;
  }
}

describe('rules/candidates/place-index', () => {
  it(`finds what asking one test after the other finds, seed ${String(SEED)}`, () => {
    let hits = 0;
    fc.assert(
      fc.property(fc.array(test, { maxLength: 30 }), fc.array(value, { maxLength: 10 }), (tests, values) => {
        const index = new PlaceIndex(
          PLACE,
          tests.map((one, id) => ({ ...one, id })),
        );
        for (const x of values) {
          const found = new Set<number>();
          index.search({ event: { x } }, (id) => found.add(id));
          const wanted = tests.flatMap((one, id) => (passes(one, x) ? [id] : []));
          expect([...found].sort((a, b) => a - b)).to.deep.equal(wanted);
          hits += wanted.length;
        }
      }),
      { numRuns: 300, seed: SEED },
    );
    // Some 590 in the middle of 300 seeds, 467 at the least.
    expect(hits).to.be.above(200);
  });
});
