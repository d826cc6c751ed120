/** One push with the node killed at one write of its journal, taken up by a new process, and held to the promise. */
import { expect } from 'chai';
import type { JobRecord } from '../../core/job.js';
import type { Mishap } from './model-router.js';
import { PushWorld } from './push-world.js';

export interface Kill {
  readonly write: number;
  readonly side: 'before' | 'after';
  /** How long the node is away, ms: a reload that takes 90 s is seen half-way, or over. */
  readonly awayMs: number;
}

export const AWAY_MS: readonly number[] = [1000, 200_000];

const OLD = 'c1700-y-mz.123-9.bin';
const NEW = 'c1700-y-mz.123-1a.bin';
/** Simulated time that a push may take with every wait in it. */
const LIMIT_MS = 6 * 3_600_000;

/** Writes of the job's journal in an unbroken push with this mishap. */
export async function journalWrites(mishaps: readonly Mishap[]): Promise<number> {
  const world = new PushWorld({ mishaps, settings: { osPushAlternative: 'tftp' } });
  await world.push();
  await world.toRest(LIMIT_MS);
  return world.store.writes;
}

/** Pushes, kills once or several times, restarts, and returns the world at rest. */
export async function pushKilled(mishaps: readonly Mishap[], kills: readonly Kill[]): Promise<PushWorld> {
  const world = new PushWorld({ mishaps, settings: { osPushAlternative: 'tftp' } });
  const killed = { is: false };
  world.store.onKilled = () => {
    killed.is = true;
  };
  await world.push();
  for (const kill of kills) {
    world.store.killAt = kill;
    await world.clock.runUntilIdle(LIMIT_MS, () => killed.is || atRest(world.job()));
    if (!killed.is) break;
    killed.is = false;
    await world.clock.advance(kill.awayMs);
    await world.restart().start();
  }
  await world.clock.runUntilIdle(LIMIT_MS, () => atRest(world.job()));
  return world;
}

function atRest(job: JobRecord): boolean {
  return job.state === 'ended' || job.state === 'waiting';
}

/** The promise: one reload command at most, the running file untouched, and a verdict that is what the device shows. */
export function holdToPromise(world: PushWorld, name: string, job: JobRecord = world.job()): void {
  const { router } = world;
  const { end, state } = job;
  expect(end, `${name}: has a verdict`).not.to.equal(undefined);
  expect(router.reloadCommands, `${name}: reload commands`).to.be.at.most(1);
  expect(router.runningFileWrites, `${name}: writes to the running file`).to.equal(0);
  expect(world.promoted.length, `${name}: promotions`).to.equal(end?.verdict === 'succeeded' ? 1 : 0);
  switch (end?.verdict) {
    case 'succeeded':
      expect(router.running, `${name}: runs`).to.equal(NEW);
      return;
    case 'failed':
    case 'rolledBack':
      expect(router.running, `${name}: runs`).to.equal(OLD);
      expect(router.savedBootList[0] ?? OLD, `${name}: boots next`).to.equal(OLD);
      return;
    case 'unknown':
      expect(state, `${name}: goes on when the device can be read`).to.equal('waiting');
      expect(router.mode, `${name}: the device`).to.equal('off');
      return;
    case 'degraded':
      expect(router.mishaps.has('interfaceLost') || router.mode === 'loader', `${name}: not well indeed`).to.equal(
        true,
      );
      return;
    default:
      expect.fail(`${name}: verdict ${String(end?.verdict)}`);
  }
}
