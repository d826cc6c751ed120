/** A rule as the engine takes it: read from a site file, checked, durations in milliseconds. */
import type { ActionChain } from '../core/action-chain.js';
import type { JsonObject, JsonValue } from '../core/json.js';
import type { PortFilter } from '../core/port-filter.js';

/** json-rules-engine's own condition JSON: a group, a reference to a named condition, or a leaf. */
export type Condition =
  | { readonly all: readonly Condition[]; readonly name?: string; readonly priority?: number }
  | { readonly any: readonly Condition[]; readonly name?: string; readonly priority?: number }
  | { readonly not: Condition; readonly name?: string; readonly priority?: number }
  | { readonly condition: string; readonly name?: string; readonly priority?: number }
  | LeafCondition;

export interface LeafCondition {
  readonly fact: string;
  readonly path?: string;
  readonly operator: string;
  /** A JSON value, or `{ "fact": …, "path": … }`: another fact to compare with. */
  readonly value: JsonValue;
  readonly params?: JsonObject;
  readonly name?: string;
  readonly priority?: number;
}

/** Conditions that rules refer to by `{ "condition": "<name>" }`. */
export type NamedConditions = Readonly<Record<string, Condition>>;

/** Fires only when the conditions held this many times on one port within this time; then counts anew. */
export interface Hold {
  readonly times: number;
  readonly withinMs: number;
}

/** What a throttle counts together: one port, all ports of the rule, or the ports with one value of a label. */
export type ThrottlePer = 'port' | 'rule' | `labels.${string}`;

/** Fires at most once in this time. */
export interface Throttle {
  readonly everyMs: number;
  readonly per: ThrottlePer;
}

export interface Rule {
  readonly name: string;
  /** Event types: exact, `console.*`, or `*`. */
  readonly on: readonly string[];
  readonly ports: PortFilter;
  readonly conditions: Condition;
  readonly hold?: Hold;
  readonly throttle?: Throttle;
  readonly chain: ActionChain;
  /** Decides and explains, but starts nothing. */
  readonly observe: boolean;
  /** Lets an event of an unauthenticated source start a write action (ARCHITECTURE 14). */
  readonly acceptUnauthenticated: boolean;
  /** Writes at any time: what brings a dead device back cannot wait for a window. */
  readonly ignoreWindows: boolean;
  /** From and until when it fires at all, epoch ms. */
  readonly activeFromMs?: number;
  readonly activeUntilMs?: number;
  /** Higher is decided first. Default 1. */
  readonly priority: number;
}
