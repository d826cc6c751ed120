/** Jobs, their journal, and the events that a change of a job owes the world (transactional outbox). */
import type { Event } from '../event.js';
import type { AttemptRecord, JobEnd, JobRecord, JobState, StepRecord } from '../job.js';
import type { JsonObject } from '../json.js';

/** One change of a job. Everything in it, events included, is committed together or not at all. */
export interface JobChange {
  readonly jobId: string;
  readonly state?: JobState;
  readonly step?: string;
  readonly stepIntended?: boolean;
  readonly memory?: JsonObject;
  readonly journal?: StepRecord;
  readonly attempt?: AttemptRecord;
  readonly end?: JobEnd;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly cancelRequested?: boolean;
  /** Next job of a chain, created in the same transaction. */
  readonly successor?: JobRecord;
  readonly events: readonly Event[];
}

export interface JobFilter {
  readonly portId?: string;
  readonly states?: readonly JobState[];
  readonly limit: number;
}

export interface JobStore {
  /** The same id again creates nothing: deciding twice makes one job. */
  create(job: JobRecord, events: readonly Event[]): Promise<{ readonly job: JobRecord; readonly created: boolean }>;
  get(jobId: string): Promise<JobRecord | undefined>;
  /** Newest first. */
  list(filter: JobFilter): Promise<readonly JobRecord[]>;
  /** All that have not ended, oldest first. */
  unfinished(): Promise<readonly JobRecord[]>;
  change(change: JobChange): Promise<JobRecord>;
  steps(jobId: string): Promise<readonly StepRecord[]>;
  /** Events owed, oldest first; `settled` takes them off once the event store has them. */
  owed(limit: number): Promise<readonly { readonly key: number; readonly event: Event }[]>;
  settled(throughKey: number): Promise<void>;
}
