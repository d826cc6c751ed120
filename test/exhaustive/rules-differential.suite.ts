/** A hundred thousand random pairs of a rule and an event, each decided as a plain json-rules-engine Engine decides it. */
import { expect } from 'chai';
import { agreeOn, SEED } from '../rules/differential.js';

const PAIRS = 100_000;
/** Random events of other types or ports reach no rule. */
const LEAST_COMPARED = PAIRS / 10;

describe('rules against plain json-rules-engine, exhaustive', () => {
  it(`agree on ${String(PAIRS)} random rules and events, seed ${String(SEED)}`, async function () {
    this.timeout(1_800_000);
    const { fired, not, leaves } = await agreeOn(PAIRS);
    console.log(`      ${String(fired)} fired, ${String(not)} did not, ${String(leaves)} conditions compared`);
    expect(Math.min(fired, not)).to.be.above(LEAST_COMPARED);
  });
});
