/**
 * A process that writes until it is killed, or until its disk is full: `node store-writer.js DATA_DIR kill|full`. One line a
 * fact on its standard output; `ack` is printed only after the store has answered.
 */
import { rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PortwrightError } from '../../../core/errors/index.js';
import type { Event } from '../../../core/event.js';
import type { JobRecord } from '../../../core/job.js';
import { openStores } from '../../../store/index.js';
import type { Stores } from '../../../store/index.js';

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

export function writtenEvent(id: string, text = ''): Event {
  const source = '/nodes/n';
  const time = '2026-11-23T00:00:00.000Z';
  const type = 'job.changed';
  return {
    specversion: '1.0',
    id,
    source,
    type,
    time,
    datacontenttype: 'application/json',
    authenticated: true,
    data: { text },
  };
}

function job(id: string): JobRecord {
  const cause = { kind: 'api', name: 'writer' } as const;
  const fixed = { format: 1, portId: 'p', action: 'pushOs', params: {}, uses: 'line', intent: 'write', cause } as const;
  const moving = { state: 'running', step: 'a', stepIntended: false, memory: {}, attempts: [] } as const;
  return { id, ...fixed, ...moving, cancelRequested: false, createdAtMs: 1 };
}

async function writeJob(stores: Stores, worker: number): Promise<void> {
  const jobId = `job-${worker}`;
  await stores.jobs.create(job(jobId), []);
  for (let seq = 1; ; seq += 1) {
    const id = `${jobId}-${seq}`;
    const journal = { seq, step: 's', phase: 'done', atMs: seq } as const;
    await stores.jobs.change({ jobId, memory: { seq }, journal, events: [writtenEvent(id)] });
    say(`ack change ${id}`);
    await stores.events.append(writtenEvent(id));
    say(`ack event ${id}`);
  }
}

async function untilKilled(stores: Stores): Promise<void> {
  say('ready');
  await Promise.all([0, 1, 2, 3, 4, 5].map((worker) => writeJob(stores, worker)));
}

/** Fills the disk, sees the refusal, makes room, sees it work again, and says which events it was promised. */
async function untilFull(stores: Stores, dataDir: string): Promise<void> {
  const ballast = join(dataDir, 'ballast');
  writeFileSync(ballast, new Uint8Array(1_000_000));
  await stores.jobs.create(job('full'), []);
  let code = '';
  for (let n = 0; code === ''; n += 1) {
    try {
      await stores.jobs.change({ jobId: 'full', memory: { n }, events: [writtenEvent(`e${n}`, 'x'.repeat(20_000))] });
      say(`ack change e${n}`);
    } catch (error) {
      code = error instanceof PortwrightError ? error.code : String(error);
    }
  }
  say(`refused ${code}`);
  say(`readable ${(await stores.jobs.get('full')) !== undefined}`);
  rmSync(ballast);
  await stores.jobs.change({ jobId: 'full', step: 'recovered', events: [] });
  for (const { event } of await stores.jobs.owed(10_000)) say(`owed ${event.id}`);
  say(`step ${(await stores.jobs.get('full'))?.step}`);
  await stores.stop();
}

async function run(dataDir: string, mode: string | undefined): Promise<void> {
  const nothing = (): void => undefined;
  const stores = openStores({
    dataDir,
    clock: { nowMs: () => 1, monotonicMs: () => 1, after: () => nothing, sleep: () => Promise.resolve() },
    log: { debug: nothing, info: nothing, warn: say, error: say },
    retention: { eventsMs: 1e12, consoleLogsMs: 1e12, transcriptsMs: 1e12, maxBytes: 1e9 },
  });
  await stores.start();
  await (mode === 'full' ? untilFull(stores, dataDir) : untilKilled(stores));
}

const [, , dataDir, mode] = process.argv;
if (dataDir !== undefined && mode !== undefined) await run(dataDir, mode);
