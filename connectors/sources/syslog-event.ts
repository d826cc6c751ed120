/** Syslog messages as events of type `syslog.message`. */
import { createHash } from 'node:crypto';
import type { EventInput } from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';
import { SEVERITIES } from '../../core/severity.js';
import { printable } from '../../core/template.js';
import type { SyslogMessage } from '../../protocols/syslog/message.js';
import { parseSyslog } from '../../protocols/syslog/parse.js';

export interface SyslogSender {
  /** Address that the message came from. */
  readonly address: string;
  /** True where TLS has proved the sender's certificate. */
  readonly authenticated: boolean;
}

export interface SyslogFrame {
  readonly node: string;
  readonly nowMs: number;
  /** Unique among all messages of this node. */
  readonly mark: string;
  readonly mask: (text: string) => string;
  readonly findPort: (
    address: string,
    host: string | undefined,
  ) => { readonly name: string; readonly id: string } | undefined;
}

/** Of a text in an event, characters. */
const TEXT_CHARS_MAX = 8192;
/** Hex digits of a hash that stands for a message. */
const ID_DIGITS = 32;
/** Severity error and worse (RFC 5424 section 6.2.1): these are dropped last. */
const CRITICAL = 3;

export interface SyslogEvent {
  readonly input: EventInput;
  readonly critical: boolean;
}

/**
 * `data`: `message`, `severity`, `facility`, `address`, `form`, and what the message has of `host`, `app`, `procId`, `msgId`,
 * `mnemonic`, `sequence`, `deviceTime`, `structuredData`.
 *
 * A message that numbers itself has an id of its sender and its bytes: the same datagram twice is one event. One that does
 * not cannot be told from its own repetition, and has an id of its own each time.
 */
export function syslogEvent(bytes: Uint8Array, sender: SyslogSender, frame: SyslogFrame): SyslogEvent {
  const message = parseSyslog(new TextDecoder().decode(bytes));
  const port = frame.findPort(sender.address, message.host);
  const input: EventInput = {
    id: idOf(bytes, sender, message, frame.mark),
    node: frame.node,
    ...(port === undefined ? {} : { port }),
    type: 'syslog.message',
    timeMs: frame.nowMs,
    authenticated: sender.authenticated,
    data: dataOf(message, sender, frame.mask),
  };
  return { input, critical: message.severity <= CRITICAL };
}

function idOf(bytes: Uint8Array, { address }: SyslogSender, message: SyslogMessage, mark: string): string {
  const numbersItself = message.sequence !== undefined && message.deviceTime !== undefined;
  if (!numbersItself) return `syslog:${mark}`;
  const hash = createHash('sha256').update(address).update('\0').update(bytes).digest('hex');
  return `syslog:${hash.slice(0, ID_DIGITS)}`;
}

function dataOf(message: SyslogMessage, { address }: SyslogSender, mask: SyslogFrame['mask']): JsonObject {
  const { form, facility, severity, sequence, structuredData, text } = message;
  const { deviceTime, host, app, procId, msgId, mnemonic } = message;
  const texts = Object.entries({ host, app, procId, msgId, mnemonic, deviceTime });
  const clean = (value: string): string => mask(printable(value));
  return {
    message: clean(text.slice(0, TEXT_CHARS_MAX)),
    ...{ severity: SEVERITIES[severity] ?? String(severity), facility, address, form },
    ...Object.fromEntries(texts.flatMap(([key, value]) => (value === undefined ? [] : [[key, clean(value)]]))),
    ...(sequence === undefined ? {} : { sequence }),
    ...(structuredData === undefined ? {} : { structuredData: cleaned(structuredData, clean) }),
  };
}

function cleaned(
  data: NonNullable<SyslogMessage['structuredData']>,
  clean: (value: string) => string,
): Readonly<Record<string, JsonObject>> {
  const elements = Object.entries(data).map(([id, parameters]) => {
    const values = Object.entries(parameters).map(([name, value]) => [name, clean(value)] as const);
    return [id, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(elements);
}
