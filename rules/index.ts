/** Rules: read, checked, decided, explained. Pure: facts and time come in, decisions go out. */
export { ruleAdvice } from './advice.js';
export { explainDecision, explainRule } from './explain.js';
export { readConditions } from './read-conditions.js';
export { readRules } from './read-rules.js';
export type { NamedConditions, Rule } from './rule.js';
export { RuleSet } from './rule-set.js';
export type { Ruling } from './rule-set.js';
export { CONDITION_FILE_SCHEMA, RULE_FILE_SCHEMA } from './schema.js';
export { importUplogix } from './uplogix/import.js';
export type { Imported } from './uplogix/import.js';
export type { RulePort, Snapshot } from './snapshot.js';
