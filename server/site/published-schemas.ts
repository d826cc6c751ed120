/** The JSON Schemas that editors and users get, by file name under `schemas/`. */
import type { TSchema } from '@sinclair/typebox';
import { DRIVER_FILE_SCHEMA } from '../../drivers/index.js';
import { withDefinitions } from '../../core/shared-schemas.js';
import { CONDITION_FILE_SCHEMA, RULE_FILE_SCHEMA } from '../../rules/index.js';
import {
  MONITOR_FILE_SCHEMA,
  POLICY_FILE_SCHEMA,
  SCHEDULE_FILE_SCHEMA,
  WINDOW_FILE_SCHEMA,
} from '../../schedules/index.js';
import { PortsFileSchema, PortwrightSchema } from './schemas.js';

const DIALECT = 'http://json-schema.org/draft-07/schema#';

const SCHEMAS: readonly (readonly [name: string, title: string, schema: TSchema])[] = [
  ['portwright', 'portwright.json: this node', PortwrightSchema],
  ['ports', 'ports.json and ports/*.json: the ports', PortsFileSchema],
  ['rules', 'rules/*.json: what events start', RULE_FILE_SCHEMA],
  ['conditions', 'conditions/*.json: conditions with a name', CONDITION_FILE_SCHEMA],
  ['schedules', 'schedules/*.json: what the clock starts', SCHEDULE_FILE_SCHEMA],
  ['monitors', 'monitors/*.json: what is read at an interval', MONITOR_FILE_SCHEMA],
  ['windows', 'windows/*.json: when rules may write, and when not', WINDOW_FILE_SCHEMA],
  ['policies', 'policies/*.json: what devices should run', POLICY_FILE_SCHEMA],
  ['drivers', "drivers/*.json: a site's own drivers", DRIVER_FILE_SCHEMA],
];

/** Plain JSON values by file name. */
export function publishedSchemas(): ReadonlyMap<string, object> {
  return new Map(
    SCHEMAS.map(([name, title, schema]) => [
      `${name}.schema.json`,
      { $schema: DIALECT, title, ...withDefinitions(schema) },
    ]),
  );
}
