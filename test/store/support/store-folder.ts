/** Data folders and stores for the tests of the store: a clock that the test moves, a log that it can read. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeEvent } from '../../../core/event.js';
import type { Event } from '../../../core/event.js';
import type { JobRecord } from '../../../core/job.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Log } from '../../../core/ports/log.js';
import { openStores } from '../../../store/index.js';
import type { Stores, StoresOptions } from '../../../store/index.js';

export const START_MS = 1_795_392_000_000; // 2026-11-23T00:00:00Z
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const DEFAULT_RETENTION = {
  eventsMs: 14 * DAY_MS,
  consoleLogsMs: 30 * DAY_MS,
  transcriptsMs: 400 * DAY_MS,
  maxBytes: 5_000_000_000,
};

/** Wall time moves only when the test says so; delays pass in real time. */
export interface TestClock extends Clock {
  wallMs: number;
}

export function testClock(): TestClock {
  return {
    wallMs: START_MS,
    nowMs() {
      return this.wallMs;
    },
    monotonicMs: () => performance.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  };
}

export interface TestLog extends Log {
  readonly lines: string[];
}

export function testLog(): TestLog {
  const lines: string[] = [];
  const add = (message: string): void => {
    lines.push(message);
  };
  return { lines, debug: add, info: add, warn: add, error: add };
}

/** A folder under the system's own for temporary files; removed by `removeFolders`. */
const made: string[] = [];

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portwright-store-'));
  made.push(folder);
  return folder;
}

export async function removeFolders(): Promise<void> {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
}

export interface StartedStores {
  readonly stores: Stores;
  readonly clock: TestClock;
  readonly log: TestLog;
}

export async function startStores(dataDir: string, options: Partial<StoresOptions> = {}): Promise<StartedStores> {
  const clock = testClock();
  const log = testLog();
  const stores = openStores({ dataDir, clock, log, retention: DEFAULT_RETENTION, ...options });
  await stores.start();
  return { stores, clock, log };
}

export function testEvent(
  id: string,
  options: { timeMs?: number; portId?: string; type?: string; text?: string } = {},
): Event {
  const { timeMs = START_MS, portId = 'aus-1:1/1', type = 'console.line', text = 'a line' } = options;
  const port = { name: portId.split(':')[1]!, id: portId };
  return makeEvent({ id, node: 'aus-1', port, type, timeMs, authenticated: true, data: { line: text } });
}

export function testJob(id: string, options: Partial<JobRecord> = {}): JobRecord {
  return {
    id,
    format: 1,
    portId: 'aus-1:1/1',
    action: 'pushOs',
    params: { version: 'candidate' },
    uses: 'line',
    intent: 'write',
    cause: { kind: 'api', name: 'test' },
    state: 'queued',
    step: 'facts',
    stepIntended: false,
    memory: {},
    attempts: [],
    cancelRequested: false,
    createdAtMs: START_MS,
    ...options,
  };
}

/** Bytes of all files below a folder, but for those whose path contains one of `without`. */
export async function folderBytes(folder: string, without: readonly string[] = []): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || without.some((part) => path.includes(part))) continue;
    sum += await stat(path).then(
      (found) => found.size,
      () => 0,
    );
  }
  return sum;
}

/** Seeded randomness (mulberry32): the same seed gives the same run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
