/** What a change makes of a job: pure, so that every store of jobs can share it. */
import type { JobChange } from '../../core/ports/job-store.js';
import type { JobRecord } from '../../core/job.js';

/** The job after the change. Journal, successor and events are stored beside it and leave the record alone. */
export function applyChange(job: JobRecord, change: JobChange): JobRecord {
  const { state, step, stepIntended, memory, attempt, end, startedAtMs, endedAtMs, cancelRequested } = change;
  return {
    ...job,
    ...(state === undefined ? {} : { state }),
    ...(step === undefined ? {} : { step }),
    ...(stepIntended === undefined ? {} : { stepIntended }),
    ...(memory === undefined ? {} : { memory }),
    ...(attempt === undefined ? {} : { attempts: [...job.attempts, attempt] }),
    ...(end === undefined ? {} : { end }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
    ...(cancelRequested === undefined ? {} : { cancelRequested }),
  };
}
