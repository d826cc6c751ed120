/** All guard tests on one place, asked at once: which numbers pass with this value. */
import { followPath } from '../path.js';
import type { GuardTest, Place, Scalar } from './guard.js';
import { IntervalTree } from './interval-tree.js';
import { LiteralAutomaton } from './literal-automaton.js';

export type NumberedTest = GuardTest & { readonly id: number };

export class PlaceIndex {
  readonly #place: Place;
  readonly #equals = new Map<unknown, number[]>();
  readonly #literals: LiteralAutomaton | undefined;
  readonly #intervals: IntervalTree | undefined;

  /** Tests of one place. */
  constructor(place: Place, tests: readonly NumberedTest[]) {
    this.#place = place;
    const literals: [string, number][] = [];
    const intervals = [];
    for (const test of tests) {
      if (test.kind === 'equals') this.#addEquals(test.value, test.id);
      else if (test.kind === 'contains') literals.push([test.literal, test.id]);
      else intervals.push(test);
    }
    if (literals.length > 0) this.#literals = new LiteralAutomaton(literals);
    if (intervals.length > 0) this.#intervals = new IntervalTree(intervals);
  }

  search(facts: Readonly<Record<string, unknown>>, found: (id: number) => void): void {
    const value = followPath(facts[this.#place.fact], this.#place.steps);
    if (value === undefined) return;
    this.#equals.get(value)?.forEach(found);
    if (typeof value === 'string') {
      this.#literals?.search(value, (ids) => {
        ids.forEach(found);
      });
    }
    this.#intervals?.search(comparedAs(value), found);
  }

  #addEquals(value: Scalar, id: number): void {
    const ids = this.#equals.get(value);
    if (ids === undefined) this.#equals.set(value, [id]);
    else ids.push(id);
  }
}

/** The number that `<` and `>` make of a value beside a number (ECMA-262 IsLessThan); NaN passes nothing. */
function comparedAs(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' || Array.isArray(value) ? Number(value) : NaN;
}
