/** What is wrong with a cron expression and its zone, as an entry of a site file has them. */
import { gotText, pointerTo } from '../core/schema-problems.js';
import type { ValueProblem } from '../core/schema-problems.js';
import { cronProblem, zoneProblem } from './next-run.js';

/** Zone of an entry that names none: the same moment on every node, with no summer time. */
export const DEFAULT_TIMEZONE = 'UTC';

export function timeProblems(cron: string, timezone: string, pointer: string): readonly ValueProblem[] {
  const rows = [
    { key: 'cron', wanted: 'a cron expression', got: cron, problem: cronProblem(cron) },
    { key: 'timezone', wanted: 'an IANA time zone', got: timezone, problem: zoneProblem(timezone) },
  ];
  return rows.flatMap(({ key, wanted, got, problem }) =>
    problem === undefined
      ? []
      : [{ pointer: pointerTo(pointer, key), wanted: `${wanted} (${problem})`, got: gotText(got) }],
  );
}
