/** Rules and schedules of a site, checked by the folders that know what they mean. */
import type { ActionCatalog } from '../../core/ports/action-catalog.js';
import type { SiteProblem } from '../../core/problem.js';
import { readConditions, readRules, ruleAdvice, RuleSet } from '../../rules/index.js';
import type { NamedConditions, Rule } from '../../rules/index.js';
import {
  closedFor,
  policyRules,
  readMonitors,
  readPolicies,
  readSchedules,
  readWindows,
} from '../../schedules/index.js';
import type { SourceFile } from '../../core/site-file.js';
import type { Site } from './site.js';

export interface BehaviourFiles {
  readonly conditions: readonly SourceFile[];
  readonly rules: readonly SourceFile[];
  /** Those that recover are rules too. */
  readonly policies?: readonly SourceFile[];
}

export interface SiteRules {
  readonly rules: readonly Rule[];
  readonly conditions: NamedConditions;
  readonly problems: readonly SiteProblem[];
}

/** All rules with the named conditions that they use; wrong ones are left out and named. */
export function readSiteRules(files: BehaviourFiles, catalog: ActionCatalog): SiteRules {
  const named = readConditions(files.conditions);
  const own = policyRules(readPolicies(files.policies ?? []).policies);
  const read = readRules([...files.rules, ...own], { catalog, conditions: named.conditions });
  return { rules: read.rules, conditions: named.conditions, problems: [...named.problems, ...read.problems] };
}

/** The rules of a site, ready to decide. */
export function ruleSetOf(site: Site, catalog: ActionCatalog): RuleSet {
  const { rules, conditions } = readSiteRules(site, catalog);
  const { windows } = readWindows(site.windows);
  return new RuleSet({
    ...{ rules, conditions, catalog, observe: site.mode === 'observe' },
    closedFor: (port, nowMs) => closedFor(windows, port, nowMs),
  });
}

/** What is wrong with rules, and what a careful reader would ask about those that are right. */
export function adviseRules(files: BehaviourFiles, catalog: ActionCatalog): readonly SiteProblem[] {
  const { conditions, problems } = readConditions(files.conditions);
  const read = readRules(files.rules, { catalog, conditions });
  return [...problems, ...read.problems, ...ruleAdvice(read.rules, read.places, { conditions, catalog })];
}

/** Everything that is wrong with what a site does by itself. */
export function behaviourProblems(
  files: BehaviourFiles & Pick<Site, 'schedules' | 'monitors' | 'windows'>,
  catalog: ActionCatalog,
): readonly SiteProblem[] {
  return [
    ...readSiteRules(files, catalog).problems,
    ...readSchedules(files.schedules, { catalog }).problems,
    ...readMonitors(files.monitors).problems,
    ...readWindows(files.windows).problems,
    ...readPolicies(files.policies ?? []).problems,
  ];
}
