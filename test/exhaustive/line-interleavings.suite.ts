/** Ten thousand interleavings of jobs, persons, polls, reconnects and leases on one line (ARCHITECTURE 13). */
import { lineInterleaving } from '../connectors/sessions/line-interleavings.js';

const CASES = 10_000;

export const suite = {
  name: 'line-interleavings',
  possible: CASES,
  *cases(seed: number): Iterable<{ id: string; run(): Promise<void> }> {
    for (let i = 0; i < CASES; i++) {
      const own = (seed + i) >>> 0;
      yield { id: String(own), run: () => lineInterleaving(own) };
    }
  },
};
