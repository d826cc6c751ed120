/**
 * What is sent under the name of RFC 3164. Section 4 has `Mmm dd hh:mm:ss HOST TAG: text`; devices have their own:
 *
 *   IOS      [count: ][ORIGIN: ][sequence: ][*.]time: %FACILITY-SEVERITY-MNEMONIC: text
 *            (Cisco, "System Message Logging": service timestamps, service sequence-numbers, logging origin-id)
 *   NX-OS    : yyyy Mmm dd hh:mm:ss zone: %FACILITY-SEVERITY-MNEMONIC: text
 *   ASA      [Mmm dd yyyy hh:mm:ss[ HOST ]: ]%ASA-severity-number: text
 *   EXOS     Mmm dd hh:mm:ss HOST component: text
 *
 * Each part is optional; what fits no part is text.
 */
import type { SyslogMessage } from './message.js';

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = '\\d{1,2}:\\d\\d:\\d\\d(?:\\.\\d{1,6})?';
/** `UTC`, `CET`, `+01:00`; upper case alone, else the host would be taken for one. */
const ZONE = '(?: (?:[A-Z]{2,5}|[+-]\\d\\d:?\\d\\d)(?=[ :]))?';
/** `1w2d`, `2d03h`, and `00:00:46`: time since the device's start. */
const UPTIME = '(?:\\d+y\\d+w|\\d+w\\d+d|\\d+d\\d+h|\\d{1,4}:\\d\\d:\\d\\d)';
const STAMP = [
  `${MONTH} {1,2}\\d{1,2} (?:\\d{4} )?${CLOCK}${ZONE}(?: \\d{4}(?=[ :]))?`,
  `\\d{4} ${MONTH} {1,2}\\d{1,2} ${CLOCK}${ZONE}`,
  `\\d{4}-\\d\\d-\\d\\d[T ]${CLOCK}(?:Z|[+-]\\d\\d:?\\d\\d)?`,
  UPTIME,
].join('|');

const COUNT = /^(\d{1,10}): /;
/** A name or an address before a Cisco time; an address of IPv6 ends before `: ` too. */
const ORIGIN = /^([A-Za-z0-9][\w.:-]{0,254}?): (?=[*.]?(?:\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|%))/;
const TIME = new RegExp(`^[*.]?(${STAMP})(?=[ :]|$)`);
const MNEMONIC = /^%([A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*?-[0-7]-[A-Z0-9_]+):/;
const HOST = /^([A-Za-z0-9[][\w.:\]-]{0,254}) /;
/** RFC 3164 section 5.3; real tags are longer than its 32 characters. */
const TAG = /^([A-Za-z][\w./-]{0,63})(?:\[([\w.-]{1,32})\])?: ?/;

type Fields = { -readonly [K in keyof SyslogMessage]?: SyslogMessage[K] };

export function parseLegacy(text: string, priority: Pick<SyslogMessage, 'facility' | 'severity'>): SyslogMessage {
  const fields: Fields = {};
  let rest = text.replace(/^: /, '').trimStart();
  rest = leading(rest, fields);
  const time = TIME.exec(rest);
  if (time !== null) {
    fields.deviceTime = time[1] ?? '';
    rest = rest.slice(time[0].length);
  }
  const afterColon = /^ ?: /.exec(rest);
  if (afterColon !== null) rest = rest.slice(afterColon[0].length);
  else if (time !== null) rest = hostAndTag(rest.trimStart(), fields);
  const mnemonic = MNEMONIC.exec(rest)?.[1];
  if (mnemonic !== undefined) fields.mnemonic = mnemonic;
  return { form: formOf(fields, time !== null), ...priority, ...fields, text: rest };
}

/** Cisco's counts and origin, in the order in which they come. */
function leading(text: string, fields: Fields): string {
  let rest = text;
  const count = (): void => {
    const found = COUNT.exec(rest);
    if (found === null) return;
    fields.sequence = Number(found[1]);
    rest = rest.slice(found[0].length);
  };
  count();
  const origin = ORIGIN.exec(rest);
  if (origin !== null && !TIME.test(rest)) {
    fields.host = origin[1] ?? '';
    rest = rest.slice(origin[0].length);
    count();
  }
  return rest;
}

function hostAndTag(text: string, fields: Fields): string {
  let rest = text;
  const host = rest.startsWith('%') || TAG.test(rest) ? null : HOST.exec(rest);
  if (host !== null) {
    fields.host = host[1] ?? '';
    rest = rest.slice(host[0].length).replace(/^: /, '');
  }
  const tag = TAG.exec(rest);
  if (tag === null) return rest;
  fields.app = tag[1] ?? '';
  if (tag[2] !== undefined) fields.procId = tag[2];
  return rest.slice(tag[0].length);
}

function formOf({ mnemonic, sequence }: Fields, hasTime: boolean): SyslogMessage['form'] {
  if (mnemonic !== undefined || sequence !== undefined) return 'cisco';
  return hasTime ? 'rfc3164' : 'plain';
}
