/** The record of a job that nobody has begun yet. */
import { fail } from '../core/errors/index.js';
import { JOB_FORMAT } from '../core/job.js';
import type { JobEnd, JobRecord } from '../core/job.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { Clock } from '../core/ports/clock.js';
import type { JobRequest } from '../core/ports/job-control.js';
import type { Random } from '../core/ports/random.js';
import { decidedJobId } from './job-id.js';

export interface NewJobDeps {
  readonly catalog: ActionCatalog;
  readonly clock: Clock;
  readonly random: Random;
}

/** Errors: ACTION_UNKNOWN. */
export function newJob(request: JobRequest, { catalog, clock, random }: NewJobDeps): JobRecord {
  const action = catalog.get(request.action);
  if (action === undefined) throw fail('ACTION_UNKNOWN', { action: request.action, known: '' });
  return {
    id: request.id ?? idFor(request.key, random),
    format: JOB_FORMAT,
    portId: request.portId,
    action: action.name,
    params: request.params,
    uses: action.uses,
    intent: action.intent,
    cause: request.cause,
    ...(request.chain === undefined ? {} : { chain: request.chain }),
    state: 'queued',
    step: action.start,
    stepIntended: false,
    memory: {},
    attempts: [],
    cancelRequested: false,
    createdAtMs: clock.nowMs(),
  };
}

function idFor(key: string | undefined, random: Random): string {
  return key === undefined ? random.hex(20) : decidedJobId('api', key, '', 0);
}

/** The next job of the chain, where there is one and this one succeeded. Errors: ACTION_UNKNOWN. */
export function successorOf(job: JobRecord, end: JobEnd, deps: NewJobDeps): JobRecord | undefined {
  const { chain } = job;
  const next = chain?.actions[chain.index + 1];
  if (chain === undefined || next === undefined || end.verdict !== 'succeeded') return undefined;
  const request = {
    portId: job.portId,
    action: next.action,
    params: next.params,
    cause: job.cause,
    chain: { ...chain, index: chain.index + 1 },
  };
  return { ...newJob(request, deps), id: `${job.id.slice(0, 18)}${String(chain.index + 1).padStart(2, '0')}` };
}
