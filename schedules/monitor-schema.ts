/** JSON Schema of `site/monitors/*.json`. */
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { closed, Duration, fileOf, Name, Ports } from './forms.js';

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

const Interface = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80, description: 'one, as the device calls it: "Gi0/1", "1:24"' }),
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
    name: Name,
    description: Type.Optional(Type.String()),
    every: Duration,
    ports: Ports,
    facts: Type.Optional(Type.Object({}, { ...closed, description: "{}: the device's facts" })),
    command: Type.Optional(Command),
    interface: Type.Optional(Interface),
    ping: Type.Optional(Ping),
  },
  closed,
);

/** Published: `site/monitors/*.json`. */
export const MONITOR_FILE_SCHEMA: TSchema = fileOf('monitors', MONITOR_SCHEMA);
