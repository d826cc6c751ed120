/**
 * What is read from devices at an interval (`monitors/*.json`), each reading an event `monitor.facts`, `monitor.command`,
 * `monitor.interface` or `monitor.ping`, each failure `monitor.failed`. A poll is no job: nothing of it is worth going on with after a crash. It takes
 * the line only where it is free, yields to every job and person at once, and then says nothing: its next turn comes.
 */
import { createHash } from 'node:crypto';
import { codeOf, fail, reasonOf } from '../core/errors/index.js';
import { makeEvent } from '../core/event.js';
import type { Event } from '../core/event.js';
import type { Driver } from '../core/driver.js';
import type { FactsRecord } from '../core/facts.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Monitor, Poll, PollContext, Reading, Readings } from '../core/monitor.js';
import { matchesPort } from '../core/port-filter.js';
import type { Clock } from '../core/ports/clock.js';
import type { Console } from '../core/ports/console.js';
import type { OpenDialog } from '../core/ports/dialog.js';
import type { Log } from '../core/ports/log.js';
import type { Pinger } from '../core/ports/pinger.js';
import type { Credentials } from '../core/ports/secrets.js';
import type { VariableStore } from '../core/ports/variable-store.js';

export interface MonitorsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly variables: VariableStore;
  readonly pinger: Pinger;
  readonly read: (context: PollContext, poll: Poll) => Promise<Readings>;
  readonly console: (portId: string) => Console | undefined;
  readonly openDialog: OpenDialog;
  readonly driver: (port: ManagedPort) => Driver;
  readonly credentials: (secret: string) => Credentials;
  /** Jobs of the port wait or run: they come first. */
  readonly isBusy: (portId: string) => boolean;
  readonly factsRead: (portId: string, record: FactsRecord) => void;
  readonly accept: (event: Event) => Promise<number>;
}

/** A poll that takes longer is broken off, ms. */
const POLL_LIMIT_MS = 120_000;
/** Errors that say that somebody else has the line now, or that the console is away, which has an alarm of its own. */
const NOT_NOW: readonly string[] = ['LINE_BUSY', 'LINE_FENCED', 'CONSOLE_LOST'];

/** One monitor on one port. */
interface Task {
  readonly monitor: Monitor;
  readonly port: ManagedPort;
  cancel: () => void;
  running: AbortController | undefined;
}

export class Monitors {
  readonly #deps: MonitorsDeps;
  readonly #readings = new Map<string, Reading>();
  readonly #tasks = new Map<string, Task>();
  #work: Promise<void> = Promise.resolve();
  #running = false;

