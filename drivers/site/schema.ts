/**
 * A site's own driver as it is written in `drivers/*.json`: the parts of a driver (core/driver.ts) with durations as users
 * write them, and with defaults for what most consoles have in common. No hooks: patterns say everything.
 */
import { Type } from '@sinclair/typebox';
import type { Static, TSchema } from '@sinclair/typebox';
import { DURATION_PATTERN } from '../../core/duration.js';

const closed = { additionalProperties: false };
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
const words = Type.Array(Type.String());
const oneOf = <T extends string>(...names: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...names], description: `one of ${names.join(', ')}` });

const Duration = Type.String({ pattern: DURATION_PATTERN, description: 'a duration such as "90s" or "10m"' });
const Pattern = Type.String({ minLength: 1, description: 'a regular expression' });
const Command = Type.String({ description: 'a command, in which slots such as {{file}} may stand' });

const READY = ['user', 'exec', 'config', 'loader', 'login', 'password', 'pressReturn', 'setup'] as const;
const INTENTS = [
  ...(['safe', 'overwrite', 'erase', 'reload', 'saveConfig'] as const),
  ...(['discardConfig', 'install', 'recover', 'manualBoot'] as const),
];
const CLASSES = ['transport', 'remoteFile', 'space', 'integrity', 'refused', 'timeout', 'aborted'] as const;
const State = oneOf(...READY);

const Prompt = Type.Object({ state: State, pattern: Pattern }, closed);
const Failure = Type.Object(
  { pattern: Pattern, class: oneOf(...CLASSES), final: optional(Type.Literal(true)) },
  { ...closed, $id: 'failure' },
);
const Question = Type.Object(
  {
    id: Type.String(),
    pattern: Pattern,
    answer: Command,
    answerAgain: optional(Command),
    otherwise: optional(Command),
    key: optional(
      Type.Unsafe<boolean | 'thenReturn'>({
        enum: [true, false, 'thenReturn'],
      }),
    ),
    intent: optional(oneOf(...INTENTS)),
    declines: optional(Type.Literal(true)),
  },
  { ...closed, $id: 'question' },
);

const Said = Type.Object(
  {
    send: optional(Command),
    until: optional(Type.Array(State)),
    ready: optional(Pattern),
    success: optional(Pattern),
    failures: optional(Type.Array(Failure)),
    questions: optional(Type.Array(Question)),
    ignoreFailures: optional(Type.Boolean()),
    capture: optional(Type.Record(Type.String(), Pattern)),
    silence: optional(Duration),
    total: optional(Duration),
  },
  { ...closed, $id: 'said' },
);
/** A text, or an object: one schema with both, so that a mistake inside the object is told where it stands. */
const Exchange = Type.Unsafe<string | Static<typeof Said>>({
  type: ['string', 'object'],
  properties: Said.properties,
  additionalProperties: false,
  $id: 'exchange',
  description: 'a command, or an object with "send"',
});
const Exchanges = Type.Array(Exchange);

const FACTS = [
  ...(['hostname', 'serialNumber', 'make', 'model', 'osType', 'osVersion', 'uptimeText', 'uptimeSeconds'] as const),
  ...(['bootImage', 'activeSlot', 'interfaceCount', 'freeBytes'] as const),
];
const Facts = Type.Array(
  Type.Object(
    {
      command: Exchange,
      fields: optional(
        Type.Array(
          Type.Object(
            {
              name: oneOf(...FACTS),
              pattern: Pattern,
              value: optional(Type.String()),
              factor: optional(Type.Number()),
            },
            closed,
          ),
        ),
      ),
      interfaces: optional(Pattern),
      members: optional(Pattern),
      optional: optional(Type.Boolean()),
    },
    closed,
  ),
);

const BlockSize = Type.Unsafe<128 | 1024>({ enum: [128, 1024] });
/** Which keys belong to which direction is checked beside the schema. */
const Transfer = Type.Object(
  {
    direction: oneOf('devicePulls', 'inBand'),
    exchanges: optional(Exchanges),
    start: optional(Exchange),
    finish: optional(Exchange),
    blockSizes: optional(Type.Array(BlockSize)),
    turnaround: optional(Duration),
    trim: optional(Exchanges),
    cleanup: optional(Exchanges),
  },
  { ...closed, $id: 'transfer' },
);
const METHODS = ['tftp', 'ftp', 'sftp', 'scp', 'http', 'https', 'xmodem', 'ymodem'] as const;
const Transfers = Type.Object(Object.fromEntries(METHODS.map((method) => [method, optional(Transfer)])), closed);

const Verify = Type.Object(
  { algorithm: oneOf('sha256', 'md5', 'crc32', 'shown'), exchange: Exchange },
  { ...closed, $id: 'verify' },
);

