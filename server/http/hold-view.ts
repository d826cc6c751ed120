/** A hold as the API shows it. */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { toRfc3339 } from '../../core/event.js';
import type { Hold } from '../../core/ports/job-control.js';
import { Time, timeKey } from './common-schemas.js';

export const HoldSchema = Type.Object({
  kind: Type.Unsafe<string>({ enum: ['all', 'port', 'job'] }),
  portId: Type.Optional(Type.String()),
  jobId: Type.Optional(Type.String()),
  reason: Type.String(),
  since: Time,
  until: Type.Optional(Time),
});

export function holdView({ target, reason, sinceMs, untilMs }: Hold): Static<typeof HoldSchema> {
  return { ...target, reason, since: toRfc3339(sinceMs), ...timeKey('until', untilMs) };
}
