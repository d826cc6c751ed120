/** JSON Schemas of schedule files: the published one for editors, the checking one with actions left open. */
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { ACTION_ENTRY_SCHEMA, ON_FAILURE_SCHEMA } from '../core/action-chain.js';
import { DURATION_PATTERN } from '../core/duration.js';
import { PORT_FILTER_KEY_PATTERN } from '../core/port-filter.js';
import { SITE_FILE_VERSION } from '../core/site-file.js';

function scheduleForm(action: TSchema): TSchema {
  return Type.Object(
    {
      name: Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
        description: 'a name of letters, digits and . _ -',
      }),
      description: Type.Optional(Type.String()),
      cron: Type.String({ description: 'a cron expression of five or six fields' }),
      timezone: Type.Optional(Type.String({ description: 'an IANA time zone such as America/Chicago; default UTC' })),
      window: Type.Optional(
        Type.String({ pattern: DURATION_PATTERN, description: 'a duration such as "90s", "10m", "4h"' }),
      ),
      missed: Type.Optional(Type.Unsafe({ enum: ['run-once', 'skip'], description: 'default skip' })),
      ports: Type.Unsafe({
        type: 'object',
        description: 'pairs such as { "driver": "extreme-exos" }; {} is every port of the node',
        propertyNames: {
          pattern: PORT_FILTER_KEY_PATTERN,
          description: 'one of the keys id, name, driver, make, labels.NAME',
        },
        additionalProperties: { type: 'string' },
      }),
      actions: Type.Array(action, { minItems: 1, description: 'a list of actions' }),
      onFailure: Type.Optional(Type.Unsafe(ON_FAILURE_SCHEMA)),
    },
    { additionalProperties: false },
  );
}

/** For checking: actions open, because they are walked by hand. */
export const SCHEDULE_CHECK: TSchema = scheduleForm(Type.Unknown());

const Schedule = scheduleForm(Type.Unsafe(ACTION_ENTRY_SCHEMA));

/** Published: `site/schedules/*.json`. */
export const SCHEDULE_FILE_SCHEMA: TSchema = Type.Union([
  Schedule,
  Type.Array(Schedule),
  Type.Object(
    {
      $schema: Type.Optional(Type.String()),
      version: Type.Literal(SITE_FILE_VERSION),
      schedules: Type.Array(Schedule),
    },
    { additionalProperties: false },
  ),
]);
