/** Jobs: one durable run of an action on a port. */
import type { ErrorContext } from './errors/index.js';
import type { JsonObject } from './json.js';
import type { TransferMethod } from './settings.js';

/** ARCHITECTURE 2. `unknown` may later become another verdict, when the device was read. */
export type Verdict = 'succeeded' | 'staged' | 'failed' | 'rolledBack' | 'degraded' | 'unknown';

/** `waiting`: the verdict is `unknown`, the port is held, and the job goes on when the device can be read. */
export type JobState = 'queued' | 'running' | 'paused' | 'waiting' | 'ended';

/** Version of what is written in `memory` and `steps`; a node refuses newer ones. */
export const JOB_FORMAT = 1;

/** What started a job. */
export interface JobCause {
  readonly kind: 'rule' | 'schedule' | 'api' | 'job';
  readonly name: string;
  /** Event or tick that fired. */
  readonly eventId?: string;
  /** The event did not prove who sent it: what follows from it proves no more (ARCHITECTURE 14). */
  readonly unauthenticated?: true;
}

/** The next actions of a rule or schedule, started when this one succeeded (CONTRACT, "A rule"). */
export interface JobChain {
  readonly actions: readonly { readonly action: string; readonly params: JsonObject }[];
  readonly index: number;
}

/** One journal line: a step intended (before it acts) or done (after). */
export interface StepRecord {
  readonly seq: number;
  readonly step: string;
  readonly phase: 'intended' | 'done' | 'interrupted';
  readonly atMs: number;
  /** Where `done` led. */
  readonly next?: string;
}

/** One transfer attempt. An attempt that the node itself broke off is recorded and does not count. */
export interface AttemptRecord {
  readonly number: number;
  readonly method: TransferMethod;
  readonly variant?: string;
  readonly bytes: number;
  readonly seconds: number;
  /** What it was said to take, from the line's speed or from the last transfer. */
  readonly predictedSeconds?: number;
  readonly outcome: 'succeeded' | 'failed' | 'interrupted';
  readonly code?: string;
  readonly reason?: string;
}

export interface JobEnd {
  readonly verdict: Verdict;
  readonly code?: string;
  readonly context?: ErrorContext;
  /** What the device runs now, how we know, what to do. */
  readonly sentence: string;
}

export interface JobRecord {
  readonly id: string;
  readonly format: number;
  readonly portId: string;
  readonly action: string;
  readonly params: JsonObject;
  readonly uses: 'line' | 'network' | 'none';
  readonly intent: 'read' | 'write';
  readonly cause: JobCause;
  readonly chain?: JobChain;
  readonly state: JobState;
  /** The step that runs or runs next. */
  readonly step: string;
  /** Whether the step was journalled as intended and not yet as done. */
  readonly stepIntended: boolean;
  readonly memory: JsonObject;
  readonly attempts: readonly AttemptRecord[];
  readonly cancelRequested: boolean;
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly end?: JobEnd;
}
