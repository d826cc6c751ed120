/**
 * All rules of a site, deciding on one event at a time:
 *
 *   event ─► index (type, guards, port filter) ─► filter ─► json-rules-engine ─► authenticated? ─► held? ─►
 *            window? ─► hold, throttle ─► observe? ─► fires
 *
 * From `authenticated?` on, each arrow that does not go on ends in a decision that names what stopped it. Rules whose
 * conditions are false decide nothing: `explain` evaluates them again, with every value.
 */
import { fillChain } from '../core/action-chain.js';
import type { ActionChain } from '../core/action-chain.js';
import type { Decision, DecisionOutcome } from '../core/decision.js';
import { fail, codeOf } from '../core/errors/index.js';
import type { Event } from '../core/event.js';
import type { JsonValue } from '../core/json.js';
import type { PortSubject } from '../core/port-filter.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { ClosedWindow } from '../core/window.js';
import { compileRule, startsWrites } from './compile.js';
import type { CompiledRule } from './compile.js';
import { evaluateRule } from './evaluate.js';
import type { Evaluation } from './evaluate.js';
import { PatternBook } from '../core/pattern.js';
import type { NamedConditions, Rule } from './rule.js';
import { listens, RuleIndex } from './rule-index.js';
import { slotValues } from './slot-values.js';
import { engineFacts } from './snapshot.js';
import type { Snapshot } from './snapshot.js';
import { TimeState } from './time-state.js';
import type { StateChange } from './time-state.js';

export interface RuleSetOptions {
  readonly rules: readonly Rule[];
  readonly conditions: NamedConditions;
  readonly catalog: ActionCatalog;
  /** What keeps rules from writing to a port at a moment; absent: nothing does. */
  readonly closedFor?: (port: PortSubject, nowMs: number) => ClosedWindow | undefined;
  /** The whole site only observes. */
  readonly observe?: boolean;
}

/** What one rule made of one event. */
export interface Ruling {
  readonly rule: Rule;
  readonly decision: Decision;
  /** What to start, slots filled: only where the outcome is `fired`. */
  readonly chain?: ActionChain;
  /** Time state to keep; after the jobs of this ruling were created, so that a crash repeats and loses nothing. */
  readonly changes: readonly StateChange[];
}

interface Outcome {
  readonly outcome: DecisionOutcome;
  readonly chain?: ActionChain;
  readonly changes: readonly StateChange[];
}

export class RuleSet {
  readonly rules: readonly Rule[];
  readonly #compiled: readonly CompiledRule[];
  readonly #index: RuleIndex;
  readonly #catalog: ActionCatalog;
  readonly #closedFor: RuleSetOptions['closedFor'];
  readonly #observe: boolean;
  readonly #time = new TimeState();
  #tail: Promise<unknown> = Promise.resolve();

  /** Rules and conditions come from `readRules` and `readConditions`. */
  constructor(options: RuleSetOptions) {
    const patterns = new PatternBook();
    this.rules = options.rules;
    this.#compiled = options.rules.map((rule) => compileRule(rule, options.conditions, patterns));
    this.#index = new RuleIndex(this.#compiled);
    this.#catalog = options.catalog;
    this.#closedFor = options.closedFor;
    this.#observe = options.observe ?? false;
  }

  /**
   * Decisions of every rule whose conditions hold or cannot be evaluated, highest priority first. Calls are decided
   * one after the other in the order they came, so that hold and throttle see the events in that order. Never rejects.
   */
  decide(event: Event, snapshot: Snapshot, nowMs: number): Promise<readonly Ruling[]> {
    const decided = this.#tail.then(() => this.#decideAll(event, snapshot, nowMs));
    this.#tail = decided;
    return decided;
  }

