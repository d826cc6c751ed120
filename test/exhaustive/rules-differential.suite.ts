/** A hundred thousand random pairs of a rule and an event, each decided as a plain json-rules-engine Engine decides it. */
import { expect } from 'chai';
import { agreeOn } from '../rules/differential.js';

const PAIRS_A_CASE = 1000;
const CASES = 100;

export const suite = {
  name: 'rules-differential, a thousand pairs a case',
  possible: CASES,
  *cases(seed: number): Iterable<{ id: string; run(): Promise<void> }> {
    for (let i = 0; i < CASES; i++) {
      const own = (seed + i) >>> 0;
      yield { id: String(own), run: () => agree(own) };
    }
  },
};

async function agree(seed: number): Promise<void> {
  const { fired, not } = await agreeOn(PAIRS_A_CASE, seed);
  expect(Math.min(fired, not)).to.be.above(0);
}
