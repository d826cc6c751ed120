/** Pushes and downloads to the lab's devices, each interrupted once: what has gone wrong before, and a seeded sample of the whole table. */
import { expect } from 'chai';
import { shuffled } from '../support/shuffled.js';
import { DEVICES, UPGRADES, interrupt, interruptions, journalWrites, nameOf } from './interruption.js';
import type { Interruption } from './interruption.js';
import type { LabDeviceCase } from './lab-world.js';

const SAMPLE = 60;
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));

const after = (write: number, strike: Interruption['strike'], delayMs: number, lastsMs: number): Interruption => ({
  ...{ strike, write, side: 'after', delayMs, lastsMs },
});

const deviceNamed = (name: string): LabDeviceCase => DEVICES.find(({ device }) => device === name)!;

/** Each ended otherwise once: with the line in configuration mode, with a second commit refused, with a new image called a stranger. */
const FOUND: readonly (readonly [device: string, interruption: Interruption])[] = [
  ['cisco-1760', after(14, 'nodeKilled', 2000, 1000)],
  ['cisco-2960', after(13, 'nodeKilled', 2000, 1000)],
  ['cisco-2951', after(13, 'cablePulled', 2000, 100_000)],
  ['cisco-9300', { ...after(29, 'nodeKilled', 0, 200_000), side: 'before' }],
  ['cisco-9300', after(27, 'powerCut', 0, 5000)],
  ['extreme-x460g2', after(19, 'powerCut', 300, 5000)],
  ['extreme-x460g2', after(20, 'powerCut', 0, 5000)],
];

describe('an upgrade of the lab, interrupted', function () {
  this.timeout(120_000);

  for (const [name, interruption] of FOUND) {
    const device = deviceNamed(name);
    it(nameOf(device, interruption), () => interrupt(device, interruption));
  }

  it(`${String(SAMPLE)} of the table, seed ${String(SEED)}`, async () => {
    const table: (readonly [LabDeviceCase, Interruption])[] = [];
    for (const device of UPGRADES) {
      for (const interruption of interruptions(await journalWrites(device))) table.push([device, interruption]);
    }
    expect(table.length).to.be.greaterThan(5000);
    for (const [device, interruption] of shuffled(table, SEED).slice(0, SAMPLE)) await interrupt(device, interruption);
  });
});
