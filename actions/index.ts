/** The actions there are, by the names that rules, schedules and the API use. */
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Action } from '../core/action.js';
import type { JsonObject } from '../core/json.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { SiteProblem } from '../core/problem.js';
import { alarm } from './alarm.js';
import { pushOs } from './push-os/push-os.js';

export const ACTIONS: readonly Action[] = [pushOs, alarm];

/** Fills core's ActionCatalog; parameter schemas are compiled once. */
export class Catalog implements ActionCatalog {
  readonly #actions: ReadonlyMap<string, { action: Action; validate: ValidateFunction }>;

  constructor(actions: readonly Action[] = ACTIONS) {
    const ajv = new Ajv({ allErrors: true, strict: true });
    this.#actions = new Map(
      actions.map((action) => [action.name, { action, validate: ajv.compile(action.parameters) }]),
    );
  }

  get(name: string): Action | undefined {
    return this.#actions.get(name)?.action;
  }

  list(): readonly Action[] {
    return [...this.#actions.values()].map((row) => row.action);
  }

  problems(name: string, params: JsonObject): readonly Pick<SiteProblem, 'pointer' | 'wanted' | 'got'>[] {
    const row = this.#actions.get(name);
    if (row === undefined)
      return [{ pointer: '', wanted: `one of ${[...this.#actions.keys()].join(', ')}`, got: name }];
    return row.validate(params) ? [] : (row.validate.errors ?? []).map((error) => problemOf(error, params));
  }
}

function problemOf(error: ErrorObject, params: JsonObject): Pick<SiteProblem, 'pointer' | 'wanted' | 'got'> {
  if (error.keyword === 'additionalProperties') {
    const extra = String(error.params['additionalProperty']);
    return { pointer: `${error.instancePath}/${extra}`, wanted: 'no such parameter', got: extra };
  }
  if (error.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return { pointer: `${error.instancePath}/${missing}`, wanted: 'a value', got: 'nothing' };
  }
  const key = error.instancePath.split('/')[1] ?? '';
  return {
    pointer: error.instancePath,
    wanted: error.message ?? error.keyword,
    got: JSON.stringify(params[key] ?? null),
  };
}
