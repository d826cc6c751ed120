/**
 * A push or download to a device of the lab, struck once: what happened, when, and how long it lasted. Whatever it is, in the end the
 * device runs an image that was verified, boots the same one again, and the job says which.
 */
import { expect } from 'chai';
import { LabWorld } from './lab-world.js';
import type { LabDeviceCase } from './lab-world.js';

export type Strike =
  /** SIGKILL of the node. */
  | 'nodeKilled'
  /** The console cable is pulled. */
  | 'cablePulled'
  | 'powerCut'
  /** The file server dies under its transfers and is there again at once. */
  | 'serverKilled'
  /** The node's disk is full. */
  | 'diskFull'
  /** The device's flash is full from here on. */
  | 'flashFull';

export interface Interruption {
  readonly strike: Strike;
  /** At this write of the job's journal: before it is committed (a kill only), or after. */
  readonly write: number;
  readonly side: 'before' | 'after';
  /** So long after it, ms: into the middle of what the step does. */
  readonly delayMs: number;
  /** Until all is as it should be again, ms. */
  readonly lastsMs: number;
}

export const DEVICES: readonly LabDeviceCase[] = [
  {
    ...{ device: 'cisco-1760', driver: 'cisco-ios', make: 'cisco' },
    image: { fileName: 'c1700-y-mz.123-1a.bin', vendor: 'cisco', family: 'c1700', version: '12.3(1a)' },
  },
  {
    ...{ device: 'cisco-2951', driver: 'cisco-ios', make: 'cisco' },
    image: {
      fileName: 'c2951-universalk9-mz.SPA.152-4.M3.bin',
      vendor: 'cisco',
      family: 'c2951',
      version: '15.2(4)M3',
    },
  },
  {
    ...{ device: 'cisco-2960', driver: 'cisco-ios', make: 'cisco' },
    image: { fileName: 'c2960-lanbasek9-mz.152-7.E8.bin', vendor: 'cisco', family: 'c2960', version: '15.2(7)E8' },
  },
  {
    ...{ device: 'cisco-9300', driver: 'cisco-iosxe', make: 'cisco' },
    image: { fileName: 'cat9k_iosxe.17.03.04.SPA.bin', vendor: 'cisco', family: 'cat9k', version: '17.3.4' },
  },
  {
    ...{ device: 'extreme-x460g2', driver: 'extreme-exos', make: 'extreme' },
    image: { fileName: 'summitX-16.2.5.4.xos', vendor: 'extreme', family: 'summitX', version: '16.2.5.4' },
  },
  {
    ...{ device: 'extreme-x460g2-stack', driver: 'extreme-exos', make: 'extreme' },
    image: { fileName: 'summitX-16.2.5.4.xos', vendor: 'extreme', family: 'summitX', version: '16.2.5.4' },
  },
];

/** What `download image` does on a switch to the same end. */
const DOWNLOAD = { name: 'downloadImage', params: { version: 'candidate', reboot: true } };

/** Each device with each action that brings it an image. */
const DOWNLOADS: readonly LabDeviceCase[] = [
  ...DEVICES.filter(({ driver }) => driver === 'extreme-exos'),
  {
    ...{ device: 'extreme-5420', driver: 'extreme-exos', make: 'extreme' },
    image: { fileName: 'summit_arm-32.7.1.9.xos', vendor: 'extreme', family: 'summit_arm', version: '32.7.1.9' },
  },
].map((device) => ({ ...device, action: DOWNLOAD }));

/** The image that comes up tells another version than its name, and the former one is booted again. */
const LEFT_AGAIN: readonly LabDeviceCase[] = DOWNLOADS.slice(0, 2).map((device) => ({
  ...{ ...device, settings: { osPushFallBack: true }, faults: [{ id: 'version-differs' }] },
}));

export const UPGRADES: readonly LabDeviceCase[] = [...DEVICES, ...DOWNLOADS, ...LEFT_AGAIN];

/** Into the step: at once, in its dialogue, in its transfer, in its boot. */
const DELAYS_MS = [0, 300, 2000, 20_000, 80_000];

/** How long each lasts, ms: short enough to be missed, and long enough not to be. */
const LASTS_MS: Readonly<Record<Strike, readonly number[]>> = {
  nodeKilled: [1000, 200_000],
  cablePulled: [2000, 100_000],
  powerCut: [5000],
  serverKilled: [0],
  diskFull: [60_000],
  flashFull: [0],
};

/** Time that a push may take with every wait in it. */
const LIMIT_MS = 8 * 3_600_000;
/** Longer than any boot of the lab. */
const BOOT_MS = 30 * 60_000;

const RELOADS = /^(rel|reb|install activate)/;

/** Writes of the journal in a push that nothing interrupts. */
export async function journalWrites(device: LabDeviceCase): Promise<number> {
  const world = new LabWorld(device);
  try {
    await world.begin();
    await world.clock.runUntilIdle(LIMIT_MS, () => isOver(world));
    const wanted = goesBack(device) ? 'rolledBack' : 'succeeded';
    expect(world.job().end?.verdict, `${device.device}: ${world.story.join('\n')}`).to.equal(wanted);
    return world.store.writes;
  } finally {
    await world.end();
  }
}

