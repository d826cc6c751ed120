/** What a device's own count of boots, or else its uptime, says about a restart. Pure. */
import type { DeviceFacts } from '../../core/facts.js';
import type { PushMemory } from './memory.js';

/** Whether the device has restarted since the facts before the push. A count that went back is another unit's. */
export function hasRebooted(
  memory: Pick<PushMemory, 'before' | 'beforeAtMs'>,
  now: DeviceFacts,
  stepSeconds: number,
  nowMs: number,
): 'yes' | 'no' | 'unclear' {
  const { before, beforeAtMs } = memory;
  const boots = (now.bootCount ?? Number.NaN) - (before?.bootCount ?? Number.NaN);
  if (boots >= 0) return boots > 0 ? 'yes' : 'no';
  if (before?.uptimeSeconds === undefined || now.uptimeSeconds === undefined || beforeAtMs === undefined)
    return 'unclear';
  const expected = before.uptimeSeconds + (nowMs - beforeAtMs) / 1000;
  // Two steps of the device's own resolution, and a little for the time that reading takes.
  const tolerance = 2 * stepSeconds + 3;
  if (now.uptimeSeconds >= expected - tolerance) {
    // Restarted since, it could be up no longer than the time since; a device that was up for little then may show either.
    const elapsed = (nowMs - beforeAtMs) / 1000;
    return now.uptimeSeconds > elapsed + stepSeconds + 3 ? 'no' : 'unclear';
  }
  return 'yes';
}

/** What an uptime is compared with: the facts from before the push, or those from before the way back. */
export function baseline({ before, beforeAtMs, fellBack }: PushMemory): Pick<PushMemory, 'before' | 'beforeAtMs'> {
  if (fellBack === undefined)
    return { ...(before === undefined ? {} : { before }), ...(beforeAtMs === undefined ? {} : { beforeAtMs }) };
  const { facts, atMs } = fellBack;
  return { before: facts, beforeAtMs: atMs };
}
