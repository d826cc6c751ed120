/** Reads `site/policies/*.json` into OS policies, and what they start into rules; names everything that is wrong. */
import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { MOMENT_PATTERN, parseMoment } from '../core/moment.js';
import { readNamed } from '../core/named-items.js';
import type { ReadItem } from '../core/named-items.js';
import type { OsPolicy, OsPolicyAction } from '../core/os-policy.js';
import type { PortFilter } from '../core/port-filter.js';
import type { SiteProblem } from '../core/problem.js';
import { gotText, pointerTo, SchemaCheck } from '../core/schema-problems.js';
import type { FileItem, SourceFile } from '../core/site-file.js';
import { closed, fileOf, Name, Ports } from './forms.js';

const POLICY_SCHEMA: TSchema = Type.Object(
  {
    name: Name,
    description: Type.Optional(Type.String()),
    ports: Ports,
    models: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'models as the device tells them; "WS-C2960*" is every one that begins so',
      }),
    ),
    osVersion: Type.String({ minLength: 1, description: 'the version as the device tells it, such as "15.2(7)E8"' }),
    from: Type.Optional(
      Type.String({ pattern: MOMENT_PATTERN, description: 'a moment such as "2027-03-01T02:00:00Z"; default at once' }),
    ),
    action: Type.Unsafe({ enum: ['disabled', 'alarm', 'recover'], description: '"disabled", "alarm" or "recover"' }),
  },
  closed,
);

/** Published: `site/policies/*.json`. */
export const POLICY_FILE_SCHEMA: TSchema = fileOf('policies', POLICY_SCHEMA);

const SHAPE = new SchemaCheck(POLICY_SCHEMA);

interface PolicyForm {
  readonly name: string;
  readonly ports: PortFilter;
  readonly models?: readonly string[];
  readonly osVersion: string;
  readonly from?: string;
  readonly action: OsPolicyAction;
}

/** All policies of a site in file order. Those with problems are left out. */
export function readPolicies(files: readonly SourceFile[]): {
  readonly policies: readonly OsPolicy[];
  readonly problems: readonly SiteProblem[];
} {
  const { made: policies, problems } = readNamed(files, 'policies', readPolicy);
  return { policies, problems };
}

function readPolicy({ value, pointer }: FileItem): ReadItem<OsPolicy> {
  const wrong = SHAPE.problems(value).map((problem) => ({ ...problem, pointer: pointer + problem.pointer }));
  if (wrong.length > 0) return { problems: wrong };
  const { name, ports, models = [], osVersion, from, action } = value as PolicyForm;
  const fromMs = from === undefined ? undefined : parseMoment(from);
  if (from !== undefined && fromMs === undefined)
    return {
      problems: [{ pointer: pointerTo(pointer, 'from'), wanted: 'a moment that there is', got: gotText(from) }],
    };
  return {
    made: { name, ports, models, osVersion, action, ...(fromMs === undefined ? {} : { fromMs }) },
    problems: [],
  };
}

/**
 * The rules of policies that recover: decided, explained, kept by windows, holds and the budget of reloads as any other
 * rule, and at most once a day on a port.
 */
export function policyRules(policies: readonly OsPolicy[]): readonly SourceFile[] {
  return policies
    .filter(({ action }) => action === 'recover')
    .map(({ name, ports }) => ({
      file: 'policies',
      json: {
        name: `policy-${name}`,
        description: `Pushes the OS file "standard" where the policy ${name} finds another version`,
        on: 'port.osDrift',
        ports,
        conditions: { all: [{ fact: 'event', path: '$.data.policy', operator: 'equal', value: name }] },
        throttle: { every: '24h', per: 'port' },
        actions: [{ pushOs: { version: 'standard' } }],
      },
    }));
}
