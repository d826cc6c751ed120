/**
 * U-Boot as the boot loader of a device: in-band load, proof, write, reset.
 * Sources: U-Boot documentation "crc32", "fatwrite" (doc/usage/cmd); transcripts of 2023.01 on QEMU.
 * The proof is `crc32` over the length that we know, never the size that U-Boot reports.
 */
import type { DialogTable, Exchange } from '../../core/dialog-table.js';
import type { LoaderTable } from '../../core/driver.js';
import type { LineSpeed, SpeedChange } from '../../core/line-speed.js';
import { uBootLoad } from './loads.js';

export const uBootDialog: DialogTable = {
  lineEnding: '\r',
  prompts: [{ state: 'loader', pattern: '^(?:=>|[\\w.-]+ ?(?:#|>>?)) ?$' }],
  pagers: [],
  questions: [],
  failures: [
    { pattern: '^Unknown command', class: 'refused' },
    { pattern: '## Binary \\([xy]modem\\) download aborted|xyzModem error|Timed out|Cancelled', class: 'transport' },
    { pattern: "^\\*\\* (?:Unable to|Error|Can't|No )", class: 'refused' },
    { pattern: '^SF: .*ERROR', class: 'refused' },
    { pattern: '^(?:Error|ERROR)\\b', class: 'refused' },
  ],
  noise: [],
  countdowns: ['Hit any key to stop autoboot', 'Hit Esc key', 'Press ESC to abort autoboot'],
  bootStarts: ['^U-Boot (?:SPL )?\\d{4}\\.\\d{2}', '^Starting kernel'],
  secrets: [],
};

/** How a port's device keeps its firmware where U-Boot can write it: commands with slots, from port properties. */
export interface UBootLayout {
  /** Hexadecimal address in free memory that takes the image. */
  readonly loadAddress: string;
  /** A second one, for reading back. */
  readonly readBackAddress: string;
  /** Reads which slot boots next; captures by `pattern`. */
  readonly slot: { readonly command: string; readonly pattern: string };
  /** Writes `{{sizeHex}}` bytes at `{{loadAddress}}` to `{{slot}}`. */
  readonly write: readonly string[];
  /** Loads what was written to `{{readBackAddress}}`. */
  readonly readBack: string;
}

/** `loady` and `loadx` wait 95 s for a sender; a command answers at once. */
const COMMAND_SILENCE_MS = 30_000;

/** The text before the other end waits for a RETURN at the new speed (env callback `on_baudrate`). */
const SWITCH_NOW = '## Switch baudrate to \\d+ bps and press ENTER';
/** Boards print that and then do not change (vendors §3.4): the RETURN at the old speed takes it back. */
const setBaudRate: SpeedChange = {
  lead: [],
  change: {
    send: 'setenv baudrate {{baudRate:int}}',
    until: ['loader'],
    ready: SWITCH_NOW,
    failures: [{ pattern: '^## Baudrate \\d+ bps not supported', class: 'refused' }],
    silenceMs: 5_000,
  },
  hail: '\r',
  trail: [],
};

/** Not stored by `saveenv`: it is back at the old speed before anything else is said. */
export const uBootLineSpeed: LineSpeed = {
  baudRates: [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600],
  raise: setBaudRate,
  restore: [setBaudRate],
  lasting: false,
};

/** The loader table of a U-Boot with this layout. */
export function uBootLoader(layout: UBootLayout): LoaderTable {
  const say = (send: string, more: Partial<Exchange> = {}): Exchange => ({
    send,
    until: ['loader'],
    silenceMs: COMMAND_SILENCE_MS,
    ...more,
  });
  const atPrompt: Exchange = { until: ['loader'], silenceMs: COMMAND_SILENCE_MS };
  const crc = (address: string): Exchange =>
    say(`crc32 {{${address}}} {{sizeHex}}`, { success: '==>', capture: { hash: '==> ([0-9a-f]{8})' } });
  return {
    id: 'u-boot',
    dialog: uBootDialog,
    lineSpeeds: [uBootLineSpeed],
    facts: [{ exchange: say(layout.slot.command), fields: [{ name: 'activeSlot', pattern: layout.slot.pattern }] }],
    slots: { loadAddress: layout.loadAddress, readBackAddress: layout.readBackAddress },
    boot: { send: 'boot', ready: 'Starting kernel|Loading', silenceMs: COMMAND_SILENCE_MS },
    install: {
      loads: [uBootLoad('ymodem', say, atPrompt), uBootLoad('xmodem', say, atPrompt)],
      loaded: { algorithm: 'crc32', exchange: crc('loadAddress') },
      write: layout.write.map((command) => say(command)),
      written: { algorithm: 'crc32', exchange: crc('readBackAddress') },
      readBack: say(layout.readBack),
      reset: { send: 'reset', ready: 'resetting|U-Boot \\d{4}', silenceMs: COMMAND_SILENCE_MS },
    },
  };
}
