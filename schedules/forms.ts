/** Parts that the forms of schedules, monitors and windows share. */
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { DURATION_PATTERN } from '../core/duration.js';
import { PORT_FILTER_KEY_PATTERN } from '../core/port-filter.js';
import { SITE_FILE_VERSION } from '../core/site-file.js';

export const Name = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: 'a name of letters, digits and . _ -',
});

export const Duration = Type.String({
  pattern: DURATION_PATTERN,
  description: 'a duration such as "90s", "10m", "4h"',
});

export const Ports = Type.Unsafe({
  type: 'object',
  description: 'pairs such as { "driver": "extreme-exos" }; {} is every port of the node',
  propertyNames: {
    pattern: PORT_FILTER_KEY_PATTERN,
    description: 'one of the keys id, name, driver, make, labels.NAME',
  },
  additionalProperties: { type: 'string' },
});

export const Cron = Type.String({ description: 'a cron expression of five or six fields' });

export const Timezone = Type.String({ description: 'an IANA time zone such as America/Chicago; default UTC' });

export const closed = { additionalProperties: false } as const;

/** One, a list, or a list with the version of the form (CONTRACT "The site folder"). */
export function fileOf(list: string, item: TSchema): TSchema {
  const wrapped = {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(SITE_FILE_VERSION),
    [list]: Type.Array(item),
  };
  return Type.Union([item, Type.Array(item), Type.Object(wrapped, closed)]);
}
