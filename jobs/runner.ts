/** Jobs of a node: one running a port, the others queue; actions that use nothing run at once. */
import { codeOf, fail } from '../core/errors/index.js';
import type { JobEnd, JobRecord } from '../core/job.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { Clock } from '../core/ports/clock.js';
import type { ChainStart, Hold, HoldTarget, JobControl, JobRequest } from '../core/ports/job-control.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { Log } from '../core/ports/log.js';
import type { Random } from '../core/ports/random.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import { Execution } from './execution.js';
import type { ExecutionResult } from './execution.js';
import { Holds } from './holds.js';
import { jobEvent } from './job-events.js';
import { newJob, successorOf } from './new-job.js';
import type { OpenSession } from './session.js';
import { startChain } from './start-chain.js';
import { moved } from './transitions.js';

export interface RunnerDeps {
  readonly store: JobStore;
  readonly variables: VariableStore;
  readonly catalog: ActionCatalog;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly port: (portId: string) => ManagedPort | undefined;
  readonly openSession: OpenSession;
  /** A person holds the port's line, or asks for it: no job begins there. */
  readonly personAt: (portId: string) => 'holds' | 'asks' | undefined;
  /** Called after each commit that owes events. */
  readonly committed: () => void;
}

/** A waiting job whose console stays mute is looked at this often: power may be back without a word. */
const WAITING_LOOK_MS = 600_000;
/** A store that failed under a job (a full disk) is tried again this often. */
const STORE_RETRY_MS = 10_000;

