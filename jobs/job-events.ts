/** Changes of a job as events. Ids come from the job and its journal, so a repeated change is the same event. */
import { makeEvent } from '../core/event.js';
import type { Event } from '../core/event.js';
import type { JobRecord } from '../core/job.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';

/** `job.<what>`; `mark` makes the id unique among this job's events of that kind. */
export function jobEvent(
  job: Pick<JobRecord, 'id' | 'action' | 'cause'>,
  port: Pick<ManagedPort, 'id' | 'name' | 'node'>,
  what: string,
  mark: string | number,
  timeMs: number,
  data: JsonObject = {},
): Event {
  return makeEvent({
    id: `${job.id}:${what}:${String(mark)}`,
    node: port.node,
    port: { name: port.name, id: port.id },
    type: `job.${what}`,
    timeMs,
    authenticated: true,
    data: { job: job.id, action: job.action, cause: job.cause.name, ...data },
  });
}
