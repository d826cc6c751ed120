/** Names of dated segments: `2026-11-23.db`, and `2026-11-23.2.db`, `.3.db` … where one day needs more than one. */
import { toRfc3339 } from '../core/event.js';

export interface SegmentName {
  readonly day: string;
  /** From 1. */
  readonly ordinal: number;
}

export type SegmentExtension = 'db' | 'log';

export const DAY_MS = 86_400_000;

const PATTERN = /^(\d{4,}-\d{2}-\d{2})(?:\.([1-9]\d*))?\.(db|log)$/;

/** The day (UTC) of a moment, epoch ms, as segments are named. */
export function dayOf(timeMs: number): string {
  return toRfc3339(timeMs).slice(0, 'YYYY-MM-DD'.length);
}

/** First moment of a day, epoch ms: days counted from 0000-03-01 in 400-year eras, as core/event.ts does it backwards. */
export function dayStartMs(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const yearFromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(yearFromMarch / 400);
  const yearOfEra = yearFromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * DAY_MS;
}

/** The name of a segment's file. */
export function segmentFile({ day, ordinal }: SegmentName, extension: SegmentExtension): string {
  return ordinal === 1 ? `${day}.${extension}` : `${day}.${String(ordinal)}.${extension}`;
}

/** The segment that a file is, or undefined for any other file. */
export function parseSegmentFile(file: string, extension: SegmentExtension): SegmentName | undefined {
  const match = PATTERN.exec(file);
  if (match?.[1] === undefined || match[3] !== extension) return undefined;
  return { day: match[1], ordinal: Number(match[2] ?? 1) };
}

/** Order of arrival. */
export function compareSegments(a: SegmentName, b: SegmentName): number {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  return a.ordinal - b.ordinal;
}

/**
 * The segment to open after `last`. A clock that went back to an earlier day stays in the last day, so that the order of the
 * names is always the order of arrival.
 */
export function segmentAfter(last: SegmentName | undefined, day: string): SegmentName {
  if (!last || day > last.day) return { day, ordinal: 1 };
  return { day: last.day, ordinal: last.ordinal + 1 };
}
