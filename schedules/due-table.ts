/**
 * Which runs are due. A heartbeat calls `due` from time to time; a beat that is missed or late loses nothing, because
 * each schedule has a cursor, the moment through which its runs were dealt with.
 *
 *   cursor        first run after it                 newest run        now
 *   ──┼─────────────────┼──────────────── … ───────────────┼─────────────┼──►
 *                                                   a tick, if on time or made up
 */
import type { Schedule } from './schedule.js';
import { tickId } from './tick.js';
import type { Tick } from './tick.js';

/** A run that starts this late still counts as on time: the heartbeat comes once a minute at the slowest. */
export const ON_TIME_GRACE_MS = 60_000;

/** A schedule's new cursor, for the caller to keep once the ticks are. */
export interface CursorChange {
  readonly schedule: string;
  readonly throughMs: number;
}

export interface Due {
  readonly ticks: readonly Tick[];
  readonly cursors: readonly CursorChange[];
  /** The next run of all schedules, epoch ms; absent where there is none. */
  readonly nextMs?: number;
}

export class DueTable {
  readonly #schedules: readonly Schedule[];

  constructor(schedules: readonly Schedule[]) {
    this.#schedules = schedules;
  }

  /** Cursors by schedule name as kept from earlier answers. A schedule without one is new: it begins now. */
  due(nowMs: number, cursors: ReadonlyMap<string, number>): Due {
    const ticks: Tick[] = [];
    const changes: CursorChange[] = [];
    for (const schedule of this.#schedules) {
      const cursor = cursors.get(schedule.name);
      // A cursor ahead of the clock was made by a clock that ran ahead. Runs that come again have their old ids.
      if (cursor === undefined || cursor > nowMs) changes.push({ schedule: schedule.name, throughMs: nowMs });
      else {
        const newest = newestSince(schedule, cursor, nowMs);
        if (newest === undefined) continue;
        changes.push({ schedule: schedule.name, throughMs: newest });
        ticks.push(...ticksOf(schedule, newest, nowMs));
      }
    }
    const next = this.#schedules.flatMap(({ runs }) => runs.after(nowMs) ?? []);
    return { ticks, cursors: changes, ...(next.length === 0 ? {} : { nextMs: Math.min(...next) }) };
  }

  /** The next run of one schedule, epoch ms; undefined for none, or an unknown name. */
  nextRunMs(name: string, nowMs: number): number | undefined {
    return this.#schedules.find((schedule) => schedule.name === name)?.runs.after(nowMs);
  }
}

function newestSince(schedule: Schedule, cursor: number, nowMs: number): number | undefined {
  const first = schedule.runs.after(cursor);
  if (first === undefined || first > nowMs) return undefined;
  return Math.max(first, schedule.runs.atOrBefore(nowMs) ?? first);
}

function ticksOf(schedule: Schedule, scheduledMs: number, nowMs: number): readonly Tick[] {
  const lateMs = nowMs - scheduledMs;
  const madeUp = lateMs > ON_TIME_GRACE_MS;
  const open = schedule.windowMs === undefined || lateMs <= schedule.windowMs;
  if (!open || (madeUp && schedule.missed === 'skip')) return [];
  return [{ id: tickId(schedule.name, scheduledMs), schedule, scheduledMs, madeUp }];
}
