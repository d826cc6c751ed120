/** Durations as users write them: `"90s"`, `"10m"`, `"4h"`, `"14d"`, `"250ms"`. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The form that JSON Schemas and messages show. */
export const DURATION_PATTERN = '^\\d+(ms|s|m|h|d)$';
const DURATION = /^(\d+)(ms|s|m|h|d)$/;

/** Milliseconds of a duration string, or undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  return match?.[1] === undefined || unitMs === undefined ? undefined : Number(match[1]) * unitMs;
}

const UNITS: readonly (readonly [unit: string, ms: number])[] = Object.entries(UNIT_MS).reverse();

/** Milliseconds as users would write them, in the largest unit that is exact: `"90s"`, `"5m"`. */
export function durationText(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, size]) => ms > 0 && ms % size === 0) ?? ['ms', 1];
  return `${String(ms / unitMs)}${unit}`;
}