export class JobRunner implements JobControl {
  readonly #deps: RunnerDeps;
  readonly #holds: Holds;
  /** By port id for jobs that use the port, by job id for those that use nothing. */
  readonly #running = new Map<string, { execution: Execution; job: JobRecord; done: Promise<void> }>();
  readonly #queued: JobRecord[] = [];
  readonly #waiting = new Map<string, JobRecord>();
  /** By the same keys: jobs whose store failed. They keep their port until the store can be read again. */
  readonly #broken = new Set<string>();
  readonly #timers = new Set<() => void>();
  #draining = false;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.#holds = new Holds(deps);
  }

  /** Takes up every job that has not ended, oldest first. */
  async start(): Promise<void> {
    await this.#holds.load();
    for (const job of await this.#deps.store.unfinished()) {
      if (job.state === 'waiting') this.#wait(job);
      else this.#queued.push(job);
    }
    this.#fill();
  }

  /** Whether a job of the port runs or waits for its turn. */
  isBusy(portId: string): boolean {
    return this.#running.has(portId) || this.#broken.has(portId) || this.#queued.some((job) => job.portId === portId);
  }

  /** No new job; running ones stop at the next safe place. Resolves when all have, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    for (const cancel of this.#timers) cancel();
    for (const { execution } of this.#running.values()) execution.drain();
    const all = Promise.all([...this.#running.values()].map((running) => running.done));
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => (cancel = this.#deps.clock.after(timeoutMs, resolve)));
    await Promise.race([all, late]);
    cancel();
  }

  async submit(request: JobRequest): Promise<JobRecord> {
    const action = this.#deps.catalog.get(request.action);
    if (action === undefined)
      throw fail('ACTION_UNKNOWN', {
        action: request.action,
        known: this.#deps.catalog
          .list()
          .map((a) => a.name)
          .join(', '),
      });
    const port = this.#portOf(request.portId);
    const problem = this.#deps.catalog.problems(request.action, request.params)[0];
    if (problem !== undefined) throw fail('ACTION_PARAMS', { action: request.action, ...problem });
    const record = newJob(request, this.#deps);
    const twin = this.#queued.find((queued) => isTwin(queued, record));
    if (twin !== undefined) return twin;
    const { job, created } = await this.#deps.store.create(record, [
      jobEvent(record, port, 'queued', 0, record.createdAtMs, { params: request.params }),
    ]);
    this.#deps.committed();
    if (created) this.#enqueue(job);
    return job;
  }

  startChain(start: ChainStart): Promise<readonly JobRecord[]> {
    return startChain(this, start);
  }

  async cancel(jobId: string): Promise<{ job: JobRecord; boundary: string }> {
    const job = await this.#deps.store.get(jobId);
    if (job === undefined) throw fail('JOB_UNKNOWN', { job: jobId });
    if (job.state === 'ended') throw fail('JOB_NOT_RUNNING', { job: jobId, verdict: job.end?.verdict ?? 'unknown' });
    const running = [...this.#running.values()].find((row) => row.job.id === jobId);
    if (running !== undefined) {
      const changed = await this.#deps.store.change({
        jobId,
        cancelRequested: true,
        events: [this.#event(job, 'cancelRequested')],
      });
      this.#deps.committed();
      running.execution.cancel();
      return { job: changed, boundary: running.execution.step };
    }
    return { job: await this.#cancelIdle(job), boundary: job.step };
  }

  /** A job that does not run: nothing of it hangs in the air unless it had begun. */
  async #cancelIdle(job: JobRecord): Promise<JobRecord> {
    if (job.startedAtMs !== undefined) {
      const changed = await this.#deps.store.change({
        jobId: job.id,
        cancelRequested: true,
        events: [this.#event(job, 'cancelRequested')],
      });
      this.#deps.committed();
      this.#replaceIdle(changed);
      if (this.#waiting.has(job.portId)) this.portSpoke(job.portId);
      return changed;
    }
    const index = this.#queued.findIndex((queued) => queued.id === job.id);
    if (index >= 0) this.#queued.splice(index, 1);
    const end: JobEnd = {
      verdict: 'failed',
      code: 'JOB_CANCELLED',
      sentence: 'Cancelled before it began; the device was not touched.',
    };
    const changed = await this.#deps.store.change({
      jobId: job.id,
      state: moved(job.state, 'cancel'),
      end,
      endedAtMs: this.#deps.clock.nowMs(),
      events: [this.#event(job, 'ended', end as unknown as JsonObject)],
    });
    this.#deps.committed();
    return changed;
  }

  /** What the queue remembers of a job is what it begins with. */
  #replaceIdle(changed: JobRecord): void {
    const index = this.#queued.findIndex(({ id }) => id === changed.id);
    if (index >= 0) this.#queued[index] = changed;
    if (this.#waiting.get(changed.portId)?.id === changed.id) this.#waiting.set(changed.portId, changed);
  }

  async hold(target: HoldTarget, reason: string, forMs?: number): Promise<void> {
    await this.#holds.put(target, reason, forMs);
    const endMs = this.#holds.nextEndMs();
    if (endMs !== undefined) this.#later(Math.max(0, endMs - this.#deps.clock.nowMs()), () => this.#fill());
  }

  async resume(target: HoldTarget): Promise<void> {
    await this.#holds.lift(target);
    this.#fill();
  }

  holds(): readonly Hold[] {
    return this.#holds.list();
  }

  /** The console of a port said something: a job that waits for it looks again. */
  portSpoke(portId: string): void {
    const job = this.#waiting.get(portId);
    if (job === undefined || this.#draining || this.#running.has(portId)) return;
    this.#waiting.delete(portId);
    this.#queued.unshift(job);
    this.#fill();
  }

  /** A person asks for a port's line, took it, or gave it back: its job pauses where it may, is broken off, or goes on. */
  lineChanged(portId: string): void {
    const execution = this.#running.get(portId)?.execution;
    switch (this.#deps.personAt(portId)) {
      case 'asks':
        execution?.yieldPort();
        return;
      case 'holds':
        execution?.lineTaken();
        return;
      case undefined:
        this.#fill();
    }
  }

  #enqueue(job: JobRecord): void {
    this.#queued.push(job);
    this.#fill();
  }

  /** Starts every queued job whose port is free and that no hold keeps back. */
  #fill(): void {
    if (this.#draining) return;
    for (const job of [...this.#queued]) {
      const key = job.uses === 'none' ? job.id : job.portId;
      const taken =
        job.uses !== 'none' && (this.#waiting.has(job.portId) || this.#deps.personAt(job.portId) !== undefined);
      const busy = taken || this.#running.has(key) || this.#broken.has(key);
      // A job that has begun goes on under a hold: stopping it half-way would serve nobody.
      const held =
        job.intent === 'write' && job.startedAtMs === undefined && this.#holds.on(job.portId, job.id) !== undefined;
      if (busy || held) continue;
      this.#queued.splice(this.#queued.indexOf(job), 1);
      this.#launch(key, job);
    }
  }

  #launch(key: string, job: JobRecord): void {
    const action = this.#deps.catalog.get(job.action);
    const port = this.#deps.port(job.portId);
    if (action === undefined || port === undefined) {
      this.#deps.log.error('job cannot run here', {
        job: job.id,
        port: job.portId,
        code: action === undefined ? 'ACTION_UNKNOWN' : 'PORT_UNKNOWN',
      });
      return;
    }
    const session = this.#deps.openSession(job, port);
    const execution = new Execution(
      { ...this.#deps, successor: (done, end) => successorOf(done, end, this.#deps) },
      { job, action, port, session },
    );
    const done = execution
      .run()
      .then((result) => this.#over(key, job.id, result))
      .catch((error: unknown) => this.#storeFailed(key, job, error))
      .finally(() => session.close())
      .then(() => this.#fill());
    this.#running.set(key, { execution, job, done });
  }

  async #over(key: string, jobId: string, result: ExecutionResult): Promise<void> {
    this.#running.delete(key);
    const job = await this.#deps.store.get(jobId);
    if (job === undefined) return;
    if (result === 'waiting') this.#wait(job);
    // It goes on before whatever was queued behind it.
    if (result === 'paused' && !this.#draining) this.#queued.unshift(job);
    for (const next of await this.#deps.store.list({ portId: job.portId, states: ['queued'], limit: 100 })) {
      const known =
        this.#queued.some((queued) => queued.id === next.id) ||
        [...this.#running.values()].some((row) => row.job.id === next.id);
      if (!known) this.#queued.push(next);
    }
  }

  /** The store failed under a job: it stands as journalled, keeps its port, and goes on as after a restart. */
  #storeFailed(key: string, job: JobRecord, error: unknown): void {
    this.#running.delete(key);
    this.#broken.add(key);
    this.#deps.log.error('job stopped', { job: job.id, port: job.portId, code: codeOf(error), reason: String(error) });
    this.#later(STORE_RETRY_MS, () => void this.#takeUp(key, job.id));
  }

  async #takeUp(key: string, id: string): Promise<void> {
    let job: JobRecord | undefined;
    try {
      job = await this.#deps.store.get(id);
    } catch {
      this.#later(STORE_RETRY_MS, () => void this.#takeUp(key, id));
      return;
    }
    this.#broken.delete(key);
    if (job?.state === 'waiting') this.#wait(job);
    else if (job !== undefined && job.state !== 'ended') this.#queued.unshift(job);
    this.#fill();
  }

  #wait(job: JobRecord): void {
    this.#waiting.set(job.portId, job);
    this.#later(WAITING_LOOK_MS, () => this.portSpoke(job.portId));
  }

  #later(delayMs: number, act: () => void): void {
    const cancel = this.#deps.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      act();
    });
    this.#timers.add(cancel);
  }

  #event(job: JobRecord, what: string, data: JsonObject = {}) {
    return jobEvent(job, this.#portOf(job.portId), what, this.#deps.clock.nowMs(), this.#deps.clock.nowMs(), data);
  }

  #portOf(portId: string): ManagedPort {
    const port = this.#deps.port(portId);
    if (port === undefined) throw fail('PORT_UNKNOWN', { port: portId });
    return port;
  }
}

/** The same on the same port, waiting to begin: doing it twice would serve nobody. Quick actions never wait. */
function isTwin(queued: JobRecord, asked: JobRecord): boolean {
  const told = ({ portId, action, params, chain }: JobRecord): string =>
    JSON.stringify([portId, action, params, chain]);
  return asked.uses !== 'none' && queued.startedAtMs === undefined && told(queued) === told(asked);
}
