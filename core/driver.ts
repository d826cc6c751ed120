/**
 * A driver: what one make/OS says and wants, as data plus a few pure hooks (ARCHITECTURE 7).
 * Slots that exchanges may use: `file`, `remoteFile`, `server`, `serverPort`, `size`, `image` (path on the device),
 * `oldImage`, `fileSystem`, `slot`, `otherSlot`, `loadAddress`, `readBackAddress`, `sizeHex`, and `property.<name>` from the port.
 */
import type { BootTable, DialogTable, Exchange, LoginTable } from './dialog-table.js';
import type { DeviceFacts, FactName } from './facts.js';
import type { JsonValue } from './json.js';
import type { LineSpeed } from './line-speed.js';
import type { TransferMethod } from './settings.js';

/** How a fact is read from one command's output. */
export interface FactField {
  readonly name: FactName | 'freeBytes' | 'interfaceCount';
  /** First group is the value. First match wins. */
  readonly pattern: string;
}

export interface FactCommand {
  readonly exchange: Exchange;
  readonly fields: readonly FactField[];
  /** A repeated line `<count> <type> interface(s)`: group `count`, group `type`. */
  readonly interfaces?: string;
  /** Missing output or a refused command is no failure. */
  readonly optional?: boolean;
}

/** What a vendor file name tells. Templates use `{1}` … for groups; empty groups vanish. */
export interface ImageNameRow {
  readonly pattern: string;
  readonly platform?: string;
  readonly version?: string;
}

export type TransferProcedure =
  | {
      /** The device is the client: it pulls from our server. */
      readonly direction: 'devicePulls';
      readonly exchanges: readonly Exchange[];
      /** Failures that say "start over with nothing there" are cleaned with these. */
      readonly cleanup: readonly Exchange[];
    }
  | {
      /** The transfer takes the console line. `start` ends with its `ready`, `finish` at a prompt. */
      readonly direction: 'inBand';
      readonly start: Exchange;
      readonly finish: Exchange;
      readonly blockSizes: readonly (128 | 1024)[];
      /** Pause before each block, ms: the receiver throws away what reaches it sooner after its answer. Default 0. */
      readonly turnaroundMs?: number;
      /** Cuts the padding of the last block off, where the far end keeps it. */
      readonly trim?: readonly Exchange[];
      readonly cleanup: readonly Exchange[];
    };

/** How the staged file is proved on the device: its own hash, compared with the store's. */
export interface VerifyProcedure {
  readonly algorithm: 'sha256' | 'md5' | 'crc32';
  /** Captures `hash`. */
  readonly exchange: Exchange;
  /** What the story says; `{file}` and `{fileSystem}` are filled. */
  readonly story?: string;
}

/** How the verified file becomes the one that boots next (vendors §4, states 7–8). */
export interface ActivateProcedure {
  readonly kind: 'bootVariable' | 'slot' | 'installer' | 'overwrite';
  /** Writes the image to where it boots from. Never the running one. Empty where staging already did. */
  readonly install: readonly Exchange[];
  /** Proof of `install`, where it copies. Captures `hash`. */
  readonly installed?: VerifyProcedure;
  readonly select: readonly Exchange[];
  /** Reads the selection back; captures `selected`. */
  readonly selected: Exchange;
  /** What `selected` must be, as a template. */
  readonly wanted: string;
  /** Puts the former selection back. */
  readonly undo: readonly Exchange[];
  /** Makes the selection last (write memory). */
  readonly commit: readonly Exchange[];
}

export interface ReloadProcedure {
  readonly exchange: Exchange;
  /** What the story says. */
  readonly story: string;
  /** Something of this must be seen this soon after the command, ms. */
  readonly seenWithinMs: number;
}

/** What can be done at a boot loader's prompt. */
export interface LoaderTable {
  readonly id: string;
  readonly dialog: DialogTable;
  /** How its console is made faster; the first whose prompt stands. Absent: it cannot. */
  readonly lineSpeeds?: readonly LineSpeed[];
  /** Captures `slot` and the like. */
  readonly facts: readonly FactCommand[];
  /** Boots without changing anything. */
  readonly boot: Exchange;
  /** Slots that every exchange here may use besides the action's own. */
  readonly slots: Readonly<Record<string, string>>;
  /** In-band load into memory, proof over the known length, write, proof again, reset. Absent where it cannot. */
  readonly install?: {
    readonly load: Extract<TransferProcedure, { direction: 'inBand' }>;
    readonly loaded: VerifyProcedure;
    readonly write: readonly Exchange[];
    /** Loads what was written, for `written` to prove. */
    readonly readBack: Exchange;
    readonly written: VerifyProcedure;
    readonly reset: Exchange;
  };
}

/** Configuration pulls, told in the story as the field knows it. */
export interface ConfigProcedure {
  readonly running: Exchange;
  readonly startup?: Exchange;
  readonly save: readonly Exchange[];
  /** Lines that differ on every pull and are left out of comparisons. */
  readonly volatile: readonly string[];
}

export interface Driver {
  readonly id: string;
  readonly make: string;
  readonly osType: string;
  readonly description: string;
  /** Hardware and software on which this was seen to work, and how; empty is honest. */
  readonly verifiedOn: readonly { readonly model: string; readonly osVersion: string; readonly how: string }[];
  readonly dialog: DialogTable;
  readonly login: LoginTable;
  readonly facts: readonly FactCommand[];
  /** Hostnames a factory-new device has; the story leaves them out. */
  readonly defaultHostnames: readonly string[];
  /** Where images live, e.g. `flash:`; `property.fileSystem` overrides. */
  readonly fileSystem: string;
  readonly imageNames: readonly ImageNameRow[];
  /** Smallest step of the uptime that the device tells, s: 60 where it tells minutes. */
  readonly uptimeStepSeconds: number;
  /** Typed to break off what a former process left running on the console: an abandoned copy. */
  readonly interrupt: string;
  /** Bytes that must stay free beside the image. */
  readonly spareBytes: number;
  readonly transfers: Readonly<Partial<Record<TransferMethod, TransferProcedure>>>;
  readonly verify: VerifyProcedure;
  readonly config?: ConfigProcedure;
  readonly activate: ActivateProcedure;
  /** A/B devices: the names of both slots, as the fact `activeSlot` tells them. */
  readonly slotNames?: readonly [string, string];
  readonly reload: ReloadProcedure;
  readonly boot: BootTable;
  /** How its console is made faster for an in-band transfer. Absent: it cannot. */
  readonly lineSpeed?: LineSpeed;
  readonly loader?: LoaderTable;
  readonly hooks?: DriverHooks;
}

/** Pure functions where data cannot say it. */
export interface DriverHooks {
  /** Further facts from the outputs, keyed by the command that was sent. */
  readonly facts?: (outputs: Readonly<Record<string, string>>) => DeviceFacts;
  /** The driver as this port's properties make it. Errors: DRIVER_PROPERTY. */
  readonly specialise?: (
    driver: Driver,
    port: { readonly id: string; readonly properties: Readonly<Record<string, JsonValue>> },
  ) => Driver;
}
