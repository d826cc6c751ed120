/** Every device of the lab, struck once at every journal write and at moments between them, by everything that may happen. */
import { DEVICES, interrupt, interruptions, journalWrites, nameOf } from '../interruption/interruption.js';
import { shuffled } from '../support/shuffled.js';

const all: { id: string; run(): Promise<void> }[] = [];
for (const device of DEVICES) {
  for (const interruption of interruptions(await journalWrites(device))) {
    all.push({ id: nameOf(device, interruption), run: () => interrupt(device, interruption) });
  }
}

export const suite = {
  name: 'push-interruptions',
  possible: all.length,
  *cases(seed: number): Iterable<{ id: string; run(): Promise<void> }> {
    yield* shuffled(all, seed);
  },
};
