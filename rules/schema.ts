/**
 * JSON Schemas of rule and condition files. The published ones hold the whole condition grammar, for editors;
 * the checking ones leave conditions and actions open, because those are walked by hand, with better messages.
 */
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { ACTION_ENTRY_SCHEMA, ON_FAILURE_SCHEMA } from '../core/action-chain.js';
import { DURATION_PATTERN } from '../core/duration.js';
import { MOMENT_PATTERN } from '../core/moment.js';
import { PORT_FILTER_KEY_PATTERN } from '../core/port-filter.js';
import { SITE_FILE_VERSION } from '../core/site-file.js';
import { FACT_NAMES } from './snapshot.js';

const NAME = { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description: 'a name of letters, digits and . _ -' };
const EVENT_TYPE = {
  pattern: '^(\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(\\.\\*)?)$',
  description: 'an event type such as console.line, console.* or *',
};

const PER = { pattern: '^(port|rule|labels\\..+)$', description: '"port", "rule" or "labels.NAME"' };
/** Rules over several owners' ports need the fleet lease, which this version does not have. */
const SCOPE = { description: 'a rule of the node that owns the port ("fleet" is not available in this version)' };

const Name = Type.String(NAME);
const Duration = Type.String({ pattern: DURATION_PATTERN, description: 'a duration such as "90s", "10m", "4h"' });
/** RFC 3339, with its offset: a moment, the same on every node. */
const Moment = Type.String({ pattern: MOMENT_PATTERN, description: 'a moment such as 2026-01-31T22:00:00-06:00' });
const EventType = Type.String(EVENT_TYPE);
const Ports = Type.Unsafe({
  type: 'object',
  description: 'pairs such as { "make": "cisco", "labels.site": "austin" }',
  propertyNames: {
    pattern: PORT_FILTER_KEY_PATTERN,
    description: 'one of the keys id, name, driver, make, labels.NAME',
  },
  additionalProperties: { type: 'string' },
});
const Priority = Type.Integer({ minimum: 1, description: 'a whole number from 1; higher is decided first' });

/** `hold` on a whole rule: fires when its conditions held `times` times within `within` on one port. */
const HoldSchema = Type.Object(
  {
    times: Type.Integer({ minimum: 2, maximum: 1000, description: 'a whole number from 2 to 1000' }),
    within: Duration,
  },
  { additionalProperties: false },
);

const ThrottleSchema = Type.Object(
  { every: Duration, per: Type.Optional(Type.String(PER)) },
  { additionalProperties: false },
);

/** Our form (CONTRACT "A rule"). */
function ownForm(conditions: TSchema, action: TSchema, onFailure: TSchema): TSchema {
  return Type.Object(
    {
      name: Name,
      description: Type.Optional(Type.String()),
      on: Type.Union([EventType, Type.Array(EventType, { minItems: 1 })], { description: EVENT_TYPE.description }),
      ports: Type.Optional(Ports),
      conditions,
      hold: Type.Optional(HoldSchema),
      throttle: Type.Optional(ThrottleSchema),
      actions: Type.Array(action, { minItems: 1, description: 'a list of actions' }),
      onFailure: Type.Optional(onFailure),
      mode: Type.Optional(Type.Literal('observe')),
      acceptUnauthenticated: Type.Optional(Type.Boolean()),
      ignoreWindows: Type.Optional(
        Type.Boolean({
          description: 'true: its write actions start outside maintenance windows and in quiet ones too',
        }),
      ),
      activeFrom: Type.Optional(Moment),
      activeUntil: Type.Optional(Moment),
      scope: Type.Optional(Type.Literal('port', SCOPE)),
      priority: Type.Optional(Priority),
    },
    { additionalProperties: false },
  );
}

/** json-rules-engine's own form: `event.type` is the action, `event.params` its parameters. */
function engineForm(conditions: TSchema): TSchema {
  return Type.Object(
    {
      name: Type.Optional(Name),
      conditions,
      event: Type.Object(
        { type: Type.String(), params: Type.Optional(Type.Record(Type.String(), Type.Unknown())) },
        { additionalProperties: false },
      ),
      priority: Type.Optional(Priority),
    },
    { additionalProperties: false },
  );
}

/** For checking: conditions and actions open. */
export const OWN_FORM_CHECK: TSchema = ownForm(Type.Unknown(), Type.Unknown(), Type.Unsafe(ON_FAILURE_SCHEMA));
export const ENGINE_FORM_CHECK: TSchema = engineForm(Type.Unknown());
export const NAMED_CONDITION_CHECK: TSchema = Type.Object(
  { name: Name, description: Type.Optional(Type.String()), conditions: Type.Unknown() },
  { additionalProperties: false },
);

const GroupKeys = { name: Type.Optional(Type.String()), priority: Type.Optional(Priority) };
const ConditionTree = Type.Recursive(
  (Self) =>
    Type.Union([
      Type.Object({ all: Type.Array(Self), ...GroupKeys }, { additionalProperties: false }),
      Type.Object({ any: Type.Array(Self), ...GroupKeys }, { additionalProperties: false }),
      Type.Object({ not: Self, ...GroupKeys }, { additionalProperties: false }),
      Type.Object({ condition: Type.String(), ...GroupKeys }, { additionalProperties: false }),
      Type.Object(
        {
          fact: Type.Unsafe({ enum: FACT_NAMES }),
          path: Type.Optional(Type.String({ pattern: '^\\$' })),
          operator: Type.String(),
          value: Type.Unknown(),
          params: Type.Optional(Type.Object({})),
          ...GroupKeys,
        },
        { additionalProperties: false },
      ),
    ]),
  { $id: 'condition' },
);

function fileOf(list: string, item: TSchema): TSchema {
  const wrapped = {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(SITE_FILE_VERSION),
    [list]: Type.Array(item),
  };
  return Type.Union([item, Type.Array(item), Type.Object(wrapped, { additionalProperties: false })]);
}

/** Published: `site/rules/*.json`. */
export const RULE_FILE_SCHEMA: TSchema = fileOf(
  'rules',
  Type.Union([
    ownForm(ConditionTree, Type.Unsafe(ACTION_ENTRY_SCHEMA), Type.Unsafe(ON_FAILURE_SCHEMA)),
    engineForm(ConditionTree),
  ]),
);

/** Published: `site/conditions/*.json`. */
export const CONDITION_FILE_SCHEMA: TSchema = fileOf(
  'conditions',
  Type.Object(
    { name: Name, description: Type.Optional(Type.String()), conditions: ConditionTree },
    { additionalProperties: false },
  ),
);
