/**
 * A condition tree as one function, which turns down what json-rules-engine would find false; what it lets through is
 * decided by the Engine. It has the Engine's meaning on every tree that no leaf of can throw; others have no filter.
 */
import { operatorTest } from './operators.js';
import type { OperatorTest } from './operators.js';
import { followPath, parsePath } from './path.js';
import type { PathStep } from './path.js';
import type { PatternBook } from '../core/pattern.js';
import type { Condition, LeafCondition } from './rule.js';

type Facts = Readonly<Record<string, unknown>>;
export type Filter = (facts: Facts) => boolean;

/** Undefined where a leaf may throw: which leaves are evaluated, and so what is thrown, is for the Engine to say. */
export function compileFilter(condition: Condition, patterns: PatternBook): Filter | undefined {
  if ('all' in condition) {
    const children = compileAll(condition.all, patterns);
    return children && ((facts) => children.every((child) => child(facts)));
  }
  if ('any' in condition) {
    const children = compileAll(condition.any, patterns);
    // json-rules-engine: an empty group is true.
    return children && ((facts) => children.length === 0 || children.some((child) => child(facts)));
  }
  if ('not' in condition) {
    const inner = compileFilter(condition.not, patterns);
    return inner && ((facts) => !inner(facts));
  }
  return 'operator' in condition ? compileLeaf(condition, patterns) : undefined;
}

function compileAll(conditions: readonly Condition[], patterns: PatternBook): readonly Filter[] | undefined {
  const filters = conditions.flatMap((condition) => compileFilter(condition, patterns) ?? []);
  return filters.length === conditions.length ? filters : undefined;
}

function compileLeaf({ fact, path, operator, value }: LeafCondition, patterns: PatternBook): Filter | undefined {
  const steps = stepsOf(path);
  const test = operatorTest(operator, patterns);
  if (steps === undefined || test === undefined || mayThrow(operator, value)) return undefined;
  if (isReference(value)) return comparison(fact, steps, test, value);
  return (facts) => test(followPath(facts[fact], steps), value);
}

function comparison(
  fact: string,
  steps: readonly PathStep[],
  test: OperatorTest,
  other: Reference,
): Filter | undefined {
  const otherSteps = stepsOf(other.path);
  if (otherSteps === undefined) return undefined;
  return (facts) => test(followPath(facts[fact], steps), followPath(facts[other.fact], otherSteps));
}

/** `in` of what is no list, and a list's decorator on what is none. */
function mayThrow(operator: string, value: unknown): boolean {
  if (operator.includes('swap:')) return true;
  const needsList = /(?:^|:)(?:in|notIn)$|someValue:|everyValue:/.test(operator);
  return needsList && (!Array.isArray(value) || /Value:/.test(operator));
}

interface Reference {
  readonly fact: string;
  readonly path?: string;
}

/** json-rules-engine takes every object with a `fact` as another fact to compare with. */
function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'fact');
}

function stepsOf(path: string | undefined): readonly PathStep[] | undefined {
  return path === undefined ? [] : parsePath(path);
}
