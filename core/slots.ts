/**
 * Slots in the parameters of actions: `{{port}}`, `{{match.intf}}`, `{{match.intf:word}}`.
 * Plain slots become text for people, escaped; a typed slot may reach a device and refuses what does not fit
 * its type (ARCHITECTURE 15).
 */
import type { JsonObject, JsonValue } from './json.js';
import { fail } from './errors/index.js';
import type { PortSubject } from './port-filter.js';
import { fillTemplate, printable } from './template.js';
import type { SlotValues } from './template.js';

const SLOT = /\{\{([^{}]*)\}\}/g;
const SLOT_BODY = /^([\w.-]+)(?::(\w+))?$/;

export interface Slot {
  /** As written between the braces. */
  readonly text: string;
  /** Absent where the text is no slot at all. */
  readonly name?: string;
  readonly type?: string;
}

/** All slots in a text, in order. */
export function slotsIn(text: string): readonly Slot[] {
  return [...text.matchAll(SLOT)].map(([, body = '']) => {
    const [, name, type] = SLOT_BODY.exec(body) ?? [];
    return { text: body, ...(name === undefined ? {} : { name }), ...(type === undefined ? {} : { type }) };
  });
}

/** Parameters with every slot filled. Errors: TEMPLATE_SLOT_UNKNOWN, TEMPLATE_SLOT_TYPE, TEMPLATE_VALUE_REFUSED. */
export function fillSlots(params: JsonObject, values: SlotValues): JsonObject {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, fillValue(value, values)]));
}

function fillValue(value: JsonValue, values: SlotValues): JsonValue {
  if (typeof value === 'string') return fillText(value, values);
  if (Array.isArray(value)) return value.map((item) => fillValue(item, values));
  return value === null || typeof value !== 'object' ? value : fillSlots(value, values);
}

function fillText(template: string, values: SlotValues): string {
  return template.replace(SLOT, (_whole, body: string) => {
    const [, name = body, type] = SLOT_BODY.exec(body) ?? [];
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw fail('TEMPLATE_SLOT_UNKNOWN', { slot: name, template });
    return type === undefined ? printable(String(value)) : fillTemplate(`{{value:${type}}}`, { value });
  });
}

/** Types that a slot may have, see template.ts. */
export const SLOT_TYPES: readonly string[] = ['word', 'path', 'ip', 'int', 'quoted'];

/** Slots of the port that it is about; further `port.labels.<name>`. `port` is the fleet-wide id, right on every node. */
export const PORT_SLOTS: readonly string[] = ['port', 'port.name', 'port.driver', 'port.make'];
const LABEL_PREFIX = 'port.labels.';

export function isPortSlot(name: string): boolean {
  return PORT_SLOTS.includes(name) || name.startsWith(LABEL_PREFIX);
}

/** Values of the port's slots; none without a port, and an action that uses one then fails. */
export function portSlotValues(port: PortSubject | undefined): SlotValues {
  if (port === undefined) return {};
  return {
    port: port.id,
    'port.name': port.name,
    'port.driver': port.driver,
    'port.make': port.make,
    ...Object.fromEntries(Object.entries(port.labels).map(([name, value]) => [LABEL_PREFIX + name, value])),
  };
}
