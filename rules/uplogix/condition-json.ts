/** Conditions in json-rules-engine's form. Readings: A8 to A11, A13, A23 of docs/import-uplogix.md. */
import type { JsonObject, JsonValue } from '../../core/json.js';
import { patternProblem } from '../../core/pattern.js';
import { valueOfText } from '../../core/value-text.js';
import { conditionProblems } from '../check-conditions.js';
import type { ConditionLine, Test } from './syntax.js';

/** What an Uplogix object is here: the event that tells it, and where its properties stand in that. */
export interface ObjectSource {
  readonly on: string;
  readonly path: (property: string) => string;
  /** A monitor of the site's own must have this name and read these properties. */
  readonly monitor?: string;
}

const CONSOLE_LINE: ObjectSource = { on: 'console.line', path: () => '$.data.line' };

/** Objects that a node tells by itself; any other is read by a command monitor of the object's name. */
export function sourceOf(object: string): ObjectSource {
  if (object === 'consoleLog' || object === 'terminal') return CONSOLE_LINE;
  const path = (property: string): string => `$.data.values.${property}`;
  if (object === 'ping') return { on: 'monitor.ping', path };
  return { on: 'monitor.command', path, monitor: object };
}

/** `ping` of `ping.roundTripTime`. */
export function objectOf(field: string): string {
  return field.split('.')[0] ?? field;
}

/** Why there is no form for a line. */
export interface Unexpressed {
  readonly line: number;
  readonly reason: string;
}

/** The whole tree: AND binds tighter than OR (A13). */
export function conditionTree(lines: readonly ConditionLine[]): {
  readonly tree: JsonObject;
  readonly unexpressed: readonly Unexpressed[];
} {
  const unexpressed: Unexpressed[] = [];
  const alternatives: JsonObject[][] = [[]];
  for (const [i, line] of lines.entries()) {
    const node = withWindow(line);
    const [problem] = conditionProblems({ all: [node] }, '', { named: new Set() });
    const reason = reasonAgainst(line.test) ?? (problem === undefined ? undefined : notYet(line));
    if (reason !== undefined) unexpressed.push({ line: line.line, reason });
    alternatives.at(-1)?.push(node);
    if (line.connector === 'OR' && i < lines.length - 1) alternatives.push([]);
  }
  const [only = [], ...others] = alternatives;
  if (others.length === 0) return { tree: { all: only }, unexpressed };
  return { tree: { any: alternatives.map((all) => ({ all })) }, unexpressed };
}

function notYet({ test, window }: ConditionLine): string {
  if (test.kind === 'hasRun') return 'has-run has no form in this version';
  if (test.kind === 'percent') return 'percent has no form in this version';
  return window === undefined ? 'has no form in this version' : 'a window on one line has no form in this version';
}

function reasonAgainst(test: Test): string | undefined {
  if (test.kind === 'field' && test.operator === 'matches') {
    const problem = patternProblem(test.value);
    return problem === undefined ? undefined : `no RE2 pattern: ${problem}`;
  }
  const isOrder = test.kind === 'compare' && test.comparison !== '=';
  return isOrder && typeof valueOfText(test.value) !== 'number' ? 'only numbers have an order here' : undefined;
}

/** NOT is inside the window: `NOT x :3i` holds once NOT x has held three times in a row. */
function withWindow({ negated, test, window }: ConditionLine): JsonObject {
  const leaf = nodeOf(test);
  const node: JsonObject = negated ? { not: leaf } : leaf;
  if (window === undefined) return node;
  return { ...node, hold: window.unit === 'i' ? { times: window.count } : { for: `${String(window.count)}m` } };
}

function nodeOf(test: Test): JsonObject {
  switch (test.kind) {
    case 'true':
      return { all: [] };
    case 'field':
      return fieldLeaf(test);
    case 'percent':
      return {
        ...eventPlace(test.field),
        operator: 'percentOf',
        value: { ratio: test.ratio, ...eventPlace(test.of) },
      };
    case 'hasValue':
      return hasValue({ fact: test.scope, path: pathOf(test.name) });
    case 'compare':
      return { fact: test.scope, path: pathOf(test.name), ...comparison(test) };
    case 'hasRun':
      return { hasRun: { action: test.action, within: `${String(test.window.count)}m` } };
  }
}

function fieldLeaf({ field, operator, value }: Extract<Test, { kind: 'field' }>): JsonObject {
  const place = eventPlace(field);
  switch (operator) {
    case 'equals':
      return { ...place, ...equality(value) };
    case 'matches':
      return { ...place, operator: 'matches', value };
    case 'max':
      return { ...place, operator: 'greaterThan', value: Number(value) };
    case 'min':
      return { ...place, operator: 'lessThan', value: Number(value) };
  }
}

/** A9: true and false in any case, numbers as numbers, else the same text. */
function equality(text: string): JsonObject {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === 'false') {
    const words: JsonValue[] = [lower, lower.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)];
    return { operator: 'in', value: [lower === 'true', ...words] };
  }
  return { operator: 'equal', value: valueOfText(text) };
}

const ORDER = { '>': 'greaterThan', '<': 'lessThan', '>=': 'greaterThanInclusive', '<=': 'lessThanInclusive' } as const;

function comparison({ comparison: sign, value }: Extract<Test, { kind: 'compare' }>): JsonObject {
  return sign === '=' ? equality(value) : { operator: ORDER[sign], value: valueOfText(value) };
}

/** Any text, number, true or false. */
function hasValue(place: { readonly fact: string; readonly path: string }): JsonObject {
  return {
    any: [
      { ...place, operator: 'matches', value: '' },
      { ...place, operator: 'greaterThanInclusive', value: -Number.MAX_VALUE },
      { ...place, operator: 'in', value: [true, false] },
    ],
  };
}

function eventPlace(field: string): { readonly fact: string; readonly path: string } {
  const [object = '', property = ''] = field.split('.');
  return { fact: 'event', path: sourceOf(object).path(property) };
}

function pathOf(name: string): string {
  return /^\w+$/.test(name) ? `$.${name}` : `$['${name}']`;
}
