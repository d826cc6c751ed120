/** The JSON Schemas that editors and users get, by file name under `schemas/`. */
import type { TSchema } from '@sinclair/typebox';
import { DRIVER_FILE_SCHEMA } from '../../drivers/index.js';
import { CONDITION_FILE_SCHEMA, RULE_FILE_SCHEMA } from '../../rules/index.js';
import { SCHEDULE_FILE_SCHEMA } from '../../schedules/index.js';
import { PortsFileSchema, PortwrightSchema } from './schemas.js';

const DIALECT = 'http://json-schema.org/draft-07/schema#';

const SCHEMAS: readonly (readonly [name: string, title: string, schema: TSchema])[] = [
  ['portwright', 'portwright.json: this node', PortwrightSchema],
  ['ports', 'ports.json and ports/*.json: the ports', PortsFileSchema],
  ['rules', 'rules/*.json: what events start', RULE_FILE_SCHEMA],
  ['conditions', 'conditions/*.json: conditions with a name', CONDITION_FILE_SCHEMA],
  ['schedules', 'schedules/*.json: what the clock starts', SCHEDULE_FILE_SCHEMA],
  ['drivers', "drivers/*.json: a site's own drivers", DRIVER_FILE_SCHEMA],
];

/** Plain JSON values by file name. */
export function publishedSchemas(): ReadonlyMap<string, object> {
  return new Map(
    SCHEMAS.map(([name, title, schema]) => {
      const definitions: Record<string, unknown> = {};
      const plain = hoisted(JSON.parse(JSON.stringify(schema)), definitions) as object;
      const shared = Object.keys(definitions).length > 0 ? { definitions } : {};
      return [`${name}.schema.json`, { $schema: DIALECT, title, ...plain, ...shared }];
    }),
  );
}

/** Recursive parts carry an `$id`, other shared ones a `title`, and stand wherever they are used: each moves to `definitions`, once. */
function hoisted(value: unknown, definitions: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => hoisted(item, definitions));
  if (typeof value !== 'object' || value === null) return value;
  const { $id, title, ...rest } = value as Record<string, unknown>;
  const name = $id ?? title;
  const plain = Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => [
      key,
      key === '$ref' ? `#/definitions/${String(inner)}` : hoisted(inner, definitions),
    ]),
  );
  if (typeof name !== 'string') return plain;
  definitions[name] = plain;
  return { $ref: `#/definitions/${name}` };
}
