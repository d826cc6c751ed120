/** A small world for rule tests: a catalog of two actions, a port, events. */
import type { Action } from '../../core/action.js';
import { makeEvent } from '../../core/event.js';
import type { Event } from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';
import type { ActionCatalog } from '../../core/ports/action-catalog.js';
import { SchemaCheck } from '../../core/schema-problems.js';
import { readConditions, readRules, RuleSet } from '../../rules/index.js';
import type { NamedConditions, Rule, RulePort } from '../../rules/index.js';

/** 2026-01-01T00:00:00Z. */
export const START_MS = 1_767_225_600_000;

export const PORT: RulePort = {
  id: 'node-1:1/1',
  name: '1/1',
  driver: 'cisco-ios',
  make: 'cisco',
  labels: { site: 'austin' },
  properties: {},
};

function action(name: string, intent: 'read' | 'write', parameters: JsonObject): Action {
  const none = { kind: 'end', end: { verdict: 'succeeded', sentence: '' } } as const;
  return {
    name,
    description: name,
    parameters,
    uses: 'none',
    intent,
    start: 'run',
    steps: {},
    failed: () => Promise.resolve(none),
  };
}

const ACTIONS: readonly Action[] = [
  action('pushOs', 'write', {
    type: 'object',
    additionalProperties: false,
    properties: { version: { type: 'string', pattern: '^[A-Za-z0-9_ ]{1,20}$' } },
  }),
  action('alarm', 'read', {
    type: 'object',
    additionalProperties: false,
    required: ['message'],
    properties: { message: { type: 'string', maxLength: 200 }, kind: { type: 'string' } },
  }),
];

/** pushOs (write) and alarm (read). */
export const CATALOG: ActionCatalog = {
  get: (name) => ACTIONS.find((known) => known.name === name),
  list: () => ACTIONS,
  problems: (name, params) => {
    const found = ACTIONS.find((known) => known.name === name);
    return found === undefined ? [] : new SchemaCheck(found.parameters).problems(params);
  },
};

/** An authenticated event of PORT, or what `over` says. */
export function event(id: string, data: JsonObject, over: Partial<Event> = {}): Event {
  const made = makeEvent({
    id,
    node: 'node-1',
    port: PORT,
    type: 'console.line',
    timeMs: START_MS,
    authenticated: true,
    data,
  });
  return { ...made, ...over };
}

/** Rules from the JSON of one file; throws the first problem. */
export function rulesOf(json: unknown, conditions: NamedConditions = {}): readonly Rule[] {
  const { rules, problems } = readRules([{ file: 'rules/test.json', json }], { catalog: CATALOG, conditions });
  if (problems[0] !== undefined) throw new Error(JSON.stringify(problems));
  return rules;
}

export function ruleSetOf(json: unknown, conditionsJson: unknown = []): RuleSet {
  const { conditions, problems } = readConditions([{ file: 'conditions/test.json', json: conditionsJson }]);
  if (problems[0] !== undefined) throw new Error(JSON.stringify(problems));
  return new RuleSet({ rules: rulesOf(json, conditions), conditions, catalog: CATALOG });
}

/** A rule that fires on lines that match; keys of `over` win. */
export function lineRule(pattern: string, over: JsonObject = {}): JsonObject {
  return {
    name: 'a-rule',
    on: 'console.line',
    conditions: { all: [{ fact: 'event', path: '$.data.line', operator: 'matches', value: pattern }] },
    actions: [{ alarm: { message: 'seen' } }],
    ...over,
  };
}
