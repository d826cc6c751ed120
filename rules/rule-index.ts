/** Finds the rules that an event could fire: by event type, then by port filter. Only these are evaluated. */
import { matchesPort } from '../core/port-filter.js';
import type { PortSubject } from '../core/port-filter.js';
import type { CompiledRule } from './compile.js';

/** Types whose candidates are kept. Anyone with a token may send events of any type, so the list has an end. */
const MAX_KNOWN_TYPES = 1000;

export class RuleIndex {
  /** By priority, highest first, then in file order: the order in which rules are decided. */
  readonly #rules: readonly CompiledRule[];
  readonly #byType = new Map<string, readonly CompiledRule[]>();

  constructor(rules: readonly CompiledRule[]) {
    this.#rules = [...rules].sort((a, b) => b.rule.priority - a.rule.priority);
  }

  candidates(eventType: string, port: PortSubject | undefined): readonly CompiledRule[] {
    return this.#ofType(eventType).filter(({ rule }) =>
      port === undefined ? Object.keys(rule.ports).length === 0 : matchesPort(rule.ports, port),
    );
  }

  #ofType(eventType: string): readonly CompiledRule[] {
    const known = this.#byType.get(eventType);
    if (known !== undefined) return known;
    const found = this.#rules.filter(({ rule }) => rule.on.some((pattern) => matchesType(pattern, eventType)));
    if (this.#byType.size >= MAX_KNOWN_TYPES) this.#byType.clear();
    this.#byType.set(eventType, found);
    return found;
  }
}

/** `console.line`, `console.*` (everything below `console.`) or `*`. */
export function matchesType(pattern: string, eventType: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? eventType.startsWith(pattern.slice(0, -1)) : pattern === eventType;
}
