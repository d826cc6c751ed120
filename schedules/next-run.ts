/**
 * When a cron expression runs in a time zone, by croner 11 (Open Cron Pattern Specification 1.4). What that means:
 *
 * - Five fields (minute hour day month weekday) or six (second first), or `@hourly`, `@daily`, `@weekly`, `@monthly`,
 *   `@yearly`. Weekday 0 and 7 are Sunday. `L`, `W`, `#` as in OCPS.
 * - Day of month and weekday both given: either one is enough (as cron has it); `+` before the weekday asks for both.
 * - Clocks go forward: a run whose time does not exist runs at the first moment that does, on the same day. Where
 *   minute or hour is `*` or a step, the missing times are simply not there.
 * - Clocks go back: a run whose time comes twice runs once, the first time. Where minute or hour is `*` or a step,
 *   it runs both times.
 *
 * croner takes and gives times as ISO texts and date objects; here they are epoch milliseconds. The pure ring makes
 * no date of its own.
 */
import { Cron } from 'croner';
import { toRfc3339 } from '../core/event.js';

/** Fields are apart by blanks; dates, which croner would also take, are no cron expression. */
const CRON_FORM = /^(@[a-z]+|\S+( +\S+){4,5})$/;

export class NextRun {
  readonly #cron: Cron;

  /** Errors: whatever croner says of a wrong expression or zone; `cronProblem` and `zoneProblem` tell before. */
  constructor(cron: string, timezone: string) {
    this.#cron = new Cron(cron, { timezone, paused: true, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' });
  }

  /** The first run after this moment, epoch ms; undefined where there is none any more (30 February). */
  after(ms: number): number | undefined {
    return this.#cron.nextRun(toRfc3339(ms))?.getTime();
  }

  /** The newest run at or before this moment, epoch ms. */
  atOrBefore(ms: number): number | undefined {
    const second = Math.floor(ms / 1000) * 1000;
    // croner gives runs before its reference, counted in whole seconds: one second on includes this one.
    return this.#cron.previousRuns(1, toRfc3339(second + 1000))[0]?.getTime();
  }
}

/** Why a text is no cron expression, or undefined where it is one. */
export function cronProblem(cron: string): string | undefined {
  if (!CRON_FORM.test(cron)) return 'five or six fields, or @daily';
  const problem = problemOf(cron, 'UTC');
  if (problem !== undefined) return problem;
  return new NextRun(cron, 'UTC').after(0) === undefined ? 'a time that ever comes' : undefined;
}

/** Why a text is no IANA time zone, or undefined where it is one. Offsets such as `+02:00` know no summer time. */
export function zoneProblem(timezone: string): string | undefined {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(timezone)) return 'a name such as America/Chicago';
  return problemOf('0 0 * * *', timezone);
}

function problemOf(cron: string, timezone: string): string | undefined {
  try {
    // A zone is looked at only when a run is computed; any moment will do.
    new NextRun(cron, timezone).after(0);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
