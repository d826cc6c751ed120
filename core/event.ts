/**
 * Events in CloudEvents 1.0 form (CNCF CloudEvents specification 1.0.2, JSON format).
 * `time` is RFC 3339; `source` is `/nodes/<node>` or `/nodes/<node>/ports/<port name>`.
 */
import type { JsonObject } from './json.js';

/** One thing that happened. `authenticated` is true only where the source proves who it is (console, own jobs, TLS client). */
export interface Event {
  readonly specversion: '1.0';
  /** Stable: the same happening delivered twice has the same id. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** CloudEvents extension: the fleet-wide id of the port it is about, absent for events of the node itself. */
  readonly portid?: string;
  /** CloudEvents extension, see ARCHITECTURE 14: unauthenticated events start no write action by themselves. */
  readonly authenticated: boolean;
  readonly data: JsonObject;
}

/** What a source must say; `makeEvent` adds the CloudEvents frame. */
export interface EventInput {
  readonly id: string;
  readonly node: string;
  readonly port?: { readonly name: string; readonly id: string };
  readonly type: string;
  readonly timeMs: number;
  readonly authenticated: boolean;
  readonly data: JsonObject;
}

/** Frames an event. The caller owns the id: sources derive it from what makes the happening unique. */
export function makeEvent(input: EventInput): Event {
  const base = `/nodes/${input.node}`;
  return {
    specversion: '1.0',
    id: input.id,
    source: input.port ? `${base}/ports/${input.port.name}` : base,
    type: input.type,
    time: toRfc3339(input.timeMs),
    datacontenttype: 'application/json',
    ...(input.port ? { portid: input.port.id } : {}),
    authenticated: input.authenticated,
    data: input.data,
  };
}

/** Epoch milliseconds as RFC 3339 in UTC, for example `2026-01-02T03:04:05.678Z`. */
export function toRfc3339(timeMs: number): string {
  const days = Math.floor(timeMs / 86_400_000);
  const { year, month, day } = civilFromDays(days);
  const ms = timeMs - days * 86_400_000;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  const clock = `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}.${String(Math.floor(ms % 1000)).padStart(3, '0')}Z`;
}

/**
 * Days since 1970-01-01 to a proleptic Gregorian date. The pure ring has no `Date`;
 * method: days counted from 0000-03-01 in 400-year eras (a standard civil-calendar construction).
 */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}
