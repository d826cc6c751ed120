/** Whether a condition tree can be true at all. Only contradictions that can be read off it are found. */
import type { PortFilter } from '../core/port-filter.js';
import { guardOfTree, portGuards } from './candidates/guard.js';
import type { GuardTest } from './candidates/guard.js';
import type { Condition } from './rule.js';

/** What contradicts what, in words; undefined where nothing was found. Named conditions are in place. */
export function contradictionIn(condition: Condition, ports: PortFilter = {}): string | undefined {
  const asked = portGuards(ports).flat();
  if ('any' in condition) {
    const branches = condition.any.map((branch) => contradictionIn(branch, ports));
    return branches.every((found) => found !== undefined) ? branches[0] : undefined;
  }
  if ('not' in condition) return undefined;
  const parts = 'all' in condition ? condition.all : [condition];
  const inner = parts.map((part) => ('operator' in part ? undefined : contradictionIn(part, ports)));
  const tests = [...asked, ...parts.flatMap(certainTest)];
  return inner.find((found) => found !== undefined) ?? emptyList(parts) ?? clash(tests);
}

/** The one test that a leaf comes to; a list of several leaves open which. */
function certainTest(part: Condition): readonly GuardTest[] {
  const guard = 'operator' in part ? guardOfTree(part) : undefined;
  return guard?.length === 1 ? guard : [];
}

function emptyList(parts: readonly Condition[]): string | undefined {
  const empty = parts.some((part) => 'operator' in part && guardOfTree(part)?.length === 0);
  return empty ? 'a list without values' : undefined;
}

function clash(tests: readonly GuardTest[]): string | undefined {
  for (const [i, one] of tests.entries()) {
    const other = tests.slice(i + 1).find((later) => samePlace(one, later) && excludes(one, later));
    if (other !== undefined) return `${testText(one)} and ${testText(other)}`;
  }
  return undefined;
}

function samePlace(a: GuardTest, b: GuardTest): boolean {
  return placeText(a) === placeText(b);
}

function excludes(a: GuardTest, b: GuardTest): boolean {
  if (a.kind === 'equals' && b.kind === 'equals') return a.value !== b.value;
  if (a.kind === 'between' && b.kind === 'between') return Math.max(a.low, b.low) > Math.min(a.high, b.high);
  if (a.kind === 'between' || b.kind === 'between') return outside(a, b);
  const [equals, contains] = a.kind === 'equals' ? [a, b] : [b, a];
  if (equals.kind !== 'equals' || contains.kind !== 'contains') return false;
  return typeof equals.value !== 'string' || !equals.value.includes(contains.literal);
}

function outside(a: GuardTest, b: GuardTest): boolean {
  const [range, other] = a.kind === 'between' ? [a, b] : [b, a];
  if (range.kind !== 'between' || other.kind !== 'equals' || typeof other.value !== 'number') return false;
  return other.value < range.low || other.value > range.high;
}

function testText(test: GuardTest): string {
  switch (test.kind) {
    case 'equals':
      return `${placeText(test)} equal to ${JSON.stringify(test.value)}`;
    case 'contains':
      return `${placeText(test)} with ${JSON.stringify(test.literal)} in it`;
    case 'between':
      return `${placeText(test)} ${test.high === Infinity ? `above ${String(test.low)}` : `below ${String(test.high)}`}`;
  }
}

function placeText({ fact, steps }: GuardTest): string {
  return [fact, ...steps].join('.');
}
