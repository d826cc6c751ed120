/** A JobStore in memory that can be killed at any write: before it, or after it and before the caller hears of it. */
import type { Event } from '../../core/event.js';
import type { JobRecord, StepRecord } from '../../core/job.js';
import type { JobChange, JobFilter, JobStore } from '../../core/ports/job-store.js';

/** Never settles: what a killed process does. */
export const FOREVER: Promise<never> = new Promise<never>(() => undefined);

export class MemoryJobStore implements JobStore {
  readonly jobs = new Map<string, JobRecord>();
  readonly journal = new Map<string, StepRecord[]>();
  readonly events: Event[] = [];
  /** Every change that was committed, in order. */
  readonly changes: JobChange[] = [];
  /** Count of changes so far. */
  writes = 0;
  /** The write at which the process dies, and on which side of the commit. */
  killAt: { readonly write: number; readonly side: 'before' | 'after' } | undefined;
  onKilled = (): void => undefined;
  /** Set: nothing can be read or written, as on a full disk. */
  fault: Error | undefined;
  /** Called after each commit. */
  onChange = (_change: JobChange): void => undefined;

  async create(job: JobRecord, events: readonly Event[]): Promise<{ job: JobRecord; created: boolean }> {
    const old = this.jobs.get(job.id);
    if (old !== undefined) return { job: old, created: false };
    this.jobs.set(job.id, structuredClone(job));
    this.events.push(...events);
    return Promise.resolve({ job, created: true });
  }

  get(jobId: string): Promise<JobRecord | undefined> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    return Promise.resolve(this.jobs.get(jobId));
  }

  list(filter: JobFilter): Promise<readonly JobRecord[]> {
    const rows = [...this.jobs.values()].filter(
      (job) => (filter.portId ?? job.portId) === job.portId && (filter.states?.includes(job.state) ?? true),
    );
    return Promise.resolve(rows.reverse().slice(0, filter.limit));
  }

  unfinished(): Promise<readonly JobRecord[]> {
    return Promise.resolve([...this.jobs.values()].filter((job) => job.state !== 'ended'));
  }

  async change(change: JobChange): Promise<JobRecord> {
    if (this.fault !== undefined) throw this.fault;
    const write = this.writes++;
    if (this.killAt?.write === write && this.killAt.side === 'before') return this.#die();
    this.changes.push(change);
    const { jobId, journal, attempt, events, successor, ...fields } = change;
    const old = this.jobs.get(jobId);
    if (old === undefined) throw new Error(`no job ${jobId}`);
    const attempts = attempt === undefined ? old.attempts : [...old.attempts, attempt];
    const job = structuredClone({ ...old, ...fields, attempts });
    this.jobs.set(jobId, job);
    if (journal !== undefined) this.journal.set(jobId, [...(this.journal.get(jobId) ?? []), journal]);
    if (successor !== undefined) this.jobs.set(successor.id, successor);
    this.events.push(...events);
    if (this.killAt?.write === write) return this.#die();
    this.onChange(change);
    return Promise.resolve(job);
  }

  #die(): Promise<never> {
    this.killAt = undefined;
    this.onKilled();
    return FOREVER;
  }

  steps(jobId: string): Promise<readonly StepRecord[]> {
    return Promise.resolve(this.journal.get(jobId) ?? []);
  }

  owed(): Promise<readonly { key: number; event: Event }[]> {
    return Promise.resolve([]);
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }
}