  /**
   * The conditions of one rule evaluated again on an event, every value told: `conditions` where they are false,
   * `wouldFire` where they hold. Changes no state. Undefined where the rule does not listen to the event.
   */
  explain(name: string, event: Event, snapshot: Snapshot, nowMs: number): Promise<Decision | undefined> {
    const compiled = this.#compiled.find(({ rule }) => rule.name === name);
    if (compiled === undefined || !listens(compiled.rule, event.type, snapshot.port)) return Promise.resolve(undefined);
    const explained = this.#tail.then(async (): Promise<Decision> => {
      const { evaluation, error } = await evaluated(compiled, engineFacts(event, snapshot, nowMs));
      const outcome = error ?? { kind: evaluation.holds ? ('wouldFire' as const) : ('conditions' as const) };
      return { ...decisionOf(compiled.rule, event, evaluation, outcome, nowMs), recomputed: true };
    });
    this.#tail = explained;
    return explained;
  }

  /** State of hold and throttle by key, for a store (scope `rule`) or the rule set that follows this one. */
  exportState(): ReadonlyMap<string, JsonValue> {
    return this.#time.exportState();
  }

  /** Takes state back before the first decision; returns keys that no rule needs any more. */
  importState(values: ReadonlyMap<string, JsonValue>): readonly string[] {
    return this.#time.importState(values, this.rules);
  }

  async #decideAll(event: Event, snapshot: Snapshot, nowMs: number): Promise<readonly Ruling[]> {
    const facts = engineFacts(event, snapshot, nowMs);
    const rulings: Ruling[] = [];
    for (const compiled of this.#index.candidates(event.type, snapshot.port, facts)) {
      if (!compiled.mayHold(facts)) continue;
      const { evaluation, error } = await evaluated(compiled, facts);
      if (!evaluation.holds && error === undefined) continue;
      rulings.push(this.#ruling(compiled.rule, event, snapshot, evaluation, error, nowMs));
    }
    return rulings;
  }

  #ruling(
    rule: Rule,
    event: Event,
    snapshot: Snapshot,
    evaluation: Evaluation,
    error: DecisionOutcome | undefined,
    nowMs: number,
  ): Ruling {
    const { outcome, chain, changes } =
      error === undefined ? this.#outcome(rule, evaluation, event, snapshot, nowMs) : stopped(error);
    const decision = decisionOf(rule, event, evaluation, outcome, nowMs);
    return { rule, decision, changes, ...(chain === undefined ? {} : { chain }) };
  }

  /** What keeps a rule from firing before its time elements count: these events fill no hold and close no throttle. */
  #keptBack(rule: Rule, event: Event, { port, heldBy }: Snapshot, nowMs: number): DecisionOutcome | undefined {
    const { activeFromMs = -Infinity, activeUntilMs = Infinity } = rule;
    if (nowMs < activeFromMs || nowMs >= activeUntilMs) return { kind: 'inactive' };
    if (!startsWrites(rule, this.#catalog)) return undefined;
    if (!event.authenticated && !rule.acceptUnauthenticated) return { kind: 'unauthenticated' };
    if (heldBy !== undefined) return { kind: 'held', by: heldBy };
    const closed = rule.ignoreWindows || port === undefined ? undefined : this.#closedFor?.(port, nowMs);
    if (closed === undefined) return undefined;
    const { window, kind: of, untilMs } = closed;
    return { kind: 'window', window, of, ...(untilMs === undefined ? {} : { untilMs }) };
  }

  #outcome(rule: Rule, evaluation: Evaluation, event: Event, snapshot: Snapshot, nowMs: number): Outcome {
    const kept = this.#keptBack(rule, event, snapshot, nowMs);
    if (kept !== undefined) return stopped(kept);
    const { verdict, changes } = this.#time.pass(rule, event.portid, event.id, nowMs, snapshot.port?.labels);
    if (verdict.kind !== 'passed') return { outcome: verdict, changes };
    if (rule.observe || this.#observe) return { outcome: { kind: 'wouldFire' }, changes };
    try {
      const values = slotValues(rule.name, event, snapshot.port, evaluation.match);
      return { outcome: { kind: 'fired' }, chain: fillChain(rule.chain, values, this.#catalog), changes };
    } catch (error) {
      return { outcome: errorOutcome(error), changes };
    }
  }
}

function decisionOf(
  rule: Rule,
  event: Event,
  { conditions, match }: Evaluation,
  outcome: DecisionOutcome,
  atMs: number,
): Decision {
  return {
    id: `${rule.name}:${event.id}`,
    rule: rule.name,
    eventId: event.id,
    ...(event.portid === undefined ? {} : { portId: event.portid }),
    ...{ atMs, outcome, conditions, match, jobs: [] },
  };
}

function stopped(outcome: DecisionOutcome): Outcome {
  return { outcome, changes: [] };
}

const NOTHING: Evaluation = { holds: false, conditions: [], match: {} };

async function evaluated(
  compiled: CompiledRule,
  facts: Readonly<Record<string, unknown>>,
): Promise<{ readonly evaluation: Evaluation; readonly error?: DecisionOutcome }> {
  try {
    return { evaluation: await evaluateRule(compiled, facts) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return {
      evaluation: NOTHING,
      error: errorOutcome(fail('RULE_FAILED', { rule: compiled.rule.name, reason }, cause)),
    };
  }
}

function errorOutcome(error: unknown): DecisionOutcome {
  return { kind: 'error', code: codeOf(error), text: error instanceof Error ? error.message : String(error) };
}