  constructor(deps: MonitorsDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    for (const [key, value] of await this.#deps.variables.all('reading')) this.#readings.set(key, value as Reading);
  }

  /** Takes these over: what is as it was goes on in its turn. */
  use(monitors: readonly Monitor[], ports: readonly ManagedPort[]): void {
    const wanted = new Map<string, Pick<Task, 'monitor' | 'port'>>();
    for (const monitor of monitors) {
      for (const port of ports)
        if (matchesPort(monitor.ports, port)) wanted.set(keyOf(monitor, port), { monitor, port });
    }
    for (const key of [...this.#readings.keys()]) if (!wanted.has(key)) this.#forget(key);
    for (const [key, task] of [...this.#tasks]) {
      const now = wanted.get(key);
      if (now !== undefined && same(now, task)) wanted.delete(key);
      else this.#drop(key, task);
    }
    for (const [key, { monitor, port }] of wanted) {
      const task: Task = { monitor, port, cancel: () => undefined, running: undefined };
      this.#tasks.set(key, task);
      if (this.#running) this.#arm(task, firstAfterMs(monitor, key));
    }
  }

  start(): void {
    this.#running = true;
    for (const [key, task] of this.#tasks) this.#arm(task, firstAfterMs(task.monitor, key));
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const [key, task] of [...this.#tasks]) this.#drop(key, task);
    await this.#work;
  }

  /** What the port's monitors last found, by name. */
  readings(portId: string): readonly Reading[] {
    const own = [...this.#readings].filter(([key]) => key.startsWith(`${portId} `)).map(([, reading]) => reading);
    return own.sort((a, b) => a.monitor.localeCompare(b.monitor));
  }

  /** Nobody reads it any more: what it was says nothing about now. */
  #forget(key: string): void {
    this.#readings.delete(key);
    this.#deps.variables.remove('reading', key).catch((error: unknown) => {
      this.#deps.log.warn('a reading stays', { key, reason: reasonOf(error) });
    });
  }

  #drop(key: string, task: Task): void {
    task.cancel();
    task.running?.abort(fail('TRANSFER_ABORTED', { method: 'monitor', reason: 'it is not wanted any more' }));
    this.#tasks.delete(key);
  }

  #arm(task: Task, delayMs: number): void {
    task.cancel = this.#deps.clock.after(delayMs, () => {
      // A turn that comes while the last one still runs is left out.
      this.#arm(task, task.monitor.everyMs);
      if (task.running !== undefined) return;
      const run = this.#run(task).catch((error: unknown) => {
        this.#deps.log.error('a monitor waits for the store', { port: task.port.id, reason: reasonOf(error) });
      });
      this.#work = Promise.all([this.#work, run]).then(() => undefined);
    });
  }

  async #run(task: Task): Promise<void> {
    const { monitor, port } = task;
    const { clock } = this.#deps;
    const stop = new AbortController();
    task.running = stop;
    const atMs = clock.nowMs();
    const cancelLimit = clock.after(Math.min(POLL_LIMIT_MS, monitor.everyMs), () => {
      stop.abort(fail('DEVICE_SILENT', { port: port.id, seconds: Math.min(POLL_LIMIT_MS, monitor.everyMs) / 1000 }));
    });
    try {
      const values = await this.#poll(task, stop.signal);
      if (values !== undefined) await this.#told(task, atMs, values);
    } catch (error) {
      if (!NOT_NOW.includes(codeOf(error)) && this.#tasks.has(keyOf(monitor, port)))
        await this.#failed(task, atMs, error);
    } finally {
      cancelLimit();
      task.running = undefined;
    }
  }

  /** Undefined where it was not the time for it. */
  async #poll({ monitor, port }: Task, signal: AbortSignal): Promise<Readings | undefined> {
    const { clock, pinger, variables, credentials, factsRead } = this.#deps;
    const driver = this.#deps.driver(port);
    const frame = { port, driver, clock, signal, pinger };
    const rememberFacts = async (record: FactsRecord): Promise<void> => {
      await variables.set('facts', port.id, record as unknown as JsonObject);
      factsRead(port.id, record);
    };
    const noLine = (): never => {
      throw fail('CONSOLE_ABSENT', { port: port.id });
    };
    const own = { credentials: (secret = port.credentials) => (secret === undefined ? {} : credentials(secret)) };
    if (monitor.poll.kind === 'ping')
      return this.#deps.read({ ...frame, ...own, rememberFacts, dialog: noLine }, monitor.poll);
    const console = this.#deps.console(port.id);
    if (console === undefined) return noLine();
    // Whoever holds the line, or waits for it, comes first.
    if (!console.open || console.mode !== 'idle' || console.person !== undefined || this.#deps.isBusy(port.id))
      return undefined;
    const line = console.claim(`monitor ${monitor.name}`, { kind: 'poll' });
    try {
      const dialog = Promise.resolve(this.#deps.openDialog(line, driver.dialog, signal));
      return await this.#deps.read({ ...frame, ...own, rememberFacts, dialog: () => dialog }, monitor.poll);
    } finally {
      line.release();
    }
  }

  async #told({ monitor, port }: Task, atMs: number, values: Readings): Promise<void> {
    const key = keyOf(monitor, port);
    const before = this.#readings.get(key);
    const previous = before?.values ?? {};
    const changed = [...new Set([...Object.keys(values), ...Object.keys(previous)])].filter(
      (name) => before !== undefined && values[name] !== previous[name],
    );
    await this.#keep(key, {
      monitor: monitor.name,
      kind: monitor.poll.kind,
      atMs,
      values: { ...values },
      failures: 0,
      code: '',
    });
    const data = { monitor: monitor.name, values: { ...values }, previous: { ...previous }, changed };
    await this.#emit({ monitor, port }, `monitor.${monitor.poll.kind}`, atMs, data);
  }

  async #failed({ monitor, port }: Task, atMs: number, error: unknown): Promise<void> {
    const key = keyOf(monitor, port);
    const before = this.#readings.get(key);
    const failures = (before?.failures ?? 0) + 1;
    const code = codeOf(error);
    const { name, poll } = monitor;
    await this.#keep(key, { monitor: name, kind: poll.kind, atMs, values: before?.values ?? {}, failures, code });
    const data = { monitor: name, kind: poll.kind, code, message: reasonOf(error), failures };
    await this.#emit({ monitor, port }, 'monitor.failed', atMs, data);
  }

  async #keep(key: string, reading: Reading): Promise<void> {
    this.#readings.set(key, reading);
    await this.#deps.variables.set('reading', key, reading);
  }

  async #emit(
    { monitor, port }: Pick<Task, 'monitor' | 'port'>,
    type: string,
    timeMs: number,
    data: JsonObject,
  ): Promise<void> {
    const { id, name, node } = port;
    const frame = { node, port: { name, id }, authenticated: true, timeMs, type, data };
    await this.#deps.accept(makeEvent({ ...frame, id: `monitor:${id}:${monitor.name}:${String(timeMs)}` }));
  }
}

function keyOf(monitor: Pick<Monitor, 'name'>, port: Pick<ManagedPort, 'id'>): string {
  return `${port.id} ${monitor.name}`;
}

function same(a: Pick<Task, 'monitor' | 'port'>, b: Pick<Task, 'monitor' | 'port'>): boolean {
  return JSON.stringify([a.monitor, a.port]) === JSON.stringify([b.monitor, b.port]);
}

/** Spread over the interval, so that a hundred ports are not read in the same moment; the same after each start. */
function firstAfterMs({ everyMs }: Monitor, key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) % everyMs;
}
