/**
 * The `actions` of a rule or schedule: a chain in which each starts when the one before `succeeded`, and which stops
 * at the first that did not. `{ "pushOs": { "version": "candidate" } }`; `"when": "now"` beside the action starts it
 * without waiting.
 */
import type { ActionCall } from './decision.js';
import type { JsonObject } from './json.js';
import type { ActionCatalog } from './ports/action-catalog.js';
import type { Slot } from './slots.js';
import { fillSlots, slotsIn } from './slots.js';
import { fail } from './errors/index.js';
import type { SlotValues } from './template.js';
import type { ValueProblem } from './schema-problems.js';
import { gotText, pointerTo } from './schema-problems.js';

export interface PlannedAction extends ActionCall {
  /** Does not wait for the action before it, and the next does not wait for it. */
  readonly now: boolean;
}

export interface ActionChain {
  readonly actions: readonly PlannedAction[];
}

/** JSON Schema of one entry, for editors. */
export const ACTION_ENTRY_SCHEMA: JsonObject = {
  type: 'object',
  description: 'an action such as { "pushOs": { "version": "candidate" } }',
  minProperties: 1,
  maxProperties: 2,
  properties: { when: { const: 'now' } },
  additionalProperties: { type: 'object' },
};

/** What follows an action that did not succeed: nothing. The only value that this version carries out. */
export const ON_FAILURE_SCHEMA: JsonObject = { description: '"stop", the only choice in this version', const: 'stop' };

export interface ChainContext {
  readonly catalog: ActionCatalog;
  /** What is wrong with a slot, as wanted text; undefined is right. */
  readonly slotProblem: (slot: Slot) => string | undefined;
}

/** Reads the list of actions at `pointer`. */
export function readActionChain(
  actions: unknown,
  pointer: string,
  context: ChainContext,
): { readonly chain: ActionChain; readonly problems: readonly ValueProblem[] } {
  const problems: ValueProblem[] = [];
  return { chain: { actions: readActions(actions, pointer, context, problems) }, problems };
}

function readActions(
  value: unknown,
  pointer: string,
  context: ChainContext,
  problems: ValueProblem[],
): PlannedAction[] {
  if (!Array.isArray(value) || value.length === 0) {
    problems.push({ pointer, wanted: 'a list of actions', got: gotText(value) });
    return [];
  }
  return value.flatMap((entry: unknown, i) => readAction(entry, pointerTo(pointer, i), context, problems));
}

function readAction(entry: unknown, pointer: string, context: ChainContext, problems: ValueProblem[]): PlannedAction[] {
  const keys = isObject(entry) ? Object.keys(entry).filter((key) => key !== 'when') : [];
  const [action] = keys;
  if (!isObject(entry) || action === undefined || keys.length > 1) {
    problems.push({ pointer, wanted: 'one action such as { "pushOs": {} }', got: gotText(entry) });
    return [];
  }
  const params = entry[action] ?? null;
  if (entry['when'] !== undefined && entry['when'] !== 'now') {
    problems.push({ pointer: pointerTo(pointer, 'when'), wanted: '"now"', got: gotText(entry['when']) });
  }
  const at = pointerTo(pointer, action);
  if (!isObject(params)) {
    problems.push({ pointer: at, wanted: 'an object of parameters', got: gotText(params) });
    return [];
  }
  problems.push(...callProblems(action, params, at, context));
  return [{ action, params, now: entry['when'] === 'now' }];
}

/** What is wrong with one call. A parameter with slots is checked again once they are filled. */
function callProblems(
  action: string,
  params: JsonObject,
  pointer: string,
  context: ChainContext,
): readonly ValueProblem[] {
  const known = context.catalog.get(action);
  if (known === undefined) {
    const names = context.catalog.list().map((a) => a.name);
    return [{ pointer, wanted: `one of the actions ${names.join(', ')}`, got: gotText(action) }];
  }
  const slotted: string[] = [];
  const problems: ValueProblem[] = [];
  walkTexts(params, '', (text, at) => {
    const slots = slotsIn(text);
    if (slots.length > 0) slotted.push(at);
    for (const slot of slots) {
      const wanted = slotWanted(slot, isOf(at, known.deviceParams), context);
      if (wanted !== undefined) problems.push({ pointer: pointer + at, wanted, got: gotText(`{{${slot.text}}}`) });
    }
  });
  const wrong = context.catalog.problems(action, params).filter((p) => !slotted.includes(p.pointer));
  return [...problems, ...wrong.map((p) => ({ ...p, pointer: pointer + p.pointer }))];
}

/** What is wrong with a slot, as wanted text; undefined is right. */
function slotWanted(slot: Slot, reachesDevice: boolean, context: ChainContext): string | undefined {
  if (slot.name === undefined) return 'a slot such as {{port}}';
  const untyped = reachesDevice && slot.type === undefined;
  return context.slotProblem(slot) ?? (untyped ? `a typed slot such as {{${slot.name}:word}}` : undefined);
}

function isOf(pointer: string, names: readonly string[] = []): boolean {
  return names.some((name) => pointer === `/${name}` || pointer.startsWith(`/${name}/`));
}

function walkTexts(value: unknown, pointer: string, visit: (text: string, pointer: string) => void): void {
  if (typeof value === 'string') visit(value, pointer);
  else if (Array.isArray(value) || isObject(value)) {
    for (const [key, inner] of Object.entries(value)) walkTexts(inner, pointerTo(pointer, key), visit);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The chain with every slot filled; filled parameters must still fit their action's schema.
 * Errors: TEMPLATE_SLOT_UNKNOWN, TEMPLATE_SLOT_TYPE, TEMPLATE_VALUE_REFUSED, ACTION_PARAMS.
 */
export function fillChain(chain: ActionChain, values: SlotValues, catalog: ActionCatalog): ActionChain {
  const actions = chain.actions.map((call) => {
    const params = fillSlots(call.params, values);
    const [problem] = catalog.problems(call.action, params);
    if (problem !== undefined) throw fail('ACTION_PARAMS', { action: call.action, ...problem });
    return { ...call, params };
  });
  return { actions };
}
