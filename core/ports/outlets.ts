/**
 * Ways out of the node that lead to people and other systems. A message may be sent again after a crash: `key` is the
 * same then, and travels with it, so that a receiver can tell (at least once).
 */
import type { JsonValue } from '../json.js';

export interface Sending {
  /** Stable for one message. */
  readonly key: string;
  readonly signal: AbortSignal;
}

export interface WebhookMessage {
  /** `http:` or `https:`. */
  readonly url: string;
  readonly body: JsonValue;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EmailMessage {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

export interface SyslogMessage {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  /** RFC 5424 section 6.2.1: 0 emergency to 7 debug. */
  readonly severity: number;
  /** RFC 5424 section 6.2.1: 0 to 23. */
  readonly facility: number;
  readonly timeMs: number;
  readonly text: string;
}

/** An SNMPv2c notification (RFC 3416 section 4.2.6 and 4.2.7). */
export interface TrapMessage {
  readonly host: string;
  readonly port: number;
  readonly community: string;
  /** The notification's own, snmpTrapOID.0. */
  readonly oid: string;
  /** The far end must acknowledge it. */
  readonly inform: boolean;
  readonly values: readonly { readonly oid: string; readonly value: string | number }[];
}

export interface BusMessage {
  readonly subject: string;
  readonly data: JsonValue;
}

/**
 * Errors: OUTLET_ABSENT where the site names no such service, OUTLET_UNREACHABLE (worth another try),
 * OUTLET_REFUSED (the same again would be refused again).
 */
export interface Outlets {
  webhook(message: WebhookMessage, sending: Sending): Promise<void>;
  email(message: EmailMessage, sending: Sending): Promise<void>;
  syslog(message: SyslogMessage, sending: Sending): Promise<void>;
  snmpTrap(message: TrapMessage, sending: Sending): Promise<void>;
  publish(message: BusMessage, sending: Sending): Promise<void>;
}
