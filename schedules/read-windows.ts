/** Reads `site/windows/*.json` into windows; names everything that is wrong. */
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { parseDuration } from '../core/duration.js';
import { readNamed } from '../core/named-items.js';
import type { ReadItem } from '../core/named-items.js';
import type { PortFilter } from '../core/port-filter.js';
import type { SiteProblem } from '../core/problem.js';
import { pointerTo, SchemaCheck } from '../core/schema-problems.js';
import type { FileItem, SourceFile } from '../core/site-file.js';
import { closed, Cron, Duration, fileOf, Name, Ports, Timezone } from './forms.js';
import { NextRun } from './next-run.js';
import { DEFAULT_TIMEZONE, timeProblems } from './time-problems.js';
import type { Window } from './windows.js';

const WINDOW_SCHEMA: TSchema = Type.Object(
  {
    name: Name,
    description: Type.Optional(Type.String()),
    kind: Type.Unsafe({ enum: ['maintenance', 'quiet'], description: '"maintenance" or "quiet"' }),
    ports: Ports,
    cron: Cron,
    for: Duration,
    timezone: Type.Optional(Timezone),
  },
  closed,
);

/** Published: `site/windows/*.json`. */
export const WINDOW_FILE_SCHEMA: TSchema = fileOf('windows', WINDOW_SCHEMA);

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
