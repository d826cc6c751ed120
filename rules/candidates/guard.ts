/**
 * The guard of a condition tree: tests on single values of which at least one passes whenever the tree is true. What an
 * event does not pass need not be evaluated. A tree without a guard is looked at for each event that it listens to.
 */
import type { PortFilter } from '../../core/port-filter.js';
import { parsePath } from '../path.js';
import type { PathStep } from '../path.js';
import type { Condition, LeafCondition } from '../rule.js';
import { requiredLiterals } from './required-literals.js';

export type Scalar = string | number | boolean | null;

/** Where a value stands: a fact and the way into it. */
export interface Place {
  readonly fact: string;
  readonly steps: readonly PathStep[];
}

export type GuardTest = Place &
  (
    | { readonly kind: 'equals'; readonly value: Scalar }
    | { readonly kind: 'contains'; readonly literal: string }
    /** Closed: an open end lets one value more through, which the filter then stops. */
    | { readonly kind: 'between'; readonly low: number; readonly high: number }
  );

export type Guard = readonly GuardTest[];

/** More tests than this cost more than they spare. */
const MAX_TESTS = 64;
/** Values that most events share sift little. */
const COMMON_PLACES: ReadonlySet<string> = new Set(['event.type', 'event.source', 'port.make', 'port.driver']);
const SHORT_LITERAL = 3;

/** Named conditions are in place; the port filter counts as equalities. */
export function guardOf(condition: Condition, ports: PortFilter): Guard | undefined {
  return cheapest([guardOfTree(condition), ...portGuards(ports)]);
}

export function portGuards(ports: PortFilter): readonly Guard[] {
  return Object.entries(ports).map(([key, value]) => {
    const label = key.startsWith('labels.') ? ['labels', key.slice('labels.'.length)] : [key];
    return [{ kind: 'equals', fact: 'port', steps: label, value }];
  });
}

/** Without the port filter. */
export function guardOfTree(condition: Condition): Guard | undefined {
  if ('all' in condition) return cheapest([...condition.all.map(guardOfTree), ...rangesOf(condition.all)]);
  if ('any' in condition) return condition.any.length === 0 ? undefined : union(condition.any.map(guardOfTree));
  return 'operator' in condition ? guardOfLeaf(condition) : undefined;
}

function union(guards: readonly (Guard | undefined)[]): Guard | undefined {
  const all = guards.flatMap((guard) => guard ?? []);
  return guards.includes(undefined) || all.length > MAX_TESTS ? undefined : all;
}

function cheapest(guards: readonly (Guard | undefined)[]): Guard | undefined {
  const known = guards.filter((guard) => guard !== undefined);
  return known.reduce<Guard | undefined>(
    (best, guard) => (best && cost(best) <= cost(guard) ? best : guard),
    undefined,
  );
}

function cost(guard: Guard): number {
  return guard.reduce((sum, test) => sum + testCost(test), 0);
}

/** How many events a test lets through, roughly and relative to the others. */
function testCost(test: GuardTest): number {
  switch (test.kind) {
    case 'equals':
      return COMMON_PLACES.has([test.fact, ...test.steps].join('.')) ? 40 : typeof test.value === 'string' ? 2 : 10;
    case 'contains':
      return test.literal.length < SHORT_LITERAL ? 30 : 4 / test.literal.length;
    case 'between':
      return Number.isFinite(test.high - test.low) ? 15 : 25;
  }
}

/** Bounds of one place in one `all` make one interval. */
function rangesOf(children: readonly Condition[]): readonly Guard[] {
  const ranges = new Map<string, Extract<GuardTest, { kind: 'between' }>>();
  for (const child of children) {
    const test = 'operator' in child ? guardOfLeaf(child)?.[0] : undefined;
    if (test?.kind !== 'between') continue;
    const at = JSON.stringify([test.fact, test.steps]);
    const { low, high } = ranges.get(at) ?? test;
    ranges.set(at, { ...test, low: Math.max(low, test.low), high: Math.min(high, test.high) });
  }
  return [...ranges.values()].map((range) => [range]);
}

function guardOfLeaf({ fact, path, operator, value }: LeafCondition): Guard | undefined {
  const steps = parsePath(path ?? '$');
  if (steps === undefined) return undefined;
  const place = { fact, steps };
  switch (operator) {
    case 'equal':
      return isScalar(value) ? [{ ...place, kind: 'equals', value }] : undefined;
    case 'in':
      if (!Array.isArray(value)) return undefined;
      return union(value.map((item) => (isScalar(item) ? [{ ...place, kind: 'equals', value: item }] : [])));
    case 'matches':
      return typeof value === 'string' ? literalGuard(place, requiredLiterals(value)) : undefined;
    case 'startsWith':
      return typeof value === 'string' && value !== '' ? literalGuard(place, [value]) : undefined;
    case 'lessThan':
    case 'lessThanInclusive':
      return typeof value === 'number' ? [{ ...place, kind: 'between', low: -Infinity, high: value }] : undefined;
    case 'greaterThan':
    case 'greaterThanInclusive':
      return typeof value === 'number' ? [{ ...place, kind: 'between', low: value, high: Infinity }] : undefined;
    default:
      return undefined;
  }
}

function literalGuard(place: Place, literals: readonly string[] | undefined): Guard | undefined {
  return literals?.map((literal) => ({ ...place, kind: 'contains', literal }));
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
