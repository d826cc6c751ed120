/**
 * How a site describes a two-slot Linux device in port properties: its own commands with typed slots.
 * Commands may use `{{image:path}}` (the staged file), `{{slot}}` (running) and `{{otherSlot}}` (the one to write).
 */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { fail } from '../../core/errors/index.js';
import type { JsonValue } from '../../core/json.js';
import { SchemaCheck } from '../../core/schema-problems.js';

const Reading = Type.Object({ command: Type.String(), pattern: Type.String() }, { additionalProperties: false });
const Commands = Type.Array(Type.String(), { minItems: 1 });

export const LinuxProperties = Type.Object({
  slots: Type.Object(
    {
      /** The two names, as `active` reports them. */
      names: Type.Tuple([Type.String(), Type.String()]),
      active: Reading,
      /** Writes `{{image:path}}` to `{{otherSlot}}`. */
      install: Commands,
      /** Prints the SHA-256 of what `install` wrote. */
      installedHash: Type.String(),
      select: Commands,
      /** Prints the selected slot; group 1. */
      selected: Reading,
      /** Selects `{{slot}}` again. */
      undo: Commands,
    },
    { additionalProperties: false },
  ),
  facts: Type.Optional(
    Type.Object(
      { serialNumber: Type.Optional(Reading), model: Type.Optional(Reading), osVersion: Type.Optional(Reading) },
      { additionalProperties: false },
    ),
  ),
  stagingFolder: Type.Optional(Type.String({ pattern: '^/[\\w./-]+$' })),
  rebootCommand: Type.Optional(Type.String()),
  xmodemCommand: Type.Optional(Type.String()),
  imageVersion: Type.Optional(Type.String()),
  loader: Type.Optional(
    Type.Object(
      {
        type: Type.Literal('u-boot'),
        loadAddress: Type.String({ pattern: '^0x[0-9a-fA-F]+$' }),
        readBackAddress: Type.String({ pattern: '^0x[0-9a-fA-F]+$' }),
        slot: Reading,
        write: Commands,
        readBack: Type.String(),
      },
      { additionalProperties: false },
    ),
  ),
});
export type LinuxProperties = Static<typeof LinuxProperties>;

const CHECK = new SchemaCheck(LinuxProperties);

/** Checks the properties of a port with driver `linux`. Errors: DRIVER_PROPERTY with the first thing wrong. */
export function linuxProperties(port: {
  readonly id: string;
  readonly properties: Readonly<Record<string, JsonValue>>;
}): LinuxProperties {
  const [first] = CHECK.problems(port.properties);
  if (first !== undefined) {
    throw fail('DRIVER_PROPERTY', { port: port.id, driver: 'linux', property: first.pointer, wanted: first.wanted });
  }
  return port.properties as unknown as LinuxProperties;
}
