/** What the runner needs of the house for one job: the ports that a step may use, opened for this job and closed after it. */
import type { StepContext } from '../core/action.js';
import type { JobRecord } from '../core/job.js';
import type { ManagedPort } from '../core/managed-port.js';

/** The parts of a step's context that the runner itself knows. */
export type RunnerPart = Pick<StepContext, 'resumed' | 'attempts' | 'signal' | 'recordAttempt'>;

export interface JobSession {
  context(part: RunnerPart): StepContext;
  /** Releases the line and everything else; called once. */
  close(): Promise<void>;
}

export type OpenSession = (job: JobRecord, port: ManagedPort) => JobSession;
