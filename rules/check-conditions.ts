/** Checks condition trees where they are written: every leaf names a known fact, operator, path and a value that fits. */
import { gotText, pointerTo } from '../core/schema-problems.js';
import type { ValueProblem } from '../core/schema-problems.js';
import { operandProblem, OPERATORS, parseOperator } from './operators.js';
import { parsePath, PATH_FORM } from './path.js';
import { Pattern } from '../core/pattern.js';
import type { Condition, NamedConditions } from './rule.js';
import { FACT_NAMES } from './snapshot.js';

/** Deepest nesting of groups: far beyond what a person writes, far below what a stack holds. */
const MAX_DEPTH = 32;

const GROUPS = ['all', 'any', 'not', 'condition'] as const;
const GROUP_KEYS: readonly string[] = ['name', 'priority'];
const LEAF_KEYS: readonly string[] = ['fact', 'path', 'operator', 'value', 'params', 'name', 'priority'];

export interface ConditionContext {
  /** Names that `{ "condition": … }` may use. */
  readonly named: ReadonlySet<string>;
}

/** All that is wrong in a tree. The root must be a group or a reference, as json-rules-engine wants it. */
export function conditionProblems(value: unknown, pointer: string, context: ConditionContext): readonly ValueProblem[] {
  const problems: ValueProblem[] = [];
  if (!isObject(value) || !GROUPS.some((group) => group in value)) {
    return [{ pointer, wanted: 'one of the keys all, any, not, condition', got: gotText(value) }];
  }
  checkNode(value, pointer, context, problems, 0);
  return problems;
}

function checkNode(
  node: unknown,
  pointer: string,
  context: ConditionContext,
  problems: ValueProblem[],
  depth: number,
): void {
  const wrong = (at: string, wanted: string, got: unknown): void => {
    problems.push({ pointer: at, wanted, got: gotText(got) });
  };
  if (!isObject(node)) return wrong(pointer, 'a condition', node);
  if (depth > MAX_DEPTH) return wrong(pointer, `at most ${String(MAX_DEPTH)} nested groups`, 'more');
  const groups = GROUPS.filter((group) => group in node);
  const [group] = groups;
  if (groups.length > 1) return wrong(pointer, 'only one of all, any, not, condition', groups.join(' and '));
  if (group === undefined) return checkLeaf(node, pointer, wrong);
  for (const key of Object.keys(node)) {
    if (key !== group && !GROUP_KEYS.includes(key)) wrong(pointerTo(pointer, key), `${group}, name or priority`, key);
  }
  checkPriority(node, pointer, wrong);
  const at = pointerTo(pointer, group);
  const inner = node[group];
  if (group === 'not') return checkNode(inner, at, context, problems, depth + 1);
  if (group === 'condition') {
    const known = typeof inner === 'string' && context.named.has(inner);
    return known
      ? undefined
      : wrong(at, `one of the named conditions ${[...context.named].join(', ') || '(none)'}`, inner);
  }
  if (!Array.isArray(inner)) return wrong(at, 'a list of conditions', inner);
  for (const [i, child] of inner.entries()) checkNode(child, pointerTo(at, i), context, problems, depth + 1);
}

type Wrong = (at: string, wanted: string, got: unknown) => void;

function checkLeaf(leaf: Record<string, unknown>, pointer: string, wrong: Wrong): void {
  for (const key of Object.keys(leaf)) {
    if (!LEAF_KEYS.includes(key)) wrong(pointerTo(pointer, key), `one of the keys ${LEAF_KEYS.join(', ')}`, key);
  }
  for (const key of ['fact', 'operator', 'value']) {
    if (!(key in leaf)) wrong(pointer, `the key "${key}"`, leaf);
  }
  checkPriority(leaf, pointer, wrong);
  checkFact(leaf, pointer, wrong);
  if (!('operator' in leaf) || !('value' in leaf)) return;
  const operator = typeof leaf['operator'] === 'string' ? parseOperator(leaf['operator']) : undefined;
  if (operator === undefined) {
    return wrong(pointerTo(pointer, 'operator'), `one of the operators ${OPERATORS.join(', ')}`, leaf['operator']);
  }
  const at = pointerTo(pointer, 'value');
  const { value } = leaf;
  if (isFactReference(value) && operator.base !== 'matches') return checkFact(value, at, wrong);
  const wanted = operandProblem(operator.base, operator.decorators, value);
  if (wanted !== undefined) wrong(at, wanted, value);
}

function checkFact(holder: Record<string, unknown>, pointer: string, wrong: Wrong): void {
  const { fact, path } = holder;
  if ('fact' in holder && !(typeof fact === 'string' && FACT_NAMES.includes(fact))) {
    wrong(pointerTo(pointer, 'fact'), `one of the facts ${FACT_NAMES.join(', ')}`, fact);
  }
  if (path !== undefined && !(typeof path === 'string' && parsePath(path) !== undefined)) {
    wrong(pointerTo(pointer, 'path'), PATH_FORM, path);
  }
}

function checkPriority(node: Record<string, unknown>, pointer: string, wrong: Wrong): void {
  const { priority } = node;
  if (priority !== undefined && !(Number.isInteger(priority) && Number(priority) > 0)) {
    wrong(pointerTo(pointer, 'priority'), 'a whole number from 1', priority);
  }
}

function isFactReference(value: unknown): value is Record<string, unknown> {
  return isObject(value) && 'fact' in value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A named condition that needs itself, with the way round: `a → b → a`. */
export function conditionCycle(name: string, named: NamedConditions): string | undefined {
  const search = (at: string, trail: readonly string[]): string | undefined => {
    if (trail.includes(at)) return at === name ? [...trail, at].join(' → ') : undefined;
    const tree = Object.hasOwn(named, at) ? named[at] : undefined;
    const next = tree === undefined ? [] : referencesOf(tree);
    return next.map((reference) => search(reference, [...trail, at])).find((found) => found !== undefined);
  };
  return search(name, []);
}

function referencesOf(condition: Condition): readonly string[] {
  if ('condition' in condition) return [condition.condition];
  return childrenOf(condition).flatMap(referencesOf);
}

function childrenOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}

/** Names that `{{match.<name>}}` may use: the groups of every plain `matches` that is not under a `not`. */
export function captureNames(condition: Condition, named: NamedConditions): ReadonlySet<string> {
  if ('not' in condition) return new Set();
  if ('condition' in condition) {
    const tree = Object.hasOwn(named, condition.condition) ? named[condition.condition] : undefined;
    return tree === undefined ? new Set() : captureNames(tree, named);
  }
  if ('operator' in condition) {
    const plain = condition.operator === 'matches' && typeof condition.value === 'string';
    return new Set(plain ? new Pattern(condition.value).groups : []);
  }
  return new Set(childrenOf(condition).flatMap((child) => [...captureNames(child, named)]));
}
