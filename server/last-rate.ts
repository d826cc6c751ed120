/** How fast the last transfer of a port was: the ground of what the next one is said to take. */
import type { JobStore } from '../core/ports/job-store.js';
import type { TransferMethod } from '../core/settings.js';

/** Jobs of a port that are looked through for a transfer of the same method. */
const JOBS_LOOKED_AT = 50;

/** Bytes/s of the last transfer by this method that succeeded on this port. */
export async function lastRate(
  jobs: Pick<JobStore, 'list'>,
  portId: string,
  method: TransferMethod,
): Promise<number | undefined> {
  const ended = await jobs.list({ portId, states: ['ended'], limit: JOBS_LOOKED_AT });
  const last = ended
    .flatMap(({ attempts }) => attempts)
    .find((attempt) => attempt.method === method && attempt.outcome === 'succeeded' && attempt.seconds > 0);
  return last === undefined ? undefined : last.bytes / last.seconds;
}
