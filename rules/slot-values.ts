/** The slots that a rule's actions may use, and their values at the moment of firing. */
import type { Event } from '../core/event.js';
import type { PortSubject } from '../core/port-filter.js';
import { isPortSlot, PORT_SLOTS, portSlotValues, SLOT_TYPES } from '../core/slots.js';
import type { Slot } from '../core/slots.js';
import type { SlotValues } from '../core/template.js';

const FIXED: readonly string[] = ['rule', 'event.id', 'event.type', 'event.time'];
const MATCH = 'match.';

/** What is wrong with a slot in a rule whose patterns capture these names; undefined is right. */
export function slotProblem(slot: Slot, captures: ReadonlySet<string>): string | undefined {
  const name = slot.name ?? '';
  if (slot.type !== undefined && !SLOT_TYPES.includes(slot.type))
    return `one of the slot types ${SLOT_TYPES.join(', ')}`;
  if (FIXED.includes(name) || isPortSlot(name)) return undefined;
  if (name.startsWith(MATCH) && captures.has(name.slice(MATCH.length))) return undefined;
  const matches = [...captures].map((capture) => MATCH + capture);
  return `one of the slots ${[...FIXED, ...PORT_SLOTS, 'port.labels.NAME', ...matches].join(', ')}`;
}

/** Values for one firing. */
export function slotValues(
  rule: string,
  event: Event,
  port: PortSubject | undefined,
  match: Readonly<Record<string, string>>,
): SlotValues {
  return {
    rule,
    'event.id': event.id,
    'event.type': event.type,
    'event.time': event.time,
    ...portSlotValues(port),
    ...Object.fromEntries(Object.entries(match).map(([name, value]) => [MATCH + name, value])),
  };
}
