/** One due run: as `schedule.due` events, one for each port, and as the chain of actions that such an event starts. */
import { fillChain } from '../core/action-chain.js';
import type { ActionChain } from '../core/action-chain.js';
import { makeEvent, toRfc3339 } from '../core/event.js';
import type { Event } from '../core/event.js';
import { matchesPort } from '../core/port-filter.js';
import type { PortSubject } from '../core/port-filter.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import { isPortSlot, PORT_SLOTS, portSlotValues, SLOT_TYPES } from '../core/slots.js';
import type { Slot } from '../core/slots.js';
import type { Schedule } from './schedule.js';

/** The type of the events that ticks become. */
export const SCHEDULE_DUE = 'schedule.due';

export interface Tick {
  /** `<schedule>:<scheduled time>`: the same run always has the same id, so emitting it twice starts one job. */
  readonly id: string;
  readonly schedule: Schedule;
  readonly scheduledMs: number;
  /** Its time had passed by more than the grace: the node was down, or the clock jumped. */
  readonly madeUp: boolean;
}

/** The ids of ticks. */
export function tickId(schedule: string, scheduledMs: number): string {
  return `${schedule}:${toRfc3339(scheduledMs)}`;
}

/** One event for each of these ports that the schedule's filter takes. Ids are `<tick id>:<port id>`. */
export function tickEvents(tick: Tick, node: string, ports: readonly PortSubject[], nowMs: number): readonly Event[] {
  const { schedule, scheduledMs, madeUp } = tick;
  const { windowMs } = schedule;
  return ports
    .filter((port) => matchesPort(schedule.ports, port))
    .map((port) =>
      makeEvent({
        id: `${tick.id}:${port.id}`,
        node,
        port: { name: port.name, id: port.id },
        type: SCHEDULE_DUE,
        timeMs: nowMs,
        authenticated: true,
        data: {
          schedule: schedule.name,
          tick: tick.id,
          scheduledTime: toRfc3339(scheduledMs),
          madeUp,
          ...(windowMs === undefined ? {} : { windowEnds: toRfc3339(scheduledMs + windowMs) }),
        },
      }),
    );
}

/** What a tick starts on one port. Errors: TEMPLATE_SLOT_UNKNOWN, TEMPLATE_VALUE_REFUSED, ACTION_PARAMS. */
export function scheduleChain(schedule: Schedule, port: PortSubject, catalog: ActionCatalog): ActionChain {
  return fillChain(schedule.chain, { schedule: schedule.name, ...portSlotValues(port) }, catalog);
}

/** What is wrong with a slot in a schedule's actions; undefined is right. */
export function slotProblem(slot: Slot): string | undefined {
  if (slot.type !== undefined && !SLOT_TYPES.includes(slot.type)) {
    return `one of the slot types ${SLOT_TYPES.join(', ')}`;
  }
  const known = slot.name === 'schedule' || isPortSlot(slot.name ?? '');
  return known ? undefined : `one of the slots schedule, ${PORT_SLOTS.join(', ')}, port.labels.NAME`;
}
