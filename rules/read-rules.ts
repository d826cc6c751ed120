/** Reads `site/rules/*.json`, in our form or json-rules-engine's own, into rules; names everything that is wrong. */
import { readActionChain } from '../core/action-chain.js';
import type { ActionChain, ChainContext } from '../core/action-chain.js';
import { parseDuration } from '../core/duration.js';
import type { JsonObject } from '../core/json.js';
import { parseMoment } from '../core/moment.js';
import type { PortFilter } from '../core/port-filter.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { SiteProblem } from '../core/problem.js';
import { gotText, pointerTo, SchemaCheck } from '../core/schema-problems.js';
import type { ValueProblem } from '../core/schema-problems.js';
import { captureNames, conditionProblems } from './check-conditions.js';
import type { Condition, NamedConditions, Rule, ThrottlePer } from './rule.js';
import { ENGINE_FORM_CHECK, OWN_FORM_CHECK } from './schema.js';
import { itemsOf } from '../core/site-file.js';
import type { FileItem, SourceFile } from '../core/site-file.js';
import { slotProblem } from './slot-values.js';

export interface RuleContext {
  readonly catalog: ActionCatalog;
  readonly conditions: NamedConditions;
}

/** Where a rule is written: its file, and the JSON pointer to it. */
export interface RulePlace {
  readonly file: string;
  readonly pointer: string;
}

/** Our form, once its shape is right. */
interface OwnForm {
  readonly name: string;
  readonly on: string | readonly string[];
  readonly ports?: PortFilter;
  readonly conditions: Condition;
  readonly hold?: { readonly times: number; readonly within: string };
  readonly throttle?: { readonly every: string; readonly per?: ThrottlePer };
  readonly actions: unknown;
  readonly mode?: 'observe';
  readonly acceptUnauthenticated?: boolean;
  readonly ignoreWindows?: boolean;
  readonly activeFrom?: string;
  readonly activeUntil?: string;
  readonly priority?: number;
}

interface EngineForm {
  readonly name?: string;
  readonly conditions: Condition;
  readonly event: { readonly type: string; readonly params?: JsonObject };
  readonly priority?: number;
}

const OWN_SHAPE = new SchemaCheck(OWN_FORM_CHECK);
const ENGINE_SHAPE = new SchemaCheck(ENGINE_FORM_CHECK);

/** All rules of a site in file order. Rules with problems are left out. */
export function readRules(
  files: readonly SourceFile[],
  context: RuleContext,
): {
  readonly rules: readonly Rule[];
  /** By the names of rules. */
  readonly places: ReadonlyMap<string, RulePlace>;
  readonly problems: readonly SiteProblem[];
} {
  const rules = new Map<string, { readonly rule: Rule } & RulePlace>();
  const problems: SiteProblem[] = [];
  for (const { file, json } of files) {
    const report = (problem: ValueProblem): void => {
      problems.push({ file, ...problem, severity: 'error' });
    };
    const outer = itemsOf(json, 'rules');
    outer.problems.forEach(report);
    for (const [i, item] of outer.items.entries()) {
      const { rule, problems: wrong } = readRule(item, nameFromFile(file, i), context);
      wrong.forEach(report);
      if (rule === undefined) continue;
      const taken = rules.get(rule.name);
      if (taken === undefined) rules.set(rule.name, { rule, file, pointer: item.pointer });
      else report({ ...place(item, 'name', rule.name), wanted: `a name that ${taken.file} has not taken` });
    }
  }
  return { rules: [...rules.values()].map(({ rule }) => rule), places: rules, problems };
}

function readRule(
  item: FileItem,
  fileName: string,
  context: RuleContext,
): { readonly rule?: Rule; readonly problems: readonly ValueProblem[] } {
  const { value, pointer } = item;
  const isEngineForm = typeof value === 'object' && value !== null && 'event' in value && !('actions' in value);
  const shape = isEngineForm ? ENGINE_SHAPE : OWN_SHAPE;
  const wrong = shape.problems(value).map((p) => ({ ...p, pointer: pointer + p.pointer }));
  const tree = (value as { readonly conditions?: unknown } | null)?.conditions;
  if (tree !== undefined) {
    const named = new Set(Object.keys(context.conditions));
    wrong.push(...conditionProblems(tree, pointerTo(pointer, 'conditions'), { named }));
  }
  if (wrong.length > 0) return { problems: wrong };
  const form = isEngineForm ? fromEngineForm(value as EngineForm, fileName) : (value as OwnForm);
  const moments = momentProblems(form, pointer);
  if (moments.length > 0) return { problems: moments };
  const { chain, problems } = readChain(form, item, isEngineForm, context);
  return problems.length > 0 ? { problems } : { rule: toRule(form, chain), problems };
}

