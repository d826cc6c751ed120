/** Reads `site/monitors/*.json` into monitors; names everything that is wrong. */
import { parseDuration } from '../core/duration.js';
import type { Monitor, Poll } from '../core/monitor.js';
import { Pattern, patternProblem } from '../core/pattern.js';
import type { PortFilter } from '../core/port-filter.js';
import type { SiteProblem } from '../core/problem.js';
import { readNamed } from '../core/named-items.js';
import type { ReadItem } from '../core/named-items.js';
import { gotText, pointerTo, SchemaCheck } from '../core/schema-problems.js';
import type { ValueProblem } from '../core/schema-problems.js';
import type { FileItem, SourceFile } from '../core/site-file.js';
import { MONITOR_SCHEMA } from './monitor-schema.js';

/** More often than this a console does nothing else, ms. */
const LEAST_EVERY_MS = 10_000;
const PING_COUNT = 3;
const KINDS = ['facts', 'command', 'interface', 'ping'] as const;
const SHAPE = new SchemaCheck(MONITOR_SCHEMA);

interface MonitorForm {
  readonly name: string;
  readonly every: string;
  readonly ports: PortFilter;
  readonly facts?: object;
  readonly command?: { readonly send: string; readonly patterns: readonly string[] };
  readonly interface?: { readonly name: string };
  readonly ping?: { readonly host?: string; readonly count?: number };
}

/** All monitors of a site in file order. Those with problems are left out. */
export function readMonitors(files: readonly SourceFile[]): {
  readonly monitors: readonly Monitor[];
  readonly problems: readonly SiteProblem[];
} {
  const { made: monitors, problems } = readNamed(files, 'monitors', readMonitor);
  return { monitors, problems };
}

function readMonitor({ value, pointer }: FileItem): ReadItem<Monitor> {
  const wrong = SHAPE.problems(value).map((p) => ({ ...p, pointer: pointer + p.pointer }));
  if (wrong.length > 0) return { problems: wrong };
  const form = value as MonitorForm;
  const everyMs = parseDuration(form.every) ?? 0;
  const problems = [
    ...kindProblems(form, pointer),
    ...everyProblems(form, everyMs, pointer),
    ...patternProblems(form, pointer),
  ];
  const poll = pollOf(form);
  if (problems.length > 0 || poll === undefined) return { problems };
  return { made: { name: form.name, everyMs, ports: form.ports, poll }, problems: [] };
}

function kindProblems(form: MonitorForm, pointer: string): readonly ValueProblem[] {
  const used = KINDS.filter((kind) => form[kind] !== undefined);
  if (used.length === 1) return [];
  return [
    { pointer, wanted: `one of the keys ${KINDS.join(', ')}`, got: used.length === 0 ? 'none' : used.join(' and ') },
  ];
}

function everyProblems({ every }: MonitorForm, everyMs: number, pointer: string): readonly ValueProblem[] {
  if (everyMs >= LEAST_EVERY_MS) return [];
  return [{ pointer: pointerTo(pointer, 'every'), wanted: 'a duration of 10s or more', got: gotText(every) }];
}

function patternProblems({ command }: MonitorForm, pointer: string): readonly ValueProblem[] {
  const at = pointerTo(pointerTo(pointer, 'command'), 'patterns');
  return (command?.patterns ?? []).flatMap((pattern, i) => {
    const problem = patternProblem(pattern);
    const wanted = problem === undefined ? 'a pattern with a named group: (?P<name>…)' : `an RE2 pattern (${problem})`;
    if (problem === undefined && new Pattern(pattern).groups.length > 0) return [];
    return [{ pointer: pointerTo(at, i), wanted, got: gotText(pattern) }];
  });
}

function pollOf({ facts, command, interface: one, ping }: MonitorForm): Poll | undefined {
  if (facts !== undefined) return { kind: 'facts' };
  if (command !== undefined) return { kind: 'command', ...command };
  if (one !== undefined) return { kind: 'interface', name: one.name };
  if (ping === undefined) return undefined;
  const { host, count = PING_COUNT } = ping;
  return { kind: 'ping', count, ...(host === undefined ? {} : { host }) };
}
