/** Every device of the lab and every way to upgrade it, struck once at every journal write and at moments between them, by everything that may happen. */
import { UPGRADES, interrupt, interruptions, journalWrites, nameOf } from '../interruption/interruption.js';
import { shuffled } from '../support/shuffled.js';

const all: { id: string; run(): Promise<void> }[] = [];
for (const device of UPGRADES) {
  for (const interruption of interruptions(await journalWrites(device))) {
    all.push({ id: nameOf(device, interruption), run: () => interrupt(device, interruption) });
  }
}

export const suite = {
  name: 'interruptions',
  possible: all.length,
  *cases(seed: number): Iterable<{ id: string; run(): Promise<void> }> {
    yield* shuffled(all, seed);
  },
};
