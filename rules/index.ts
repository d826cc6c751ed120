/** Rules: read, checked, decided, explained. Pure: facts and time come in, decisions go out. */
export { explainDecision, explainRule } from './explain.js';
export { readConditions } from './read-conditions.js';
export { readRules } from './read-rules.js';
export type { RuleContext } from './read-rules.js';
export type { Condition, Hold, NamedConditions, Rule, Throttle } from './rule.js';
export { RuleSet } from './rule-set.js';
export type { RuleSetOptions, Ruling } from './rule-set.js';
export { CONDITION_FILE_SCHEMA, RULE_FILE_SCHEMA } from './schema.js';
export type { SourceFile } from '../core/site-file.js';
export type { RulePort, Snapshot } from './snapshot.js';
export type { StateChange } from './time-state.js';
