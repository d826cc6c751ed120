/** SNMP notifications as events of type `snmp.trap`. */
import { createHash } from 'node:crypto';
import type { EventInput } from '../../core/event.js';
import type { JsonObject, JsonValue } from '../../core/json.js';
import { printable } from '../../core/template.js';

/** A decoded notification, as net-snmp gives it: version 1 has `enterprise`, `generic` and `specific`, the others varbinds alone. */
export interface Notification {
  readonly enterprise?: string;
  readonly generic?: number;
  readonly specific?: number;
  readonly upTime?: number;
  readonly agentAddr?: string;
  readonly user?: string;
  readonly varbinds: readonly { readonly oid: string; readonly type: number; readonly value: unknown }[];
}

export interface NotificationFrame {
  readonly node: string;
  readonly nowMs: number;
  /** Where it came from. */
  readonly address: string;
  readonly version: 'v1' | 'v2c' | 'v3';
  /** True for a user of SNMPv3 that authenticates and encrypts. */
  readonly authenticated: boolean;
  /** The whole message. */
  readonly bytes: Uint8Array;
  readonly mask: (text: string) => string;
  readonly findPort: (
    address: string,
    host: string | undefined,
  ) => { readonly name: string; readonly id: string } | undefined;
  /** A name of the site's MIBs, such as `IF-MIB::ifIndex.3`. */
  readonly nameOf: (oid: string) => string | undefined;
}

/** snmpTrapOID.0 and sysUpTime.0 (RFC 3418). */
const TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0';
const UP_TIME = '1.3.6.1.2.1.1.3.0';
/** snmpTraps (RFC 3418 section 2, RFC 3584 section 3.1): the generic traps of version 1, and of all versions. */
const SNMP_TRAPS = '1.3.6.1.6.3.1.1.5';
const GENERIC: readonly string[] = [
  ...['coldStart', 'warmStart', 'linkDown', 'linkUp', 'authenticationFailure', 'egpNeighborLoss'],
];
const ENTERPRISE_SPECIFIC = 6;
/** Hex digits of a hash that stands for a message. */
const ID_DIGITS = 32;
/** Of one value, characters; and values of one notification. */
const VALUE_CHARS_MAX = 1024;
const VARBINDS_MAX = 200;

/**
 * `data`: `trap` (its OID), `name`, `version`, `address`, `uptimeSeconds`, `user` (SNMPv3), and `varbinds` as a list of `oid`,
 * `name`, `value`. The id is a hash of sender and message: what is retransmitted or replayed is one event.
 */
export function notificationEvent(notification: Notification, frame: NotificationFrame): EventInput {
  const { node, nowMs, address, version, authenticated, bytes, findPort } = frame;
  const hash = createHash('sha256').update(address).update('\0').update(bytes).digest('hex');
  const trap = trapOid(notification);
  const name = nameOfTrap(trap, frame);
  // A relay keeps the device's own address in a version 1 trap (RFC 3584 section 3.1).
  const port = findPort(address, notification.agentAddr);
  const uptime = notification.upTime ?? valueOf(notification, UP_TIME);
  const data: JsonObject = {
    ...{ trap, version, address },
    ...(name === undefined ? {} : { name }),
    ...(typeof uptime === 'number' ? { uptimeSeconds: Math.floor(uptime / 100) } : {}),
    ...(notification.user === undefined ? {} : { user: clean(notification.user, frame) }),
    varbinds: notification.varbinds
      .filter(({ oid }) => oid !== TRAP_OID && oid !== UP_TIME)
      .slice(0, VARBINDS_MAX)
      .map((varbind) => varbindOf(varbind, frame)),
  };
  return {
    ...{ id: `snmp:${hash.slice(0, ID_DIGITS)}`, node, type: 'snmp.trap', timeMs: nowMs, authenticated, data },
    ...(port === undefined ? {} : { port }),
  };
}

/** RFC 3584 section 3.1: what the OID of a version 1 trap would be in the others. */
function trapOid(notification: Notification): string {
  const { enterprise, generic, specific } = notification;
  if (generic === undefined) {
    const told = valueOf(notification, TRAP_OID);
    return typeof told === 'string' ? told : '';
  }
  return generic < ENTERPRISE_SPECIFIC
    ? `${SNMP_TRAPS}.${String(generic + 1)}`
    : `${enterprise ?? ''}.0.${String(specific ?? 0)}`;
}

function valueOf({ varbinds }: Notification, oid: string): unknown {
  return varbinds.find((varbind) => varbind.oid === oid)?.value;
}

function nameOfTrap(trap: string, { nameOf }: NotificationFrame): string | undefined {
  const generic = trap.startsWith(`${SNMP_TRAPS}.`)
    ? GENERIC[Number(trap.slice(SNMP_TRAPS.length + 1)) - 1]
    : undefined;
  return generic ?? nameOf(trap);
}

function varbindOf({ oid, value }: Notification['varbinds'][number], frame: NotificationFrame): JsonObject {
  const name = frame.nameOf(oid);
  return { oid, ...(name === undefined ? {} : { name }), value: jsonOf(value, frame) };
}

/** Octets that are text as text, others in hex; 64-bit counters as text where a number would not be exact. */
function jsonOf(value: unknown, frame: NotificationFrame): JsonValue {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'string') return clean(value, frame);
  if (!(value instanceof Uint8Array)) return null;
  const text = new TextDecoder().decode(value);
  const isText = !/[^\x09\x0a\x0d\x20-\x7e\u00a0-\uffff]|\ufffd/.test(text);
  return isText ? clean(text, frame) : Buffer.from(value).toString('hex').slice(0, VALUE_CHARS_MAX);
}

function clean(text: string, { mask }: NotificationFrame): string {
  return mask(printable(text.slice(0, VALUE_CHARS_MAX)));
}
