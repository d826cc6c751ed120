/**
 * Windows of time: `maintenance`, in which alone rules may write to a port that has one, and `quiet`, in which they may not.
 * Each opens by a cron expression in its zone and stays open for a time that clocks do not bend.
 */
import { DURATION_PATTERN, parseDuration } from '../core/duration.js';
import { readNamed } from '../core/named-items.js';
import type { ReadItem } from '../core/named-items.js';
import { matchesPort, PORT_FILTER_KEY_PATTERN } from '../core/port-filter.js';
import type { PortFilter, PortSubject } from '../core/port-filter.js';
import type { SiteProblem } from '../core/problem.js';
import { pointerTo, SchemaCheck } from '../core/schema-problems.js';
import { SITE_FILE_VERSION } from '../core/site-file.js';
import type { FileItem, SourceFile } from '../core/site-file.js';
import type { ClosedWindow } from '../core/window.js';
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { NextRun } from './next-run.js';
import { DEFAULT_TIMEZONE, timeProblems } from './time-problems.js';

interface Window {
  readonly name: string;
  readonly kind: 'maintenance' | 'quiet';
  readonly ports: PortFilter;
  readonly opens: NextRun;
  readonly forMs: number;
}

const WINDOW_SCHEMA: TSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      description: 'a name of letters, digits and . _ -',
    }),
    description: Type.Optional(Type.String()),
    kind: Type.Unsafe({ enum: ['maintenance', 'quiet'], description: '"maintenance" or "quiet"' }),
    ports: Type.Unsafe({
      type: 'object',
      description: 'pairs such as { "labels.site": "austin" }; {} is every port of the node',
      propertyNames: {
        pattern: PORT_FILTER_KEY_PATTERN,
        description: 'one of the keys id, name, driver, make, labels.NAME',
      },
      additionalProperties: { type: 'string' },
    }),
    cron: Type.String({ description: 'a cron expression of five or six fields: when it opens' }),
    for: Type.String({ pattern: DURATION_PATTERN, description: 'a duration such as "90s", "10m", "4h"' }),
    timezone: Type.Optional(Type.String({ description: 'an IANA time zone such as America/Chicago; default UTC' })),
  },
  { additionalProperties: false },
);

/** Published: `site/windows/*.json`. */
export const WINDOW_FILE_SCHEMA: TSchema = Type.Union([
  WINDOW_SCHEMA,
  Type.Array(WINDOW_SCHEMA),
  Type.Object(
    {
      $schema: Type.Optional(Type.String()),
      version: Type.Literal(SITE_FILE_VERSION),
      windows: Type.Array(WINDOW_SCHEMA),
    },
    { additionalProperties: false },
  ),
]);

const SHAPE = new SchemaCheck(WINDOW_SCHEMA);

interface WindowForm {
  readonly name: string;
  readonly kind: Window['kind'];
  readonly ports: PortFilter;
  readonly cron: string;
  readonly for: string;
  readonly timezone?: string;
}

/** All windows of a site in file order. Those with problems are left out. */
export function readWindows(files: readonly SourceFile[]): {
  readonly windows: readonly Window[];
  readonly problems: readonly SiteProblem[];
} {
  const { made: windows, problems } = readNamed(files, 'windows', readWindow);
  return { windows, problems };
}

function readWindow({ value, pointer }: FileItem): ReadItem<Window> {
  const wrong = SHAPE.problems(value).map((p) => ({ ...p, pointer: pointer + p.pointer }));
  if (wrong.length > 0) return { problems: wrong };
  const { name, kind, ports, cron, for: long, timezone = DEFAULT_TIMEZONE } = value as WindowForm;
  const forMs = parseDuration(long) ?? 0;
  const none = { pointer: pointerTo(pointer, 'for'), wanted: 'a duration above 0', got: JSON.stringify(long) };
  const problems = [...timeProblems(cron, timezone, pointer), ...(forMs > 0 ? [] : [none])];
  if (problems.length > 0) return { problems };
  return { made: { name, kind, ports, opens: new NextRun(cron, timezone), forMs }, problems: [] };
}

/** What keeps rules from writing to a port now; undefined where nothing does. */
export function closedFor(windows: readonly Window[], port: PortSubject, nowMs: number): ClosedWindow | undefined {
  const own = windows.filter(({ ports }) => matchesPort(ports, port));
  for (const window of own.filter(({ kind }) => kind === 'quiet')) {
    const untilMs = openUntilMs(window, nowMs);
    if (untilMs !== undefined) return { window: window.name, kind: 'quiet', untilMs };
  }
  const maintenance = own.filter(({ kind }) => kind === 'maintenance');
  const [first] = maintenance;
  if (first === undefined || maintenance.some((window) => openUntilMs(window, nowMs) !== undefined)) return undefined;
  const openings = maintenance.flatMap(({ name, opens }) => {
    const untilMs = opens.after(nowMs);
    return untilMs === undefined ? [] : [{ window: name, untilMs }];
  });
  const [next] = openings.sort((a, b) => a.untilMs - b.untilMs);
  return { kind: 'maintenance', ...(next ?? { window: first.name }) };
}

/** Until when it is open; undefined where it is shut. */
function openUntilMs({ opens, forMs }: Window, nowMs: number): number | undefined {
  const openedMs = opens.atOrBefore(nowMs);
  const untilMs = openedMs === undefined ? undefined : openedMs + forMs;
  return untilMs !== undefined && nowMs < untilMs ? untilMs : undefined;
}
