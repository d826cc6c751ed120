/**
 * A board that stands at its U-Boot prompt and comes back to it: firmware goes into memory by TFTP, YMODEM or XMODEM, is proved there by
 * `crc32`, written by the port's own commands, read back and proved again. For a device that runs an operating system, use that
 * one's driver with U-Boot below it (docs/linux.md).
 * Sources: U-Boot documentation (doc/usage/cmd: tftpboot, loady, loadx, crc32, printenv, reset); transcripts of 2023.01 on QEMU.
 */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import type { Exchange } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import type { HashProcedure } from '../../core/verify-procedure.js';
import { fail } from '../../core/errors/index.js';
import { SchemaCheck } from '../../core/schema-problems.js';
import { uBootDialog, uBootLineSpeed } from './loader.js';
import { uBootLoad } from './loads.js';

const Address = Type.String({ pattern: '^0x[0-9a-fA-F]+$', description: 'a hexadecimal address such as 0x44000000' });
const Reading = Type.Object({ command: Type.String(), pattern: Type.String() }, { additionalProperties: false });

const Properties = Type.Object({
  loadAddress: Address,
  readBackAddress: Address,
  /** Writes `{{sizeHex}}` bytes at `{{loadAddress}}`. */
  write: Type.Array(Type.String(), { minItems: 1 }),
  /** Loads what was written to `{{readBackAddress}}`. */
  readBack: Type.String(),
  /** What tells the version of the firmware; default U-Boot's own. */
  version: Type.Optional(Reading),
  imageVersion: Type.Optional(Type.String()),
});
type Properties = Static<typeof Properties>;
const CHECK = new SchemaCheck(Properties);

/** A command answers at once; `tftpboot` gives up by itself after its retries. */
const COMMAND_SILENCE_MS = 30_000;
const TFTP_SILENCE_MS = 60_000;

const say = (send: string, more: Partial<Exchange> = {}): Exchange => ({
  send,
  silenceMs: COMMAND_SILENCE_MS,
  ...more,
});

const AT_PROMPT: Exchange = { silenceMs: COMMAND_SILENCE_MS };

const crcAt = (address: string): HashProcedure => ({
  algorithm: 'crc32',
  exchange: say(`crc32 {{${address}}} {{sizeHex}}`, { success: '==>', capture: { hash: '==> ([0-9a-f]{8})' } }),
});

export const uBoot: Driver = {
  ...{ id: 'u-boot', make: 'u-boot', osType: 'U-Boot' },
  description: 'boards that stand at their U-Boot prompt, firmware written by the commands of the port',
  verifiedOn: [],
  capabilities: { rollback: 'none', stacks: 'no', versionsRead: ['2023.01'] },
  // Here the prompt is where commands are given, not a place to recover from.
  dialog: {
    ...uBootDialog,
    prompts: uBootDialog.prompts.map(({ pattern }) => ({ state: 'exec', pattern })),
    failures: [
      { pattern: "^TFTP error: .*(?:not found|'File not found')|File not found", class: 'remoteFile' },
      { pattern: '^Retry count exceeded|^TFTP error|Not retrying|ARP Retry count exceeded', class: 'transport' },
      ...uBootDialog.failures,
    ],
  },
  login: { op: 'exec', prepare: [], failures: [] },
  facts: [
    { exchange: say('version'), fields: [{ name: 'osVersion', pattern: '^U-Boot (\\d{4}\\.\\d{2}\\S*)' }] },
    {
      exchange: say('printenv'),
      fields: [
        { name: 'serialNumber', pattern: '^serial#=(\\S+)' },
        { name: 'hostname', pattern: '^hostname=(\\S+)' },
        { name: 'model', pattern: '^board(?:_name)?=(\\S+)' },
      ],
      optional: true,
    },
  ],
  ...{ defaultHostnames: [], fileSystem: '', imagePlace: 'partition', uptimeStepSeconds: 60, interrupt: '\x03' },
  imageNames: [{ pattern: '(\\d{4}\\.\\d{2}(?:[-.]\\w+)?)', version: '{1}' }],
  spareBytes: 0,
  transfers: {
    tftp: {
      direction: 'devicePulls',
      exchanges: [
        say('tftpboot {{loadAddress}} {{server:ip}}:{{remoteFile:path}}', {
          silenceMs: TFTP_SILENCE_MS,
          totalMs: 3_600_000,
          success: 'Bytes transferred = \\d+',
        }),
      ],
      cleanup: [],
    },
    ymodem: uBootLoad('ymodem', say, AT_PROMPT),
    xmodem: uBootLoad('xmodem', say, AT_PROMPT),
  },
  verify: crcAt('loadAddress'),
  // Nothing runs from what is written: U-Boot itself is in memory.
  activate: { kind: 'overwrite', install: [], select: [], undo: [], commit: [] },
  reload: {
    exchange: say('reset', { ready: 'resetting|U-Boot (?:SPL )?\\d{4}' }),
    story: "Issuing 'reset'",
    seenWithinMs: 10_000,
  },
  lineSpeed: uBootLineSpeed,
  boot: {
    banner: '^U-Boot \\d{4}\\.\\d{2}',
    milestones: [{ id: 'loader', pattern: '^(?<line>U-Boot \\d{4}\\.\\d{2}\\S*)', story: '{line}' }],
    expectedBoots: 1,
    done: ['exec'],
    // vendors §6: hard cap 1 minute for U-Boot.
    ...{ capMs: 60_000, loaderStandsMs: 10_000 },
  },
  hooks: { specialise: (driver, port) => specialise(driver, propertiesOf(port)) },
};

function propertiesOf(port: { readonly id: string; readonly properties: object }): Properties {
  const [first] = CHECK.problems(port.properties);
  if (first !== undefined) {
    throw fail('DRIVER_PROPERTY', { port: port.id, driver: 'u-boot', property: first.pointer, wanted: first.wanted });
  }
  return port.properties as Properties;
}

function specialise(driver: Driver, { version, imageVersion, ...own }: Properties): Driver {
  return {
    ...driver,
    slots: { loadAddress: own.loadAddress, readBackAddress: own.readBackAddress },
    ...(version === undefined
      ? {}
      : {
          facts: [
            ...driver.facts,
            { exchange: say(version.command), fields: [{ name: 'osVersion', pattern: version.pattern }] },
          ],
        }),
    ...(imageVersion === undefined ? {} : { imageNames: [{ pattern: imageVersion, version: '{1}' }] }),
    activate: {
      ...driver.activate,
      install: [...own.write.map((command) => say(command)), say(own.readBack)],
      installed: crcAt('readBackAddress'),
    },
  };
}
