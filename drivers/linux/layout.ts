/**
 * How a site describes a two-slot Linux device in port properties: its own commands with typed slots.
 * Commands may use `{{image:path}}` (the staged file), `{{slot}}` (running) and `{{otherSlot}}` (the one to write).
 */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { fail } from '../../core/errors/index.js';
import type { JsonValue } from '../../core/json.js';
import { SchemaCheck } from '../../core/schema-problems.js';
import { UPDATERS } from './updaters.js';

const Reading = Type.Object({ command: Type.String(), pattern: Type.String() }, { additionalProperties: false });
const Commands = Type.Array(Type.String(), { minItems: 1 });

export const LinuxProperties = Type.Object({
  /** An update client whose commands are known (updaters.ts); what `slots` says itself counts first. */
  updater: Type.Optional(
    Type.Union([Type.Literal('rauc'), Type.Literal('swupdate')], { description: 'rauc or swupdate' }),
  ),
  slots: Type.Object(
    {
      /** The two names, as `active` reports them. */
      names: Type.Tuple([Type.String(), Type.String()]),
      active: Reading,
      /** Writes `{{image:path}}` to `{{otherSlot}}`. */
      install: Commands,
      /** Prints the SHA-256 of what `install` wrote. */
      installedHash: Type.Optional(Type.String()),
      select: Commands,
      /** Prints the selected slot; group 1. */
      selected: Reading,
      /** Selects `{{slot}}` again. */
      undo: Commands,
      /** Once the new image is proved to run: keeps the boot counter from going back. */
      confirm: Type.Optional(Commands),
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
  /** The device runs an SSH server: the image is brought there, with the port's credentials. */
  fileServer: Type.Optional(
    Type.Object(
      {
        methods: Type.Array(Type.Union([Type.Literal('sftp'), Type.Literal('scp')]), { minItems: 1 }),
        port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
        legacyAlgorithms: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
  ),
  xmodemCommand: Type.Optional(Type.String()),
  ymodemCommand: Type.Optional(Type.String()),
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
  const properties = withUpdater(port.properties);
  const [first] = CHECK.problems(properties);
  const wrong = (property: string, wanted: string): Error =>
    fail('DRIVER_PROPERTY', { port: port.id, driver: 'linux', property, wanted });
  if (first !== undefined) throw wrong(first.pointer, first.wanted);
  const known = properties as unknown as LinuxProperties;
  // An update client checks what it writes; for commands of the site's own the proof is a hash.
  if (known.updater === undefined && known.slots.installedHash === undefined)
    throw wrong('/slots', 'the key "installedHash"');
  return known;
}

function withUpdater(properties: Readonly<Record<string, JsonValue>>): Readonly<Record<string, JsonValue>> {
  const { updater, slots } = properties;
  const preset = typeof updater === 'string' && Object.hasOwn(UPDATERS, updater) ? UPDATERS[updater] : undefined;
  if (preset === undefined || (slots !== undefined && (typeof slots !== 'object' || Array.isArray(slots))))
    return properties;
  return { ...properties, slots: { ...preset, ...slots } };
}
