/** From a rule to one json-rules-engine Engine that knows our operators and walks paths by our own resolver. */
import { Engine } from 'json-rules-engine';
import type { TopLevelCondition } from 'json-rules-engine';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import { guardOf } from './candidates/guard.js';
import type { Guard } from './candidates/guard.js';
import { captureNames } from './check-conditions.js';
import { compileFilter } from './filter.js';
import type { Filter } from './filter.js';
import { addOperators } from './operators.js';
import { makePathResolver } from './path.js';
import type { PatternBook } from '../core/pattern.js';
import type { Condition, NamedConditions, Rule } from './rule.js';

export interface CompiledRule {
  readonly rule: Rule;
  /**
   * One Engine a rule, made when it is first asked: two `run()`s at once on one Engine lose rules, and what throws in
   * one run rejects all of it. RuleSet never starts a second run before the first has ended.
   */
  readonly engine: () => Engine;
  /** What must pass before the rule is looked at; absent where it is looked at each time. */
  readonly guard?: Guard;
  /** False where the conditions are surely false. */
  readonly mayHold: Filter;
  readonly patterns: PatternBook;
  /** What `{{match.<name>}}` may name. */
  readonly captures: ReadonlySet<string>;
}

/** The rule and its named conditions have passed `readRules` and `readConditions`. */
export function compileRule(rule: Rule, named: NamedConditions, patterns: PatternBook): CompiledRule {
  const tree = inlineNamed(rule.conditions, named);
  const filter = compileFilter(tree, patterns);
  // A rule that may fail is evaluated each time, so that its failure is told.
  const guard = filter === undefined ? undefined : guardOf(tree, rule.ports);
  let engine: Engine | undefined;
  return {
    rule,
    engine: () => (engine ??= makeEngine(rule.name, tree, patterns)),
    mayHold: filter ?? (() => true),
    patterns,
    captures: captureNames(rule.conditions, named),
    ...(guard === undefined ? {} : { guard }),
  };
}

/** Whether a rule's chain has an action that changes a device (ARCHITECTURE 14). */
export function startsWrites(rule: Rule, catalog: ActionCatalog): boolean {
  return rule.chain.actions.some((call) => catalog.get(call.action)?.intent !== 'read');
}

function makeEngine(name: string, tree: Condition, patterns: PatternBook): Engine {
  const engine = new Engine([], { allowUndefinedFacts: true, pathResolver: makePathResolver() });
  addOperators(engine, patterns);
  // The Engine writes into the conditions that it is given.
  const conditions = structuredClone(tree) as TopLevelCondition;
  engine.addRule({ name, conditions, event: { type: 'fired' } });
  return engine;
}

/**
 * Puts named conditions in the place of their references, so that a decision can list every leaf, also of those that
 * were skipped. json-rules-engine orders a reference by its own priority, default 1, and so does what replaces it.
 */
export function inlineNamed(condition: Condition, named: NamedConditions): Condition {
  if ('all' in condition) return { ...condition, all: condition.all.map((child) => inlineNamed(child, named)) };
  if ('any' in condition) return { ...condition, any: condition.any.map((child) => inlineNamed(child, named)) };
  if ('not' in condition) return { ...condition, not: inlineNamed(condition.not, named) };
  if (!('condition' in condition)) return condition;
  const tree = Object.hasOwn(named, condition.condition) ? named[condition.condition] : undefined;
  // Checked at load; what is not there is false, as json-rules-engine's allowUndefinedConditions has it.
  if (tree === undefined) return { not: { all: [] } };
  return { ...inlineNamed(tree, named), priority: condition.priority ?? 1 };
}
