/** Seeded randomness for tests; the seed is printed, and `PORTWRIGHT_SEED` repeats a run. */

/** Whole numbers from 0 up to but without `limit`: mulberry32, a 32-bit generator that is enough to choose cases. */
export function seeded(test: Mocha.Context): (limit: number) => number {
  const given = process.env['PORTWRIGHT_SEED'];
  let state = given === undefined ? Date.now() % 0xffffffff : Number(given);
  process.stdout.write(`      seed ${String(state)} (${test.test?.title ?? ''})\n`);
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
