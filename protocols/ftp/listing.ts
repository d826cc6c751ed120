/** Listings and times as text. Sources: RFC 3659 §2.3 (times), §7 (MLST, MLSD); `ls -l` is what every client reads of LIST. */
import type { Entry, SharedFile } from './virtual-folder.js';

/** Facts of MLST and MLSD that there are, in the order of RFC 3659's own examples. */
export const FACTS = ['type', 'size', 'modify', 'perm'] as const;
export type Fact = (typeof FACTS)[number];

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;

/** Rows of LIST, each with its CRLF. */
export function unixListing(file: SharedFile, entries: readonly Entry[]): string {
  const { month, day, hour, minute } = utc(file.modifiedMs);
  const date = `${MONTHS[month - 1] ?? ''} ${String(day).padStart(2)} ${two(hour)}:${two(minute)}`;
  const rows = entries.map(({ name, folder, sizeBytes }) => {
    const mode = folder ? 'dr-xr-xr-x' : file.access === 'fetch' ? '-r--r--r--' : '-rw-r--r--';
    return `${mode}    1 ftp      ftp      ${String(sizeBytes).padStart(12)} ${date} ${name}\r\n`;
  });
  return rows.join('');
}

export function nameListing(entries: readonly Entry[]): string {
  return entries.map(({ name }) => `${name}\r\n`).join('');
}

/** Rows of MLSD. */
export function machineListing(file: SharedFile, entries: readonly Entry[], facts: readonly Fact[]): string {
  return entries.map((entry) => `${factsOf(file, entry, facts)} ${entry.name}\r\n`).join('');
}

/** `type=file;size=5;modify=20260102030405;perm=r;` */
export function factsOf(file: SharedFile, entry: Omit<Entry, 'name'>, facts: readonly Fact[]): string {
  const values: Readonly<Record<Fact, string | undefined>> = {
    type: entry.folder ? 'dir' : 'file',
    size: entry.folder ? undefined : String(entry.sizeBytes),
    modify: timeValue(file.modifiedMs),
    perm: entry.folder ? 'el' : file.access === 'fetch' ? 'r' : 'aw',
  };
  return facts
    .filter((fact) => values[fact] !== undefined)
    .map((fact) => `${fact}=${values[fact] ?? ''};`)
    .join('');
}

/** `YYYYMMDDHHMMSS`, UTC. */
export function timeValue(epochMs: number): string {
  const { year, month, day, hour, minute, second } = utc(epochMs);
  return `${String(year).padStart(4, '0')}${two(month)}${two(day)}${two(hour)}${two(minute)}${two(second)}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

interface Utc {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The Gregorian calendar; years are counted from March, so that the leap day is a year's last. */
function utc(epochMs: number): Utc {
  const days = Math.floor(epochMs / DAY_MS);
  const seconds = Math.floor((epochMs - days * DAY_MS) / 1000);
  // Days since 1 March of the year 0, in whole cycles of 400 years.
  const shifted = days + 719_468;
  const cycle = Math.floor(shifted / 146_097);
  const dayOfCycle = shifted - cycle * 146_097;
  const yearOfCycle = Math.floor(
    (dayOfCycle - Math.floor(dayOfCycle / 1460) + Math.floor(dayOfCycle / 36_524) - Math.floor(dayOfCycle / 146_096)) /
      365,
  );
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
  };
}
