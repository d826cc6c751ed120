/**
 * Recorded events through the rules of a site, on the clock of the events: nothing is opened and nothing is started. The same
 * recording and the same rules give the same log, byte by byte.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Catalog } from '../../actions/index.js';
import type { Decision } from '../../core/decision.js';
import { fail, reasonOf } from '../../core/errors/index.js';
import type { Event } from '../../core/event.js';
import type { JsonObject, JsonValue } from '../../core/json.js';
import type { SiteProblem } from '../../core/problem.js';
import { DRIVERS, driverFor } from '../../drivers/index.js';
import { ruleSetOf } from '../site/check-behaviour.js';
import { loadSite } from '../site/load-site.js';
import type { Site } from '../site/site.js';

/** One line of the log: a rule whose conditions held on an event, and what came of it. */
export interface ReplayLine {
  readonly time: string;
  readonly event: string;
  readonly rule: string;
  readonly outcome: Decision['outcome'];
  readonly actions: readonly JsonObject[];
}

export interface Replayed {
  readonly lines: readonly ReplayLine[];
  /** Where the rules could not be used. */
  readonly problems: readonly SiteProblem[];
}

/**
 * @param file events as `show events --json` prints them, a JSON list of events, or one event a line
 * @param rules a site folder, or the folder `rules` in one
 * @throws FILE_UNREADABLE, REPLAY_FORM, SITE_MISSING
 */
export async function replay(
  file: string,
  rules: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Replayed> {
  const events = await readEvents(file);
  const folder = basename(resolve(rules)) === 'rules' ? dirname(resolve(rules)) : resolve(rules);
  const catalog = new Catalog();
  const { site, problems } = await loadSite(folder, { drivers: DRIVERS, driverFor, catalog, env });
  if (site === undefined) return { lines: [], problems };
  return { lines: await decided(site, catalog, events), problems: [] };
}

async function decided(site: Site, catalog: Catalog, events: readonly Event[]): Promise<readonly ReplayLine[]> {
  const ruleSet = ruleSetOf(site, catalog);
  const lines: ReplayLine[] = [];
  for (const event of events) {
    const port = site.ports.find(({ id }) => id === event.portid);
    const rulings = await ruleSet.decide(event, port === undefined ? {} : { port }, Date.parse(event.time));
    for (const { decision, chain } of rulings) {
      const actions = (chain?.actions ?? []).map(({ action, params }) => ({ [action]: params }));
      lines.push({ time: event.time, event: event.id, rule: decision.rule, outcome: decision.outcome, actions });
    }
  }
  return lines;
}

/** Firings that only one of two logs has, in the order of the events. */
export function firingsGained(before: readonly ReplayLine[], after: readonly ReplayLine[]): readonly ReplayLine[] {
  const had = new Set(before.filter(isFiring).map(keyOf));
  return after.filter((line) => isFiring(line) && !had.has(keyOf(line)));
}

function isFiring({ outcome }: ReplayLine): boolean {
  return outcome.kind === 'fired' || outcome.kind === 'wouldFire';
}

function keyOf({ rule, event }: ReplayLine): string {
  return `${rule}\n${event}`;
}

/** Oldest first, whatever the order of the recording. */
async function readEvents(file: string): Promise<readonly Event[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fail('FILE_UNREADABLE', { file, reason: reasonOf(error) }, error);
  });
  const events = itemsOf(text, file).map((item, i) => eventOf(item, file, i));
  return events
    .map((event, i) => ({ event, i }))
    .sort(byTime)
    .map(({ event }) => event);
}

function byTime(
  a: { readonly event: Event; readonly i: number },
  b: { readonly event: Event; readonly i: number },
): number {
  return Date.parse(a.event.time) - Date.parse(b.event.time) || a.i - b.i;
}

/** `show events --json` gives the newest first; turned, so that events of one moment stand as they came. */
function itemsOf(text: string, file: string): readonly JsonValue[] {
  const whole = parsed(text);
  if (whole === undefined) {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line, i) => parsed(line) ?? formFault(file, i, 'one JSON event a line', line));
  }
  if (Array.isArray(whole)) return whole;
  const listed = isObject(whole) ? whole['events'] : undefined;
  return Array.isArray(listed) ? [...listed].reverse() : [whole];
}

function eventOf(item: JsonValue, file: string, i: number): Event {
  const inner = isObject(item) && isObject(item['event']) ? item['event'] : item;
  const { time } = isObject(inner) ? inner : {};
  const isEvent =
    isObject(inner) &&
    ['id', 'type'].every((key) => typeof inner[key] === 'string') &&
    isObject(inner['data']) &&
    typeof time === 'string' &&
    !Number.isNaN(Date.parse(time));
  return isEvent
    ? (inner as unknown as Event)
    : formFault(file, i, 'an event with id, type, time and data', JSON.stringify(item));
}

function formFault(file: string, i: number, wanted: string, got: string): never {
  throw fail('REPLAY_FORM', { file, place: i + 1, wanted, got: got.slice(0, 100) });
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
