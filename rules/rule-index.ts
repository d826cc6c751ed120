/**
 * Finds the rules that an event could fire: those that listen to its type, whose port filter takes its port, and one
 * of whose guard tests passes. Only these are evaluated.
 */
import { matchesPort } from '../core/port-filter.js';
import type { PortSubject } from '../core/port-filter.js';
import type { GuardTest } from './candidates/guard.js';
import { PlaceIndex } from './candidates/place-index.js';
import type { NumberedTest } from './candidates/place-index.js';
import type { CompiledRule } from './compile.js';

/** Rules that listen to one pattern of types. */
interface Listeners {
  /** Places in the order of rules; those without a guard. */
  readonly unguarded: readonly number[];
  readonly places: readonly PlaceIndex[];
}

export class RuleIndex {
  /** By priority, highest first, then in file order: the order in which rules are decided. */
  readonly #rules: readonly CompiledRule[];
  readonly #byPattern = new Map<string, Listeners>();
  /** For each rule the search that found it last, so that none is found twice. */
  readonly #foundIn: Float64Array;
  #searches = 0;

  constructor(rules: readonly CompiledRule[]) {
    this.#rules = [...rules].sort((a, b) => b.rule.priority - a.rule.priority);
    this.#foundIn = new Float64Array(rules.length);
    const ids = new Map<string, number[]>();
    for (const [id, { rule }] of this.#rules.entries()) {
      for (const pattern of new Set(rule.on)) ids.set(pattern, [...(ids.get(pattern) ?? []), id]);
    }
    for (const [pattern, listening] of ids) this.#byPattern.set(pattern, this.#listeners(listening));
  }

  candidates(
    eventType: string,
    port: PortSubject | undefined,
    facts: Readonly<Record<string, unknown>>,
  ): readonly CompiledRule[] {
    this.#searches += 1;
    const ids: number[] = [];
    const found = (id: number): void => {
      if (this.#foundIn[id] === this.#searches) return;
      this.#foundIn[id] = this.#searches;
      ids.push(id);
    };
    for (const pattern of patternsOf(eventType)) {
      const listeners = this.#byPattern.get(pattern);
      if (listeners === undefined) continue;
      listeners.unguarded.forEach(found);
      for (const place of listeners.places) place.search(facts, found);
    }
    const rules = ids.sort((a, b) => a - b).flatMap((id) => this.#rules[id] ?? []);
    return rules.filter(({ rule }) => takesPort(rule, port));
  }

  #listeners(ids: readonly number[]): Listeners {
    const unguarded: number[] = [];
    const byPlace = new Map<string, { readonly first: GuardTest; readonly tests: NumberedTest[] }>();
    for (const id of ids) {
      const guard = this.#rules[id]?.guard;
      if (guard === undefined) unguarded.push(id);
      for (const test of guard ?? []) {
        const at = JSON.stringify([test.fact, test.steps]);
        const known = byPlace.get(at) ?? { first: test, tests: [] };
        known.tests.push({ ...test, id });
        byPlace.set(at, known);
      }
    }
    return { unguarded, places: [...byPlace.values()].map(({ first, tests }) => new PlaceIndex(first, tests)) };
  }
}

/** Whether a rule listens to events of this type of this port at all. */
export function listens(rule: CompiledRule['rule'], eventType: string, port: PortSubject | undefined): boolean {
  const patterns = patternsOf(eventType);
  return rule.on.some((pattern) => patterns.includes(pattern)) && takesPort(rule, port);
}

function takesPort({ ports }: CompiledRule['rule'], port: PortSubject | undefined): boolean {
  return port === undefined ? Object.keys(ports).length === 0 : matchesPort(ports, port);
}

/** `a.b.c`, `a.b.*` and `a.*` (everything below), and `*`. */
function patternsOf(eventType: string): readonly string[] {
  const patterns = [eventType];
  for (let dot = eventType.lastIndexOf('.'); dot > 0; dot = eventType.lastIndexOf('.', dot - 1)) {
    patterns.push(`${eventType.slice(0, dot)}.*`);
  }
  patterns.push('*');
  return patterns;
}
