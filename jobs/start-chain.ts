/** The actions of a fired rule or a due schedule as jobs: one chain, and beside it those that do not wait. */
import type { PlannedAction } from '../core/action-chain.js';
import type { JobRecord } from '../core/job.js';
import type { ChainStart, JobControl } from '../core/ports/job-control.js';
import { decidedJobId } from './job-id.js';

/** Deciding twice on the same event creates nothing new: ids are hashes of cause, event, port and place in the list. */
export async function startChain(
  control: Pick<JobControl, 'submit'>,
  start: ChainStart,
): Promise<readonly JobRecord[]> {
  const { cause, portId, chain } = start;
  const id = (action: PlannedAction): string =>
    decidedJobId(cause.name, cause.eventId, portId, chain.actions.indexOf(action));
  const waiting = chain.actions.filter((action) => !action.now);
  const jobs: JobRecord[] = [];
  for (const action of chain.actions.filter(({ now }) => now)) {
    jobs.push(await control.submit({ id: id(action), portId, action: action.action, params: action.params, cause }));
  }
  const [first] = waiting;
  if (first !== undefined) {
    const actions = waiting.map(({ action, params }) => ({ action, params }));
    const rest = actions.length > 1 ? { chain: { actions, index: 0 } } : {};
    jobs.push(
      await control.submit({ id: id(first), portId, action: first.action, params: first.params, cause, ...rest }),
    );
  }
  return jobs;
}
