/** The architecture gate: names each import that breaks a rule of .dependency-cruiser.cjs, with the reason of the rule. */
import { resolve } from 'node:path';
import { cruiseFolders } from './architecture.mjs';
import { ROOT } from './bootstrap.mjs';

const root = resolve(process.argv[2] ?? ROOT);
const { summary } = await cruiseFolders(root);
const comments = new Map(summary.ruleSetUsed.forbidden.map((rule) => [rule.name, rule.comment]));
for (const [rule, violations] of groupByRule(summary.violations)) {
  console.log(`${rule}: ${comments.get(rule)}`);
  for (const { from, to, cycle } of violations) {
    const path = cycle === undefined ? [to] : cycle.map((step) => step.name ?? step);
    console.log(`  ${[from, ...path.filter((name) => name !== from || cycle !== undefined)].join(' → ')}`);
  }
}
console.log(
  `${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} break a rule`,
);
process.exitCode = summary.violations.length > 0 ? 1 : 0;

function groupByRule(violations) {
  const groups = new Map();
  for (const violation of violations)
    groups.set(violation.rule.name, [...(groups.get(violation.rule.name) ?? []), violation]);
  return groups;
}
