/** JSON Schemas of schedule files: the published one for editors, the checking one with actions left open. */
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { ACTION_ENTRY_SCHEMA, ON_FAILURE_SCHEMA } from '../core/action-chain.js';
import { closed, Cron, Duration, fileOf, Name, Ports, Timezone } from './forms.js';

function scheduleForm(action: TSchema): TSchema {
  return Type.Object(
    {
      name: Name,
      description: Type.Optional(Type.String()),
      cron: Cron,
      timezone: Type.Optional(Timezone),
      window: Type.Optional(Duration),
      missed: Type.Optional(Type.Unsafe({ enum: ['run-once', 'skip'], description: 'default skip' })),
      ports: Ports,
      actions: Type.Array(action, { minItems: 1, description: 'a list of actions' }),
      onFailure: Type.Optional(Type.Unsafe(ON_FAILURE_SCHEMA)),
    },
    closed,
  );
}

/** For checking: actions open, because they are walked by hand. */
export const SCHEDULE_CHECK: TSchema = scheduleForm(Type.Unknown());

/** Published: `site/schedules/*.json`. */
export const SCHEDULE_FILE_SCHEMA: TSchema = fileOf('schedules', scheduleForm(Type.Unsafe(ACTION_ENTRY_SCHEMA)));