/** The schema knows the form of a moment, and no calendar. */
function momentProblems(form: OwnForm, pointer: string): readonly ValueProblem[] {
  const KEYS = ['activeFrom', 'activeUntil'] as const;
  const wrong = KEYS.filter((key) => form[key] !== undefined && momentMs(form[key]) === undefined);
  const late =
    wrong.length === 0 && (momentMs(form.activeFrom) ?? -Infinity) >= (momentMs(form.activeUntil) ?? Infinity);
  return [
    ...wrong.map((key) => ({ key, wanted: 'a moment that exists' })),
    ...(late ? [{ key: 'activeUntil' as const, wanted: 'a moment after activeFrom' }] : []),
  ].map(({ key, wanted }) => ({ pointer: pointerTo(pointer, key), wanted, got: gotText(form[key]) }));
}

function momentMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseMoment(text);
}

/** Problems of actions in json-rules-engine's form point at `event.type` and `event.params`. */
function readChain(
  form: OwnForm,
  { pointer }: FileItem,
  isEngineForm: boolean,
  context: RuleContext,
): { readonly chain: ActionChain; readonly problems: readonly ValueProblem[] } {
  const captures = captureNames(form.conditions, context.conditions);
  const chainContext: ChainContext = { catalog: context.catalog, slotProblem: (slot) => slotProblem(slot, captures) };
  const read = readActionChain(form.actions, pointerTo(pointer, 'actions'), chainContext);
  if (!isEngineForm) return read;
  const from = `${pointer}/actions/0/`;
  const problems = read.problems.map((problem) => {
    const [action = '', ...rest] = problem.pointer.slice(from.length).split('/');
    const known = context.catalog.get(action) !== undefined;
    return { ...problem, pointer: [pointer, 'event', ...(known ? ['params', ...rest] : ['type'])].join('/') };
  });
  return { chain: read.chain, problems };
}

function fromEngineForm(form: EngineForm, fileName: string): OwnForm {
  return {
    name: form.name ?? fileName,
    on: '*',
    conditions: form.conditions,
    actions: [{ [form.event.type]: form.event.params ?? {} }],
    ...(form.priority === undefined ? {} : { priority: form.priority }),
  };
}

function toRule(form: OwnForm, chain: ActionChain): Rule {
  const { hold, throttle } = form;
  const [activeFromMs, activeUntilMs] = [momentMs(form.activeFrom), momentMs(form.activeUntil)];
  return {
    name: form.name,
    on: typeof form.on === 'string' ? [form.on] : form.on,
    ports: form.ports ?? {},
    conditions: form.conditions,
    ...(hold === undefined ? {} : { hold: { times: hold.times, withinMs: durationMs(hold.within) } }),
    ...(throttle === undefined
      ? {}
      : { throttle: { everyMs: durationMs(throttle.every), per: throttle.per ?? 'port' } }),
    chain,
    observe: form.mode === 'observe',
    acceptUnauthenticated: form.acceptUnauthenticated ?? false,
    ignoreWindows: form.ignoreWindows ?? false,
    ...(activeFromMs === undefined ? {} : { activeFromMs }),
    ...(activeUntilMs === undefined ? {} : { activeUntilMs }),
    priority: form.priority ?? 1,
  };
}

/** The schema has checked the form. */
function durationMs(text: string): number {
  return parseDuration(text) ?? 0;
}

/** Name of a rule that has none: its file's, with its number from the second on. */
function nameFromFile(file: string, index: number): string {
  const stem = (file.split('/').pop() ?? file).replace(/\.json$/, '').replace(/[^A-Za-z0-9._-]/g, '-');
  return index === 0 ? stem : `${stem}-${String(index + 1)}`;
}

function place(item: FileItem, key: string, got: unknown): Pick<ValueProblem, 'pointer' | 'got'> {
  return { pointer: pointerTo(item.pointer, key), got: gotText(got) };
}
