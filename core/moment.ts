/** Moments as people write them: RFC 3339 with an offset. Pure: no clock and no zone of this machine. */

import { toRfc3339 } from './event.js';

/** The form that JSON Schemas and messages show; seconds may be left out. */
export const MOMENT_PATTERN = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?(Z|[+-]\\d\\d:\\d\\d)$';
const MOMENT =
  /^(?<date>(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d):(?<minute>\d\d))(?::(?<second>\d\d))?(?:Z|(?<sign>[+-])(?<zoneHour>[01]\d|2[0-3]):(?<zoneMinute>[0-5]\d))$/;

const DAYS_BEFORE_1970 = 719_468;

/** Epoch milliseconds, or undefined where there is no such moment: the 31st of February, 25 o'clock. */
export function parseMoment(text: string): number | undefined {
  const groups = MOMENT.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const part = (name: string): number => Number(groups[name] ?? 0);
  const days = daysSince1970(part('year'), part('month'), part('day'));
  const localMs = ((days * 24 + part('hour')) * 60 + part('minute')) * 60_000 + part('second') * 1000;
  // What does not exist comes out as another moment.
  const local = `${groups['date'] ?? ''}:${groups['second'] ?? '00'}`;
  if (!toRfc3339(localMs).startsWith(local)) return undefined;
  const offsetMs = (part('zoneHour') * 60 + part('zoneMinute')) * 60_000;
  return groups['sign'] === '-' ? localMs + offsetMs : localMs - offsetMs;
}

/** Proleptic Gregorian calendar; H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - DAYS_BEFORE_1970;
}
