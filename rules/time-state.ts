/**
 * The time elements of rules, `hold` and `throttle`, as a pure state machine whose state is small JSON values by key.
 * Deciding the same event twice (after a crash) gives the same answer: the state remembers event ids.
 *
 *   conditions true ─► hold: times reached? ─no─► "hold"
 *                         │ yes: count anew
 *                         ▼
 *                      throttle: free? ─no─► "throttled"
 *                         │ yes: closed for `every`
 *                         ▼
 *                       fires
 */
import type { JsonValue } from '../core/json.js';
import type { PortSubject } from '../core/port-filter.js';
import type { Hold, Rule, Throttle, ThrottlePer } from './rule.js';

/** A new value of a key, for the caller to keep. */
export interface StateChange {
  readonly key: string;
  readonly value: JsonValue;
}

export type TimeVerdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'hold'; readonly have: number; readonly want: number }
  | { readonly kind: 'throttled'; readonly untilMs: number };

/** Times at which the conditions held, with the event of each; and the event that reached the number last. */
interface HoldState {
  readonly seen: readonly (readonly [number, string])[];
  readonly metBy?: string;
}

/** When it fired last, and on which event. */
interface ThrottleState {
  readonly firedAtMs: number;
  readonly eventId: string;
}

/** Stands for "the rule as a whole" and for events without a port; no port id is empty. */
const NO_PORT = '';

export class TimeState {
  readonly #values = new Map<string, JsonValue>();

  /** The verdict on a rule whose conditions hold now, and what changed. */
  pass(
    rule: Rule,
    portId: string | undefined,
    eventId: string,
    nowMs: number,
    labels: PortSubject['labels'] = {},
  ): { readonly verdict: TimeVerdict; readonly changes: readonly StateChange[] } {
    const changes: StateChange[] = [];
    const port = portId ?? NO_PORT;
    const { hold, throttle } = rule;
    const held = hold === undefined ? undefined : this.#hold(hold, key('hold', rule, port), eventId, nowMs, changes);
    if (held !== undefined) return { verdict: held, changes };
    if (throttle === undefined) return { verdict: { kind: 'passed' }, changes };
    const throttleKey = key('throttle', rule, sharedBy(throttle.per, port, labels));
    return { verdict: this.#throttle(throttle, throttleKey, eventId, nowMs, changes), changes };
  }

  /** All values, for a successor rule set or a store. */
  exportState(): ReadonlyMap<string, JsonValue> {
    return new Map(this.#values);
  }

  /** Takes values back; those of rules that are gone or have no such element any more are named for removal. */
  importState(values: ReadonlyMap<string, JsonValue>, rules: readonly Rule[]): readonly string[] {
    const wanted = new Set(
      rules.flatMap((rule) => [
        ...(rule.hold === undefined ? [] : [keyPrefix('hold', rule)]),
        ...(rule.throttle === undefined ? [] : [keyPrefix('throttle', rule)]),
      ]),
    );
    const stale: string[] = [];
    for (const [name, value] of values) {
      const sound = isHoldState(value) || isThrottleState(value);
      if (sound && wanted.has(prefixOf(name))) {
        this.#values.set(name, value);
      } else stale.push(name);
    }
    return stale;
  }

  #hold(hold: Hold, at: string, eventId: string, nowMs: number, changes: StateChange[]): TimeVerdict | undefined {
    const state = this.#read(at, isHoldState) ?? { seen: [] };
    if (state.metBy === eventId) return undefined;
    const recent = state.seen.filter(([ms, id]) => Math.abs(nowMs - ms) <= hold.withinMs && id !== eventId);
    const seen = [...recent, [nowMs, eventId] as const].slice(-hold.times);
    const met = seen.length >= hold.times;
    this.#write(at, met ? { seen: [], metBy: eventId } : { ...state, seen }, changes);
    return met ? undefined : { kind: 'hold', have: seen.length, want: hold.times };
  }

  #throttle(throttle: Throttle, at: string, eventId: string, nowMs: number, changes: StateChange[]): TimeVerdict {
    const state = this.#read(at, isThrottleState);
    // A clock that was set back must not close the rule for longer than `every`.
    const closed = state !== undefined && nowMs >= state.firedAtMs && nowMs - state.firedAtMs < throttle.everyMs;
    if (closed && state.eventId !== eventId) return { kind: 'throttled', untilMs: state.firedAtMs + throttle.everyMs };
    if (!closed) this.#write(at, { firedAtMs: nowMs, eventId }, changes);
    return { kind: 'passed' };
  }

  #read<T>(at: string, is: (value: unknown) => value is T): T | undefined {
    const value: unknown = this.#values.get(at);
    return is(value) ? value : undefined;
  }

  #write(at: string, state: HoldState | ThrottleState, changes: StateChange[]): void {
    const value = state as unknown as JsonValue;
    this.#values.set(at, value);
    changes.push({ key: at, value });
  }
}

const LABEL = 'labels.';

/** The part of a key that stands for what counts together. A port without the label counts by itself. */
function sharedBy(per: ThrottlePer, port: string, labels: PortSubject['labels']): string {
  if (per === 'rule') return NO_PORT;
  const name = per.startsWith(LABEL) ? per.slice(LABEL.length) : undefined;
  return name !== undefined && Object.hasOwn(labels, name) ? `${per}=${labels[name] ?? ''}` : port;
}

const SEPARATOR = ' ';

/** `throttle reload-loop aus-1:1/1`. Rule names have no blanks, so the parts stay apart. */
function key(element: string, rule: Rule, port: string): string {
  return keyPrefix(element, rule) + port;
}

function keyPrefix(element: string, rule: Rule): string {
  return element + SEPARATOR + rule.name + SEPARATOR;
}

function prefixOf(name: string): string {
  const [element = '', rule = ''] = name.split(SEPARATOR);
  return element + SEPARATOR + rule + SEPARATOR;
}

function isHoldState(value: unknown): value is HoldState {
  return isRecord(value) && Array.isArray(value['seen']);
}

function isThrottleState(value: unknown): value is ThrottleState {
  return isRecord(value) && typeof value['firedAtMs'] === 'number' && typeof value['eventId'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