/** Every interruption of a push with so many writes. */
export function interruptions(writes: number): readonly Interruption[] {
  const all: Interruption[] = [];
  for (const [strike, lasts] of Object.entries(LASTS_MS) as [Strike, readonly number[]][]) {
    for (let write = 0; write < writes; write++) {
      for (const lastsMs of lasts) {
        if (strike === 'nodeKilled') all.push({ strike, write, side: 'before', delayMs: 0, lastsMs });
        for (const delayMs of DELAYS_MS) all.push({ strike, write, side: 'after', delayMs, lastsMs });
      }
    }
  }
  return all;
}

export function nameOf(one: LabDeviceCase, { strike, write, side, delayMs, lastsMs }: Interruption): string {
  const what = goesBack(one) ? 'left again' : (one.action?.name ?? 'pushOs');
  return `${one.device} ${what} ${strike} ${side} write ${String(write)} +${String(delayMs)} ms for ${String(lastsMs)} ms`;
}

/** The image is not as it should be, so that the former one must run in the end. */
function goesBack({ settings }: LabDeviceCase): boolean {
  return settings?.osPushFallBack === true;
}

/** Pushes, strikes, and holds the end to the promise. */
export async function interrupt(device: LabDeviceCase, interruption: Interruption): Promise<void> {
  const world = new LabWorld(device);
  const name = nameOf(device, interruption);
  try {
    arm(world, interruption);
    await world.begin();
    await world.clock.runUntilIdle(LIMIT_MS, () => isOver(world));
    await holdToPromise(world, device, name);
  } catch (error) {
    if (error instanceof Error) error.message += `\n${world.story.join('\n')}`;
    throw error;
  } finally {
    await world.end();
  }
}

function isOver(world: LabWorld): boolean {
  return world.store.jobs.get(world.jobId)?.state === 'ended';
}

function arm(world: LabWorld, { strike, write, side, delayMs, lastsMs }: Interruption): void {
  const { store, clock } = world;
  const after = (ms: number, act: () => void | Promise<void>): void => void clock.after(ms, () => void act());
  if (strike === 'nodeKilled' && delayMs === 0) {
    store.killAt = { write, side };
    store.onKilled = () => {
      world.kill();
      after(lastsMs, () => world.startAgain());
    };
    return;
  }
  store.onChange = () => {
    if (store.writes - 1 === write) after(delayMs, () => STRIKES[strike](world, (act) => after(lastsMs, act)));
  };
}

type Later = (act: () => void | Promise<void>) => void;

const STRIKES: Readonly<Record<Strike, (world: LabWorld, later: Later) => void | Promise<void>>> = {
  nodeKilled: (world, later) => {
    world.kill();
    later(() => world.startAgain());
  },
  cablePulled: (world, later) => {
    world.pullCable();
    later(() => world.plugCable());
  },
  powerCut: async (world, later) => {
    later(() => world.device.powerOn());
    await world.device.powerOff();
  },
  serverKilled: (world) => world.network.serverDies(),
  diskFull: (world, later) => {
    world.storeFault = new Error('database or disk is full');
    later(() => {
      world.storeFault = undefined;
    });
  },
  flashFull: (world) => world.device.arm({ id: 'no-space' }),
};

async function holdToPromise(world: LabWorld, device: LabDeviceCase, name: string): Promise<void> {
  const job = world.store.jobs.get(world.jobId);
  expect(job?.state, `${name}: the job, at ${String(job?.step)}`).to.equal('ended');
  const verdict = job?.end?.verdict ?? 'none';
  const wanted = verdict === 'succeeded' ? device.image.version : factoryVersion(world);
  expect(['succeeded', 'failed', 'rolledBack'], `${name}: verdict; ${String(job?.end?.sentence)}`).to.include(verdict);
  expect(world.runs, `${name}: ${verdict}, and runs`).to.equal(wanted);
  expect(world.promoted.length, `${name}: promotions`).to.equal(verdict === 'succeeded' ? 1 : 0);
  const { entries } = world;
  const count = (test: (entry: (typeof entries)[number]) => boolean): number => entries.filter(test).length;
  const reloads = count(({ kind, text }) => kind === 'command' && RELOADS.test(String(text)));
  expect(reloads, `${name}: reload commands`).to.be.at.most(goesBack(device) ? 2 : 1);
  const harmful = count(({ kind, running }) => kind.startsWith('flash') && running === true);
  expect(harmful, `${name}: writes to the running image`).to.equal(0);
  await world.device.powerOff();
  world.device.powerOn();
  await world.clock.advance(BOOT_MS);
  expect(world.runs, `${name}: ${verdict}, and runs after a power cycle`).to.equal(wanted);
  expect(world.entries.findLast(({ kind }) => kind === 'booted' || kind === 'loader')?.kind, name).to.equal('booted');
}

function factoryVersion(world: LabWorld): string {
  return String(world.entries.find(({ kind }) => kind === 'booted')?.['version']);
}
