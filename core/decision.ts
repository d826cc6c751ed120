/** Why a rule fired or did not (STYLE: a decision explains itself). */
import type { JsonObject, JsonValue } from './json.js';

/** One condition line with both values. */
export interface ConditionResult {
  /** Place in the rule: `all.0.any.1`. */
  readonly at: string;
  readonly fact: string;
  readonly path?: string;
  readonly operator: string;
  readonly wanted: JsonValue;
  readonly got: JsonValue | undefined;
  readonly result: boolean;
  /** Not evaluated: conditions of a higher priority had already decided. Then `got` is absent. */
  readonly skipped?: true;
}

/** `fired`; or what kept it from firing, named. */
export type DecisionOutcome =
  | { readonly kind: 'fired' }
  | { readonly kind: 'wouldFire' }
  | { readonly kind: 'conditions' }
  | { readonly kind: 'hold'; readonly have: number; readonly want: number }
  | { readonly kind: 'throttled'; readonly untilMs: number }
  | { readonly kind: 'unauthenticated' }
  | { readonly kind: 'held'; readonly by: string }
  | ({ readonly kind: 'window' } & Readonly<{ window: string; of: 'maintenance' | 'quiet'; untilMs?: number }>)
  /** Before its `activeFrom` or after its `activeUntil`. */
  | { readonly kind: 'inactive' }
  | { readonly kind: 'error'; readonly code: string; readonly text: string };

export interface Decision {
  readonly id: string;
  readonly rule: string;
  readonly eventId: string;
  readonly portId?: string;
  readonly atMs: number;
  readonly outcome: DecisionOutcome;
  readonly conditions: readonly ConditionResult[];
  /** Values captured by `matches`, for slots `{{match.name}}`. */
  readonly match: Readonly<Record<string, string>>;
  /** Jobs that it started. */
  readonly jobs: readonly string[];
  /** Not recorded when the event came, but evaluated again when somebody asked. */
  readonly recomputed?: true;
}

/** One action of a rule or schedule, as written: `{ "pushOs": { "version": "candidate" } }`. */
export interface ActionCall {
  readonly action: string;
  readonly params: JsonObject;
}
