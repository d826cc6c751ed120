/** One run of one rule's Engine over a snapshot of facts, and the list of every condition with both values. */
import type { ConditionResult } from '../core/decision.js';
import type { JsonValue } from '../core/json.js';
import type { CompiledRule } from './compile.js';

export interface Evaluation {
  readonly holds: boolean;
  /** Every leaf in written order. */
  readonly conditions: readonly ConditionResult[];
  /** Named groups of patterns that were found; each name of the rule is there, empty where it took no part. */
  readonly match: Readonly<Record<string, string>>;
}

/** A node of json-rules-engine's result tree: the condition with what came of it. */
interface ResultNode {
  readonly all?: readonly ResultNode[];
  readonly any?: readonly ResultNode[];
  readonly not?: ResultNode;
  readonly fact?: string;
  readonly path?: string;
  readonly operator?: string;
  readonly value?: JsonValue;
  readonly valueResult?: JsonValue;
  readonly factResult?: JsonValue;
  readonly result?: boolean;
}

/** Errors: whatever an operator throws, e.g. `in` compared with a fact that is no list. */
export async function evaluateRule(
  compiled: CompiledRule,
  facts: Readonly<Record<string, unknown>>,
): Promise<Evaluation> {
  const { results, failureResults } = await compiled.engine().run({ ...facts });
  const [result] = [...results, ...failureResults];
  const root = (result?.conditions ?? {}) as ResultNode;
  const conditions: ConditionResult[] = [];
  const match: Record<string, string> = Object.fromEntries([...compiled.captures].map((name) => [name, '']));
  visitLeaves(root, '', false, (leaf, at, negated) => {
    conditions.push(toConditionResult(leaf, at));
    if (!negated) capture(compiled, leaf, match);
  });
  return { holds: results.length > 0, conditions, match };
}

function visitLeaves(
  node: ResultNode,
  at: string,
  negated: boolean,
  visit: (leaf: ResultNode, at: string, negated: boolean) => void,
): void {
  const prefix = at === '' ? '' : `${at}.`;
  if (node.not !== undefined) return visitLeaves(node.not, `${prefix}not`, true, visit);
  const [key, children] = node.any === undefined ? ['all', node.all] : ['any', node.any];
  if (children === undefined) return visit(node, at, negated);
  for (const [i, child] of children.entries()) visitLeaves(child, `${prefix}${key}.${String(i)}`, negated, visit);
}

function toConditionResult(leaf: ResultNode, at: string): ConditionResult {
  const skipped = leaf.result === undefined;
  return {
    at,
    fact: leaf.fact ?? '',
    ...(leaf.path === undefined ? {} : { path: leaf.path }),
    operator: leaf.operator ?? '',
    wanted: (skipped ? leaf.value : leaf.valueResult) ?? null,
    got: leaf.factResult,
    result: leaf.result ?? false,
    ...(skipped ? { skipped: true as const } : {}),
  };
}

/** The first pattern in written order that was found keeps its groups. */
function capture(compiled: CompiledRule, leaf: ResultNode, match: Record<string, string>): void {
  const { operator, result, value, factResult } = leaf;
  if (operator !== 'matches' || result !== true || typeof value !== 'string' || typeof factResult !== 'string') return;
  const groups = compiled.patterns.get(value).capture(factResult) ?? {};
  for (const [name, text] of Object.entries(groups)) {
    if (match[name] === '') match[name] = text;
  }
}
