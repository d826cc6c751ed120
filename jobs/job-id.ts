/** Ids of jobs: the same decision always makes the same id, so deciding twice makes one job (ARCHITECTURE 12). */
import { createHash } from 'node:crypto';

/** Hash of (rule or schedule name, event or tick id, port id, action index): 20 hex digits. */
export function decidedJobId(cause: string, eventId: string, portId: string, index: number): string {
  return createHash('sha256')
    .update(JSON.stringify([cause, eventId, portId, index]))
    .digest('hex')
    .slice(0, 20);
}
