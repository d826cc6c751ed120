/** The operators of conditions: json-rules-engine's own ones and ours. */
import type { Engine } from 'json-rules-engine';
import { gotText } from '../core/schema-problems.js';
import { inPrefix, isPrefix } from './cidr.js';
import type { PatternBook } from '../core/pattern.js';
import { patternProblem } from '../core/pattern.js';
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

export type OperatorTest = (fact: unknown, value: unknown) => boolean;

/** Our operators. A fact of another type than the operator takes makes the condition false. */
function ownTests(patterns: PatternBook): Readonly<Record<string, OperatorTest>> {
  return {
    matches: onTexts((fact, pattern) => patterns.get(pattern).test(fact)),
    startsWith: onTexts((fact, start) => fact.startsWith(start)),
    versionLessThan: onTexts((fact, version) => compareVersions(fact, version) < 0),
    cidr: (fact, value) =>
      (Array.isArray(value) ? value : [value]).some((prefix: unknown) => onTexts(inPrefix)(fact, prefix)),
  };
}

/** Teaches an engine our operators. */
export function addOperators(engine: Engine, patterns: PatternBook): void {
  for (const [name, test] of Object.entries(ownTests(patterns))) engine.addOperator(name, test);
}

/** json-rules-engine 7.3's own operators, word for word in their meaning; the differential tests hold them to it. */
const BUILT_IN_TESTS: Readonly<Record<string, OperatorTest>> = {
  equal: (fact, value) => fact === value,
  notEqual: (fact, value) => fact !== value,
  in: (fact, value) => (value as readonly unknown[]).includes(fact),
  notIn: (fact, value) => !(value as readonly unknown[]).includes(fact),
  contains: (fact, value) => Array.isArray(fact) && fact.includes(value),
  doesNotContain: (fact, value) => Array.isArray(fact) && !fact.includes(value),
  lessThan: onNumbers((fact, value) => fact < value),
  lessThanInclusive: onNumbers((fact, value) => fact <= value),
  greaterThan: onNumbers((fact, value) => fact > value),
  greaterThanInclusive: onNumbers((fact, value) => fact >= value),
};

/** What an operator with its decorators says of a fact and a value; undefined where it is unknown. */
export function operatorTest(operator: string, patterns: PatternBook): OperatorTest | undefined {
  const parsed = parseOperator(operator);
  if (parsed === undefined) return undefined;
  const base = BUILT_IN_TESTS[parsed.base] ?? ownTests(patterns)[parsed.base];
  return base && parsed.decorators.reduceRight((next, name) => decorated(name, next), base);
}

function decorated(name: string, next: OperatorTest): OperatorTest {
  switch (name) {
    case 'someFact':
      return (fact, value) => Array.isArray(fact) && fact.some((item: unknown) => next(item, value));
    case 'everyFact':
      return (fact, value) => Array.isArray(fact) && fact.every((item: unknown) => next(item, value));
    case 'someValue':
      return (fact, value) => (value as readonly unknown[]).some((item) => next(fact, item));
    case 'everyValue':
      return (fact, value) => (value as readonly unknown[]).every((item) => next(fact, item));
    case 'swap':
      return (fact, value) => next(value, fact);
    default:
      return (fact, value) => !next(fact, value);
  }
}

/** The engine takes what begins with a number, and lets JavaScript compare it as it is. */
function onNumbers(test: (fact: number, value: number) => boolean): OperatorTest {
  return (fact, value) => !Number.isNaN(Number.parseFloat(fact as string)) && test(fact as number, value as number);
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
