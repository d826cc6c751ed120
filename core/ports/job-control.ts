/** Starting and steering jobs: what the API, rules and schedules may ask of the runner. */
import type { ActionChain } from '../action-chain.js';
import type { JobCause, JobChain, JobRecord } from '../job.js';
import type { JsonObject } from '../json.js';

export interface JobRequest {
  /** Derived from what caused it; absent: random. The same id again returns the job that is there. */
  readonly id?: string;
  /** A key of the caller's: the same key again is the same job. Not together with `id`. */
  readonly key?: string;
  readonly portId: string;
  readonly action: string;
  readonly params: JsonObject;
  readonly cause: JobCause;
  readonly chain?: JobChain;
}

/** What fired on a port, and the actions that it starts. */
export interface ChainStart {
  readonly cause: JobCause & { readonly eventId: string };
  readonly portId: string;
  readonly chain: ActionChain;
}

/** What a hold is put on. A hold survives a restart; with `untilMs` it ends by itself. */
export type HoldTarget =
  | { readonly kind: 'all' }
  | { readonly kind: 'port'; readonly portId: string }
  | { readonly kind: 'job'; readonly jobId: string };

export interface Hold {
  readonly target: HoldTarget;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs?: number;
}

export interface JobControl {
  /**
   * One that asks for what already waits to begin on the port is given that job.
   * Errors: ACTION_UNKNOWN, ACTION_PARAMS, PORT_UNKNOWN, STORE_FAILED.
   */
  submit(request: JobRequest): Promise<JobRecord>;
  /** The actions of a fired rule or due schedule as jobs; the same start again makes nothing new. Errors: as `submit`. */
  startChain(start: ChainStart): Promise<readonly JobRecord[]>;
  /** Asks a job to stop at its next safe boundary; says which step it will not begin. Errors: JOB_UNKNOWN, JOB_NOT_RUNNING. */
  cancel(jobId: string): Promise<{ readonly job: JobRecord; readonly boundary: string }>;
  hold(target: HoldTarget, reason: string, forMs?: number): Promise<void>;
  resume(target: HoldTarget): Promise<void>;
  holds(): readonly Hold[];
}
