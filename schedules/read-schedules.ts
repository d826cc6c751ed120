/** Reads `site/schedules/*.json` into schedules; names everything that is wrong. */
import { readActionChain } from '../core/action-chain.js';
import { parseDuration } from '../core/duration.js';
import type { PortFilter } from '../core/port-filter.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { SiteProblem } from '../core/problem.js';
import { readNamed } from '../core/named-items.js';
import type { ReadItem } from '../core/named-items.js';
import { pointerTo, SchemaCheck } from '../core/schema-problems.js';
import type { FileItem, SourceFile } from '../core/site-file.js';
import { NextRun } from './next-run.js';
import { DEFAULT_TIMEZONE, timeProblems } from './time-problems.js';
import type { MissedPolicy, Schedule } from './schedule.js';
import { SCHEDULE_CHECK } from './schema.js';
import { slotProblem } from './tick.js';

interface ScheduleForm {
  readonly name: string;
  readonly cron: string;
  readonly timezone?: string;
  readonly window?: string;
  readonly missed?: MissedPolicy;
  readonly ports: PortFilter;
  readonly actions: unknown;
}

const SHAPE = new SchemaCheck(SCHEDULE_CHECK);

/** All schedules of a site in file order. Those with problems are left out. */
export function readSchedules(
  files: readonly SourceFile[],
  context: { readonly catalog: ActionCatalog },
): { readonly schedules: readonly Schedule[]; readonly problems: readonly SiteProblem[] } {
  const { made: schedules, problems } = readNamed(files, 'schedules', (item) => readSchedule(item, context.catalog));
  return { schedules, problems };
}

function readSchedule({ value, pointer }: FileItem, catalog: ActionCatalog): ReadItem<Schedule> {
  const wrong = SHAPE.problems(value).map((p) => ({ ...p, pointer: pointer + p.pointer }));
  if (wrong.length > 0) return { problems: wrong };
  const form = value as ScheduleForm;
  const timezone = form.timezone ?? DEFAULT_TIMEZONE;
  const { chain, problems } = readActionChain(form.actions, pointerTo(pointer, 'actions'), { catalog, slotProblem });
  const all = [...timeProblems(form.cron, timezone, pointer), ...problems];
  if (all.length > 0) return { problems: all };
  const windowMs = form.window === undefined ? undefined : parseDuration(form.window);
  const schedule: Schedule = {
    name: form.name,
    cron: form.cron,
    timezone,
    runs: new NextRun(form.cron, timezone),
    ...(windowMs === undefined ? {} : { windowMs }),
    missed: form.missed ?? 'skip',
    ports: form.ports,
    chain,
  };
  return { made: schedule, problems: [] };
}
