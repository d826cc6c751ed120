/** Uplogix rule text as rules of a site, each in `mode: "observe"`, and what is to be said about the lines of the text. */
import type { JsonObject, JsonValue } from '../../core/json.js';
import type { ActionCatalog } from '../../core/ports/action-catalog.js';
import { actionEntries } from './action-json.js';
import { conditionTree, objectOf, sourceOf } from './condition-json.js';
import { monitorsJson, portsOfRules } from './monitor-json.js';
import { nameFaults } from './name-faults.js';
import { parseUplogix } from './parse.js';
import type { ConditionLine, Remark, RuleText, Tell } from './syntax.js';

export interface Imported {
  /** In the form of `rules/*.json`. */
  readonly rules: readonly JsonObject[];
  /** In the form of `monitors/*.json`. */
  readonly monitors: readonly JsonObject[];
  /** Numbers of lines that have a part in the rules, rulesets and monitors of the text. */
  readonly lines: ReadonlySet<number>;
  /** By line. */
  readonly remarks: readonly Remark[];
}

/** What listens where a rule reads nothing but variables. */
const ANY_READING = 'monitor.*';

/** Never throws; every line of rule text has a part in the result or a remark. */
export function importUplogix(text: string, catalog: ActionCatalog): Imported {
  const parsed = parseUplogix(text);
  const remarks: Remark[] = [...parsed.remarks, ...nameFaults(parsed)];
  const tell: Tell = (line, kind, code, said) => {
    remarks.push({ line, kind, code, text: said });
  };
  const ports = portsOfRules(parsed, tell);
  const rules = parsed.rules
    .map((rule) => ruleJson(rule, catalog, ports.get(rule.name), tell))
    .filter((rule): rule is JsonObject => rule !== undefined);
  for (const { line } of parsed.rulesets)
    tell(line, 'unexpressed', 'ruleset', 'rulesets have no form in this version: its rules listen by themselves');
  const monitors = monitorsJson(parsed, tell);
  return { rules, monitors, lines: parsed.understood, remarks: remarks.sort((a, b) => a.line - b.line) };
}

/** A name of ours: letters, digits, `.`, `_` and `-`. */
export function ourName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'rule';
}

function ruleJson(
  rule: RuleText,
  catalog: ActionCatalog,
  port: string | undefined,
  tell: Tell,
): JsonObject | undefined {
  const name = ourName(rule.name);
  const actions = rule.actions.flatMap((line) => actionEntries(line, name, catalog, tell));
  const { tree, unexpressed } = conditionTree(rule.conditions);
  for (const { line, reason } of unexpressed) tell(line, 'unexpressed', 'condition', reason);
  const objects = [...new Set(rule.conditions.flatMap(({ test }) => fieldsOf(test).map(objectOf)))];
  const reasons: readonly (readonly [boolean, string])[] = [
    [rule.broken || unexpressed.length > 0, 'it would fire at other times'],
    [rule.conditions.length === 0, 'it has no conditions'],
    [actions.length === 0, 'none of its actions has a form'],
    [name.length > 64, 'a name has at most 64 letters'],
    [objects.length > 1, `it reads ${objects.join(' and ')} at once`],
  ];
  const reason = reasons.find(([applies]) => applies)?.[1];
  if (reason !== undefined) {
    tell(rule.line, 'unexpressed', 'rule', `${rule.name} is left out: ${reason}`);
    return undefined;
  }
  const [object] = objects;
  const source = object === undefined ? undefined : sourceOf(object);
  if (source?.monitor !== undefined) tell(rule.line, 'needs', 'monitor', needed(rule, source.monitor));
  return {
    name,
    ...given({ description: rule.description }),
    on: source?.on ?? ANY_READING,
    ...given({ ports: port === undefined ? undefined : { name: port } }),
    conditions: source?.monitor === undefined ? tree : { all: [ofMonitor(source.monitor), tree] },
    actions,
    mode: 'observe',
    ...given({ activeFrom: rule.activeFrom, activeUntil: rule.activeUntil }),
  };
}

/** Without what is not there. */
function given(values: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function needed(rule: RuleText, monitor: string): string {
  const groups = [...new Set(rule.conditions.flatMap(({ test }) => fieldsOf(test)))].map((field) =>
    field.slice(monitor.length + 1),
  );
  return `a command monitor named ${monitor} whose patterns have the groups ${groups.join(', ')}`;
}

function ofMonitor(name: string): JsonObject {
  return { fact: 'event', path: '$.data.monitor', operator: 'equal', value: name };
}

function fieldsOf(test: ConditionLine['test']): readonly string[] {
  if (test.kind === 'field') return [test.field];
  return test.kind === 'percent' ? [test.field, test.of] : [];
}
