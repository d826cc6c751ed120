/** Two kills in one push, at every pair of journal writes and sides, with every mishap of the model router. */
import { AWAY_MS, holdToPromise, journalWrites, pushKilled } from '../actions/push-killed.js';
import type { Kill } from '../actions/push-killed.js';
import { shuffled } from '../support/shuffled.js';
import type { Mishap } from '../actions/model-router.js';

const MISHAPS: readonly (readonly Mishap[])[] = [
  [],
  ['tftpTimeout'],
  ['bitFlip'],
  ['bootsOld'],
  ['interfaceLost'],
  ['powerLossInTransfer'],
  ['powerLossForGood'],
  ['neverBack'],
  ['standsAtLoader'],
  ['reloadRefused'],
];
const PAIRS = [
  ['before', 'before'],
  ['before', 'after'],
  ['after', 'before'],
  ['after', 'after'],
] as const;

const all: { id: string; mishaps: readonly Mishap[]; kills: readonly Kill[] }[] = [];
for (const mishaps of MISHAPS) {
  const writes = await journalWrites(mishaps);
  for (let first = 0; first < writes; first++) {
    for (let gap = 1; gap <= 8; gap++) {
      for (const [side, second] of PAIRS) {
        for (const awayMs of AWAY_MS) {
          const kills = [
            { write: first, side, awayMs },
            { write: first + gap, side: second, awayMs: AWAY_MS[gap % 2] ?? 0 },
          ];
          const id = `${mishaps.join('+') || 'healthy'} ${String(first)}${side} +${String(gap)}${second} ${String(awayMs)}`;
          all.push({ id, mishaps, kills });
        }
      }
    }
  }
}

export const suite = {
  name: 'push-kills',
  possible: all.length,
  *cases(seed: number): Iterable<{ id: string; run(): Promise<void> }> {
    for (const { id, mishaps, kills } of shuffled(all, seed)) {
      yield { id, run: async () => holdToPromise(await pushKilled(mishaps, kills), id) };
    }
  },
};
