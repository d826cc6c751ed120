/** One line of `conditions`: `NOT ping.roundTripTime max 500 :3i AND`. */
import type { Comparison, ConditionLine, Scope, Tell, Test, Window } from './syntax.js';
import { unquoted } from './words.js';

const CONNECTOR = /\s+(AND|OR)$/;
const WINDOW = /\s*:\s*(\d{1,6})\s*([im])$/;
const BARE_WINDOW = /\s+(\d{1,6})([im])$/;
const FIELD = '[A-Za-z][\\w-]*\\.[A-Za-z][\\w-]*';
const FIELD_TEST = new RegExp(`^(${FIELD})\\s+(equals|matches|max|min)\\s+(\\S.*)$`, 'i');
const PERCENT = new RegExp(`^(${FIELD})\\s+percent\\s+(\\d+(?:\\.\\d+)?)\\s*:\\s*(${FIELD})$`, 'i');
const HAS_VALUE = /^has-value\s+(system|monitor)\s+(\S+)$/i;
const COMPARE = /^compare-value\s+(system|monitor)\s+([^\s=<>]+)\s*(>=|<=|=|>|<)\s*(\S.*)$/i;
const HAS_RUN = /^has-run\s+(\S+)$/i;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Undefined where it is no condition. */
export function readConditionLine(line: number, text: string, tell: Tell): ConditionLine | undefined {
  const connector = CONNECTOR.exec(text)?.[1];
  const body = connector === undefined ? text : text.slice(0, -connector.length).trim();
  const negated = /^NOT\s/i.test(body);
  const positive = negated ? body.slice(3).trim() : body;
  const { window, rest } = readWindow(line, positive, tell);
  const test = readTest(line, rest, window, tell);
  if (test === undefined) return undefined;
  return {
    ...{ line, negated, test },
    // The window of has-run is its time to look back.
    ...(window === undefined || test.kind === 'hasRun' ? {} : { window }),
    ...(connector === undefined ? {} : { connector: connector as 'AND' | 'OR' }),
  };
}

/** A15: a window without its colon is one. What stands in quotes is a value. */
function readWindow(line: number, text: string, tell: Tell): { readonly window?: Window; readonly rest: string } {
  const found = WINDOW.exec(text) ?? BARE_WINDOW.exec(text);
  if (found === null) return { rest: text };
  const rest = text.slice(0, found.index);
  // `x.y equals 4i`: the value itself.
  if (rest === '' || new RegExp(`^${FIELD}\\s+\\w+$`).test(rest)) return { rest: text };
  if (!found[0].includes(':'))
    tell(line, 'fault', 'window-without-colon', `"${found[0].trim()}" is read as ":${found[0].trim()}"`);
  return { window: { count: Number(found[1]), unit: found[2] === 'i' ? 'i' : 'm' }, rest };
}

function readTest(line: number, text: string, window: Window | undefined, tell: Tell): Test | undefined {
  if (text.toLowerCase() === 'true') return { kind: 'true' };
  const percent = PERCENT.exec(text);
  if (percent !== null) {
    return { kind: 'percent', field: percent[1] ?? '', ratio: Number(percent[2]), of: percent[3] ?? '' };
  }
  const field = FIELD_TEST.exec(text);
  if (field !== null) return readFieldTest(line, field, tell);
  const has = HAS_VALUE.exec(text);
  if (has !== null) return { kind: 'hasValue', scope: scopeOf(has[1]), name: has[2] ?? '' };
  const compare = COMPARE.exec(text);
  if (compare !== null) {
    const [, scope, name = '', comparison, value = ''] = compare;
    const compared = { comparison: comparison as Comparison, value: valueOf(line, value, tell) };
    return { kind: 'compare', scope: scopeOf(scope), name, ...compared };
  }
  const run = HAS_RUN.exec(text);
  return run === null || window === undefined ? undefined : { kind: 'hasRun', action: run[1] ?? '', window };
}

function readFieldTest(line: number, found: RegExpExecArray, tell: Tell): Test | undefined {
  const [, field = '', word = '', text = ''] = found;
  const operator = word.toLowerCase() as 'equals' | 'matches' | 'max' | 'min';
  const value = valueOf(line, text, tell);
  if ((operator === 'max' || operator === 'min') && !NUMBER.test(value)) return undefined;
  return { kind: 'field', field, operator, value };
}

function valueOf(line: number, text: string, tell: Tell): string {
  const { value, unclosed } = unquoted(text);
  if (unclosed) tell(line, 'fault', 'unclosed-quote', 'the value is read to the end of the line');
  return value;
}

function scopeOf(word: string | undefined): Scope {
  return word?.toLowerCase() === 'system' ? 'system' : 'monitor';
}
