/** `config monitors ping 192.0.2.1 rule1, rule2 :30` */
import { readNameList } from './name-list.js';
import type { MonitorText, Tell } from './syntax.js';

/** Those whose next word says what is monitored. */
const WITH_INSTANCE: readonly string[] = ['interface', 'ping', 'slv'];
/** Seconds; what the pages give where a line says nothing. */
const DEFAULT_EVERY = 30;

/** Undefined where the line names no object. */
export function readMonitorLine(
  line: number,
  rest: string,
  port: string | undefined,
  tell: Tell,
): MonitorText | undefined {
  const [object, ...others] = rest.split(/\s+/).filter((word) => word !== '');
  if (object === undefined) return undefined;
  const hasInstance = WITH_INSTANCE.includes(object);
  const instance = hasInstance ? others.shift() : undefined;
  if (hasInstance && instance === undefined) return undefined;
  if (/^vrf=/i.test(others[0] ?? '')) {
    tell(line, 'unexpressed', 'vrf', `${others.shift() ?? ''}: pings leave from the node, which has no VRF`);
  }
  const { list, everySeconds } = readDelay(line, others.join(' '), tell);
  return {
    ...{ line, object, everySeconds },
    ...(instance === undefined ? {} : { instance }),
    ...(port === undefined ? {} : { port }),
    stages: list === '' ? [] : readNameList([{ line, text: list }], tell),
  };
}

/** A16: a bare number at the end is the delay. */
function readDelay(line: number, text: string, tell: Tell): { readonly list: string; readonly everySeconds: number } {
  const found = /(?:^|\s|(?=:)):?(\d{1,6})$/.exec(text);
  if (found === null) return { list: text, everySeconds: DEFAULT_EVERY };
  if (!found[0].includes(':'))
    tell(line, 'fault', 'delay-without-colon', `"${found[1] ?? ''}" is read as the delay in seconds`);
  return { list: text.slice(0, found.index).trim(), everySeconds: Number(found[1]) };
}
