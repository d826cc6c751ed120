/** RFC 5424 section 6: `1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`, after the PRI part. */
import type { SyslogMessage } from './message.js';

const HEADER =
  /^1 (-|\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:\d\d)) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /;
const ELEMENT_ID = /\[([!#-<>-\\^-~]{1,32})/y;
const PARAMETER = / ([!#-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\.)*)"/y;
/** Section 6.4: MSG-UTF8 begins with it. */
const BYTE_ORDER_MARK = /^\ufeff/;

type StructuredData = NonNullable<SyslogMessage['structuredData']>;

/** Undefined where it is not of this form. */
export function parseRfc5424(
  text: string,
  priority: Pick<SyslogMessage, 'facility' | 'severity'>,
): SyslogMessage | undefined {
  const found = HEADER.exec(text);
  if (found === null) return undefined;
  const [header, deviceTime, host, app, procId, msgId] = found;
  const data = structuredData(text, header.length);
  if (data === undefined) return undefined;
  const after = text.slice(data.end);
  if (after !== '' && !after.startsWith(' ')) return undefined;
  return {
    form: 'rfc5424',
    ...priority,
    ...filled({ deviceTime, host, app, procId, msgId }),
    ...(data.elements === undefined ? {} : { structuredData: data.elements }),
    text: after.slice(1).replace(BYTE_ORDER_MARK, ''),
  };
}

/** `-` is the nil value. */
function filled(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const there = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return Object.fromEntries(there.filter(([, value]) => value !== '-'));
}

function structuredData(text: string, from: number): { elements?: StructuredData; end: number } | undefined {
  if (text[from] === '-') return { end: from + 1 };
  const elements: [string, Readonly<Record<string, string>>][] = [];
  let at = from;
  while (text[at] === '[') {
    const id = matchAt(ELEMENT_ID, text, at);
    if (id === undefined) return undefined;
    at += id[0].length;
    const parameters: [string, string][] = [];
    for (let next = matchAt(PARAMETER, text, at); next !== undefined; next = matchAt(PARAMETER, text, at)) {
      at += next[0].length;
      parameters.push([next[1] ?? '', (next[2] ?? '').replace(/\\(["\\\]])/g, '$1')]);
    }
    if (text[at] !== ']') return undefined;
    at += 1;
    elements.push([id[1] ?? '', Object.fromEntries(parameters)]);
  }
  return elements.length === 0 ? undefined : { elements: Object.fromEntries(elements), end: at };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
