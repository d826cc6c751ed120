/** The actions that rules, schedules, the API and the runner may name. */
import type { Action } from '../action.js';
import type { JsonObject } from '../json.js';
import type { SiteProblem } from '../problem.js';

export interface ActionCatalog {
  get(name: string): Action | undefined;
  list(): readonly Action[];
  /** What is wrong with these parameters; empty is right. Pointers are relative to the parameters. */
  problems(name: string, params: JsonObject): readonly Pick<SiteProblem, 'pointer' | 'wanted' | 'got'>[];
}
