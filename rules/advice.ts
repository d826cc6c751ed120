/** What a careful reader would ask about rules that are right in form: warnings, each at its place. */
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { SiteProblem } from '../core/problem.js';
import { gotText, pointerTo } from '../core/schema-problems.js';
import { compileRule, inlineNamed, startsWrites } from './compile.js';
import { contradictionIn } from './never.js';
import { PatternBook } from '../core/pattern.js';
import type { RulePlace } from './read-rules.js';
import type { NamedConditions, Rule } from './rule.js';

/** Rules that no index finds, that can never fire, that repeat another, or that let anybody start a write action. */
export function ruleAdvice(
  rules: readonly Rule[],
  places: ReadonlyMap<string, RulePlace>,
  context: { readonly conditions: NamedConditions; readonly catalog: ActionCatalog },
): readonly SiteProblem[] {
  const patterns = new PatternBook();
  const first = new Map<string, string>();
  return rules.flatMap((rule) => {
    const { file, pointer } = places.get(rule.name) ?? { file: '', pointer: '' };
    const warn = (key: string, wanted: string, got: string): SiteProblem => ({
      ...{ file, pointer: pointerTo(pointer, key), wanted, got, severity: 'warning' },
    });
    const tree = inlineNamed(rule.conditions, context.conditions);
    const never = contradictionIn(tree, rule.ports);
    const asks = JSON.stringify([[...rule.on].sort(), Object.entries(rule.ports).sort(), tree]);
    const twin = first.get(asks);
    first.set(asks, twin ?? rule.name);
    const isFound = compileRule(rule, context.conditions, patterns).guard !== undefined;
    const isOpen = rule.acceptUnauthenticated && startsWrites(rule, context.catalog);
    return [
      ...(never === undefined ? [] : [warn('conditions', 'conditions that can be true together', never)]),
      ...(isFound ? [] : [warn('conditions', FOUND, 'none: it is looked at for each event of its types')]),
      ...(twin === undefined ? [] : [warn('conditions', 'conditions of its own', `those of ${gotText(twin)} again`)]),
      ...(isOpen ? [warn('acceptUnauthenticated', 'authenticated sources for write actions', 'any source')] : []),
    ];
  });
}

const FOUND = 'a condition that an index finds, such as equal, or a pattern with a text that it needs';
