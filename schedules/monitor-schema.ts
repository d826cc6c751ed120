/** JSON Schema of `site/monitors/*.json`. */
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { DURATION_PATTERN } from '../core/duration.js';
import { PORT_FILTER_KEY_PATTERN } from '../core/port-filter.js';
import { SITE_FILE_VERSION } from '../core/site-file.js';

const closed = { additionalProperties: false } as const;

const Command = Type.Object(
  {
    send: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '^(?!.*\\{\\{)[\\x20-\\x7e]+$',
      description: 'one line that changes nothing, such as "show processes cpu"',
    }),
    patterns: Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
      ...{ minItems: 1, maxItems: 20 },
      description: 'RE2 patterns; their named groups are the values: "five minutes: (?P<cpu>\\\\d+)%"',
    }),
  },
  closed,
);

const Ping = Type.Object(
  {
    host: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$',
        description: "a name or an address; default: the port's management address",
      }),
    ),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, description: 'how many, 1 to 20; default 3' })),
  },
  closed,
);

export const MONITOR_SCHEMA: TSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      description: 'a name of letters, digits and . _ -',
    }),
    description: Type.Optional(Type.String()),
    every: Type.String({ pattern: DURATION_PATTERN, description: 'a duration such as "90s", "10m", "4h"' }),
    ports: Type.Unsafe({
      type: 'object',
      description: 'pairs such as { "driver": "cisco-ios" }; {} is every port of the node',
      propertyNames: {
        pattern: PORT_FILTER_KEY_PATTERN,
        description: 'one of the keys id, name, driver, make, labels.NAME',
      },
      additionalProperties: { type: 'string' },
    }),
    facts: Type.Optional(Type.Object({}, { ...closed, description: "{}: the device's facts" })),
    command: Type.Optional(Command),
    ping: Type.Optional(Ping),
  },
  closed,
);

/** Published: `site/monitors/*.json`. */
export const MONITOR_FILE_SCHEMA: TSchema = Type.Union([
  MONITOR_SCHEMA,
  Type.Array(MONITOR_SCHEMA),
  Type.Object(
    {
      $schema: Type.Optional(Type.String()),
      version: Type.Literal(SITE_FILE_VERSION),
      monitors: Type.Array(MONITOR_SCHEMA),
    },
    closed,
  ),
]);
