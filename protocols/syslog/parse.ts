/** Syslog messages: RFC 5424, RFC 3164, and what network devices send instead. Nothing is refused: the least is a plain text. */
import { parseLegacy } from './legacy.js';
import type { SyslogMessage } from './message.js';
import { parseRfc5424 } from './rfc5424.js';

/** RFC 5424 section 6.2.1: 23 * 8 + 7. */
const PRIORITY_MAX = 191;
/** RFC 3164 section 4.3.3: a message without PRI counts as user.notice. */
const NO_PRIORITY = 13;
const PRIORITY = /^<(\d{1,3})>/;

/**
 * Parses one message without its framing.
 *
 * @param text decoded as UTF-8; a line end at its end is no part of it
 */
export function parseSyslog(text: string): SyslogMessage {
  const whole = text.replace(/[\r\n\0]+$/, '');
  const [head = '', digits] = PRIORITY.exec(whole) ?? [];
  const priority = Number(digits ?? NaN);
  if (!(priority <= PRIORITY_MAX)) return parseLegacy(whole, split(NO_PRIORITY));
  const rest = whole.slice(head.length);
  return parseRfc5424(rest, split(priority)) ?? parseLegacy(rest, split(priority));
}

function split(priority: number): Pick<SyslogMessage, 'facility' | 'severity'> {
  return { facility: Math.floor(priority / 8), severity: priority % 8 };
}
