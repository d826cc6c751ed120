/** Schemas that several routes share. */
import { Type } from '@sinclair/typebox';
import { DURATION_PATTERN } from '../../core/duration.js';

export const Time = Type.String({ format: 'date-time', description: 'RFC 3339' });
export const Json = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true });
export const Duration = Type.String({
  pattern: DURATION_PATTERN,
  description: 'a duration such as "90s", "10m", "4h"',
});

/** One percent-encoded segment: `aus-1%3A1%2F1`, `1%2F1`. */
export const PortParams = Type.Object({
  port: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'a port: its id, or its name where that is unambiguous',
  }),
});
/** One OS file of a port's store. */
export const ImageParams = Type.Object({
  ...PortParams.properties,
  version: Type.String({ minLength: 1, maxLength: 20 }),
});
export const JobParams = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9._:-]{1,100}$', description: 'a job id' }),
});

/** RFC 3339 with a zone: anything else means another moment to someone. */
export const SinceText = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:[Zz]|[+-]\\d\\d:\\d\\d)$',
  description: 'a time such as 2026-01-02T03:04:05Z',
});
export const LimitText = Type.String({ pattern: '^[1-9]\\d{0,3}$', description: 'a number from 1 to 9999' });

/** Rows that a list has where nothing else is asked. */
const DEFAULT_LIMIT = 100;

export function limitOf(text: string | undefined): number {
  return text === undefined ? DEFAULT_LIMIT : Number(text);
}

/** Epoch ms of a text that fits `SinceText`; a date that does not exist counts as not given. */
export function sinceOf(text: string | undefined): { readonly sinceMs?: number } {
  const ms = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? {} : { sinceMs: ms };
}

/** RFC 3339, or no key at all. */
export function timeKey<K extends string>(key: K, ms: number | undefined): Partial<Record<K, string>> {
  return ms === undefined ? {} : ({ [key]: new Date(ms).toISOString() } as Partial<Record<K, string>>);
}