const Activate = Type.Object(
  {
    kind: oneOf('bootVariable', 'slot', 'installer', 'overwrite'),
    install: optional(Exchanges),
    installed: optional(Verify),
    select: optional(Exchanges),
    selected: optional(Type.Object({ exchange: Exchange, wanted: Command }, closed)),
    undo: optional(Exchanges),
    commit: optional(Exchanges),
    checks: optional(
      Type.Array(
        Type.Object(
          { exchange: Exchange, refuse: Pattern, code: oneOf('PUSH_DEVICE_CLOCK', 'PUSH_CONFIG_SESSION') },
          closed,
        ),
      ),
    ),
    confirm: optional(Exchanges),
    confirmed: optional(Type.Object({ exchange: Exchange, pattern: Pattern }, closed)),
  },
  closed,
);

const Dialog = Type.Object(
  {
    lineEnding: optional(Type.String()),
    prompts: optional(Type.Array(Prompt)),
    pagers: optional(Type.Array(Type.Object({ pattern: Pattern, answer: Type.String() }, closed))),
    questions: optional(Type.Array(Question)),
    failures: optional(Type.Array(Failure)),
    noise: optional(Type.Array(Pattern)),
    busy: optional(Type.Array(Pattern)),
    countdowns: optional(Type.Array(Pattern)),
    bootStarts: optional(Type.Array(Pattern)),
    secrets: optional(Type.Array(Pattern)),
  },
  closed,
);

const Boot = Type.Object(
  {
    banner: optional(Pattern),
    milestones: optional(
      Type.Array(Type.Object({ id: Type.String(), pattern: Pattern, story: optional(Type.String()) }, closed)),
    ),
    expectedBoots: optional(Type.Integer({ minimum: 1 })),
    done: optional(Type.Array(State)),
    cap: optional(Duration),
    loaderStands: optional(Duration),
  },
  closed,
);

export const SiteDriver = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$', description: 'a name of small letters, digits and dashes' }),
    /** Starts from this driver; what is written here replaces or comes before its own. */
    extends: optional(Type.String()),
    make: optional(Type.String()),
    osType: optional(Type.String()),
    description: optional(Type.String()),
    verifiedOn: optional(
      Type.Array(Type.Object({ model: Type.String(), osVersion: Type.String(), how: Type.String() }, closed)),
    ),
    capabilities: optional(
      Type.Object(
        {
          rollback: optional(oneOf('bootList', 'otherSlot', 'timer', 'none')),
          stacks: optional(oneOf('device', 'no')),
          versionsRead: optional(words),
        },
        closed,
      ),
    ),
    settle: optional(Duration),
    dialog: optional(Dialog),
    login: optional(
      Type.Object(
        {
          op: optional(oneOf('user', 'exec')),
          enable: optional(Type.String()),
          leaveConfig: optional(Type.String()),
          prepare: optional(words),
          failures: optional(words),
        },
        closed,
      ),
    ),
    facts: optional(Facts),
    alsoReads: optional(Facts),
    defaultHostnames: optional(words),
    fileSystem: optional(Type.String()),
    imagePlace: optional(oneOf('fileSystem', 'partition')),
    slots: optional(Type.Record(Type.String(), Type.String())),
    platforms: optional(Type.Array(Type.Object({ model: Pattern, platform: Type.String() }, closed))),
    imageNames: optional(
      Type.Array(
        Type.Object({ pattern: Pattern, platform: optional(Type.String()), version: optional(Type.String()) }, closed),
      ),
    ),
    uptimeStep: optional(Duration),
    interrupt: optional(Type.String()),
    spareBytes: optional(Type.Integer({ minimum: 0 })),
    transfers: optional(Transfers),
    verify: optional(Verify),
    config: optional(
      Type.Object(
        {
          running: Exchange,
          startup: optional(Exchange),
          tech: optional(Exchange),
          save: optional(Exchanges),
          unsaved: optional(Pattern),
          volatile: optional(Type.Array(Pattern)),
        },
        closed,
      ),
    ),
    activate: optional(Activate),
    slotNames: optional(Type.Tuple([Type.String(), Type.String()])),
    reload: optional(
      Type.Object({ exchange: Exchange, story: optional(Type.String()), seenWithin: optional(Duration) }, closed),
    ),
    boot: optional(Boot),
    loader: optional(
      Type.Object(
        {
          id: Type.String(),
          prompts: Type.Array(Pattern),
          failures: optional(Type.Array(Failure)),
          prepare: optional(Exchanges),
          boot: Exchange,
        },
        closed,
      ),
    ),
  },
  { ...closed, $id: 'driver' },
);
export type SiteDriver = Static<typeof SiteDriver>;
export type WrittenExchange = Static<typeof Exchange>;
export type WrittenFacts = Static<typeof Facts>;
export type WrittenTransfer = Static<typeof Transfer>;
export type WrittenVerify = Static<typeof Verify>;
export type WrittenQuestion = Static<typeof Question>;

/** `drivers/*.json`: one driver, a list, or `{ "version": 1, "drivers": [ … ] }`. */
export const DRIVER_FILE_SCHEMA = Type.Union([
  SiteDriver,
  Type.Array(SiteDriver),
  Type.Object({ $schema: optional(Type.String()), version: Type.Literal(1), drivers: Type.Array(SiteDriver) }, closed),
]);
