/** The slots that a rule's actions may use, and their values at the moment of firing. */
import type { Event } from '../core/event.js';
import type { PortSubject } from '../core/port-filter.js';
import type { Slot } from '../core/slots.js';
import type { SlotValues } from '../core/template.js';

/** `port` is the fleet-wide id: the one name that is right on every node and in every mail. */
const FIXED: readonly string[] = [
  'rule',
  'port',
  'port.name',
  'port.driver',
  'port.make',
  'event.id',
  'event.type',
  'event.time',
];
const TYPES: readonly string[] = ['word', 'path', 'ip', 'int', 'quoted'];
const LABEL = 'port.labels.';
const MATCH = 'match.';

/** What is wrong with a slot in a rule whose patterns capture these names; undefined is right. */
export function slotProblem(slot: Slot, captures: ReadonlySet<string>): string | undefined {
  const name = slot.name ?? '';
  if (slot.type !== undefined && !TYPES.includes(slot.type)) return `one of the slot types ${TYPES.join(', ')}`;
  if (FIXED.includes(name) || name.startsWith(LABEL)) return undefined;
  if (name.startsWith(MATCH) && captures.has(name.slice(MATCH.length))) return undefined;
  const matches = [...captures].map((capture) => MATCH + capture);
  return `one of the slots ${[...FIXED, `${LABEL}NAME`, ...matches].join(', ')}`;
}

/** Values for one firing. Without a port its slots are absent, and an action that uses one fails. */
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
    ...(port === undefined ? {} : portValues(port)),
    ...Object.fromEntries(Object.entries(match).map(([name, value]) => [MATCH + name, value])),
  };
}

function portValues(port: PortSubject): SlotValues {
  const labels = Object.entries(port.labels).map(([name, value]) => [LABEL + name, value]);
  return {
    port: port.id,
    'port.name': port.name,
    'port.driver': port.driver,
    'port.make': port.make,
    ...(Object.fromEntries(labels) as SlotValues),
  };
}
