/** The operators of conditions: json-rules-engine's own ones and ours. */
import type { Engine } from 'json-rules-engine';
import { gotText } from '../core/schema-problems.js';
import { inPrefix, isPrefix } from './cidr.js';
import type { PatternBook } from './pattern.js';
import { patternProblem } from './pattern.js';
import { compareVersions } from './version-order.js';

/** json-rules-engine 7.3 operators. `contains` and `doesNotContain` are about lists, not texts. */
const BUILT_IN: readonly string[] = [
  'equal',
  'notEqual',
  'in',
  'notIn',
  'contains',
  'doesNotContain',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
];

const OWN: readonly string[] = ['matches', 'startsWith', 'cidr', 'versionLessThan'];

/** json-rules-engine's decorators: `someFact:matches`, `not:in`. */
const DECORATORS: readonly string[] = ['someFact', 'everyFact', 'someValue', 'everyValue', 'swap', 'not'];

/** Every operator that a condition may name, without decorators. */
export const OPERATORS: readonly string[] = [...BUILT_IN, ...OWN];

/** The operator and its decorators in written order, or undefined where either is unknown. */
export function parseOperator(
  text: string,
): { readonly base: string; readonly decorators: readonly string[] } | undefined {
  const decorators = text.split(':');
  const base = decorators.pop() ?? '';
  const known = OPERATORS.includes(base) && decorators.every((name) => DECORATORS.includes(name));
  return known ? { base, decorators } : undefined;
}

/** Teaches an engine our operators. A fact of another type than the operator takes makes the condition false. */
export function addOperators(engine: Engine, patterns: PatternBook): void {
  engine.addOperator(
    'matches',
    onTexts((fact, pattern) => patterns.get(pattern).test(fact)),
  );
  engine.addOperator(
    'startsWith',
    onTexts((fact, start) => fact.startsWith(start)),
  );
  engine.addOperator(
    'versionLessThan',
    onTexts((fact, version) => compareVersions(fact, version) < 0),
  );
  engine.addOperator('cidr', (fact: unknown, value: unknown) =>
    (Array.isArray(value) ? value : [value]).some((prefix: unknown) => onTexts(inPrefix)(fact, prefix)),
  );
}

function onTexts(test: (fact: string, value: string) => boolean): (fact: unknown, value: unknown) => boolean {
  return (fact, value) => typeof fact === 'string' && typeof value === 'string' && test(fact, value);
}

/** What a literal value must be for an operator, or undefined where this one is right. */
export function operandProblem(base: string, decorators: readonly string[], value: unknown): string | undefined {
  if (decorators.includes('someValue') || decorators.includes('everyValue')) {
    if (!Array.isArray(value)) return 'a list of values';
    const inner = decorators.filter((name) => name !== 'someValue' && name !== 'everyValue');
    return value.map((item: unknown) => operandProblem(base, inner, item)).find((problem) => problem !== undefined);
  }
  switch (base) {
    case 'matches':
      if (decorators.includes('swap')) return 'the pattern as value: "matches" cannot be swapped';
      return typeof value === 'string' ? regexProblem(value) : 'a regular expression as text';
    case 'in':
    case 'notIn':
      return Array.isArray(value) || decorators.includes('swap') ? undefined : 'a list of values';
    case 'startsWith':
    case 'versionLessThan':
      return typeof value === 'string' ? undefined : 'a text';
    case 'cidr':
      return prefixProblem(value);
    default:
      return undefined;
  }
}

function regexProblem(source: string): string | undefined {
  const problem = patternProblem(source);
  return problem === undefined ? undefined : `a regular expression in RE2 syntax (${problem})`;
}

function prefixProblem(value: unknown): string | undefined {
  const prefixes: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = prefixes.find((prefix) => typeof prefix !== 'string' || !isPrefix(prefix));
  return wrong === undefined ? undefined : `an IP prefix such as 192.0.2.0/24 instead of ${gotText(wrong)}`;
}
