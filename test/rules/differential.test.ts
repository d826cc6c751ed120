import { expect } from 'chai';
import { agreeOn, SEED } from './differential.js';

const RUNS = 400;

describe('rules against plain json-rules-engine', () => {
  it(`agree on ${String(RUNS)} random rules and events, seed ${String(SEED)}`, async () => {
    const { fired, not, leaves } = await agreeOn(RUNS);
    console.log(`      ${String(fired)} fired, ${String(not)} did not, ${String(leaves)} conditions compared`);
    expect(Math.min(fired, not)).to.be.above(20);
  });
});
