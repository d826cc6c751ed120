/** SIGKILL at every write of the journal, before it and after it, alone and together with what devices do. */
import { expect } from 'chai';
import { AWAY_MS, holdToPromise, journalWrites, pushKilled } from './push-killed.js';
import type { Mishap } from './model-router.js';

const MISHAPS: readonly (readonly Mishap[])[] = [
  [],
  ['tftpTimeout'],
  ['bitFlip'],
  ['bootsOld'],
  ['powerLossInTransfer'],
  ['standsAtLoader'],
  ['neverBack'],
];

describe('pushOs, the node killed', () => {
  for (const mishaps of MISHAPS) {
    it(`at every write of the journal (${mishaps.join(', ') || 'healthy device'})`, async function () {
      this.timeout(60_000);
      const writes = await journalWrites(mishaps);
      expect(writes).to.be.greaterThan(10);
      for (let write = 0; write < writes; write++) {
        for (const side of ['before', 'after'] as const) {
          for (const awayMs of AWAY_MS) {
            const world = await pushKilled(mishaps, [{ write, side, awayMs }]);
            holdToPromise(world, `${mishaps.join()} killed ${side} write ${String(write)}, away ${String(awayMs)} ms`);
          }
        }
      }
    });
  }
});
