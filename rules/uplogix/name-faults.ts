/** Names in lists that nothing in the text defines (A21: such a name never matches), and rulesets that hold themselves. */
import type { Remark, RulesetText, UplogixText } from './syntax.js';

export function nameFaults({ rules, rulesets, monitors }: UplogixText): readonly Remark[] {
  const known = new Set([...rules, ...rulesets].map(({ name }) => name));
  const unknown = (names: readonly string[]): readonly string[] => names.filter((name) => !known.has(name));
  const sets = new Map(rulesets.map((set) => [set.name, set]));
  return [
    ...rulesets.flatMap(({ line, stages }) =>
      unknown(stages.flat()).map((name) =>
        fault(line, 'unknown-rule', `${name} is not defined here; it never matches`),
      ),
    ),
    ...monitors.flatMap(({ line, stages }) =>
      unknown(stages.flat()).map((name) =>
        fault(line, 'monitor-names-unknown-rule', `${name} is not defined here; it never matches`),
      ),
    ),
    ...rulesets
      .filter((set) => holdsItself(set, sets))
      .map(({ line, name }) => fault(line, 'ruleset-in-itself', `${name} holds itself`)),
  ];
}

function holdsItself(set: RulesetText, sets: ReadonlyMap<string, RulesetText>): boolean {
  const seen = new Set<string>();
  const waiting = [...set.stages.flat()];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === set.name) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    waiting.push(...(sets.get(name)?.stages.flat() ?? []));
  }
  return false;
}

function fault(line: number, code: string, text: string): Remark {
  return { line, kind: 'fault', code, text };
}
