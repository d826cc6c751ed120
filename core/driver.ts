/**
 * A driver: what one make/OS says and wants, as data plus a few pure hooks (ARCHITECTURE 7).
 * Slots that exchanges may use: `file`, `remoteFile`, `server`, `serverPort`, `size`, `image` (path on the device),
 * `oldImage`, `fileSystem`, `slot`, `otherSlot`, `loadAddress`, `readBackAddress`, `sizeHex`, `serverUser` and `serverPassword`
 * (one-time login at our server), `version` (what the image's name tells), and `property.<name>` from the port.
 * In `success` and `capture` the same slots stand for their literal text.
 */
import type { DeviceCheck } from './device-check.js';
import type { BootTable, DialogTable, Exchange, LoginTable } from './dialog-table.js';
import type { DownloadCommand } from './download-command.js';
import type { DeviceFacts, FactName, NumericFact } from './facts.js';
import type { ImageNameRow } from './image-name.js';
import type { InterfaceProcedure } from './interface-procedure.js';
import type { JsonValue } from './json.js';
import type { LineSpeed } from './line-speed.js';
import type { InBandMethod } from './ports/transfer.js';
import type { TransferMethod } from './settings.js';
import type { TransferProcedure, Transfers, UploadProcedure } from './transfer-procedure.js';
import type { HashProcedure, VerifyProcedure } from './verify-procedure.js';

/** How a fact is read from one command's output. Patterns see the whole output; `^` and `$` are the ends of its lines. */
export interface FactField {
  readonly name: FactName | NumericFact;
  /** First group is the value, unless `value` says otherwise. The first field of a name that matches wins. */
  readonly pattern: string;
  /** The value out of several groups: `{1}{2}`; empty groups vanish. */
  readonly value?: string;
  /** Multiplies a number: 1024 where the device tells KiB. */
  readonly factor?: number;
}

export interface FactCommand {
  readonly exchange: Exchange;
  readonly fields: readonly FactField[];
  /** A repeated line `<count> <type> interface(s)`: group `count` (absent: each line is one), group `type` (absent: `port`). */
  readonly interfaces?: string;
  /** A repeated line, one a stack member; they are counted. */
  readonly members?: string;
  /** What works by this output (`DeviceFacts.working`): a name for each match, with `{1}` … for its groups. */
  readonly working?: readonly { readonly name: string; readonly pattern: string }[];
  /** Missing output or a refused command is no failure. */
  readonly optional?: boolean;
}

/** How the verified file becomes the one that boots next (vendors §4, states 7–8). */
export interface ActivateProcedure {
  readonly kind: 'bootVariable' | 'slot' | 'installer' | 'overwrite';
  /** What must not be the case before this is begun, asked of the device itself. */
  readonly checks?: readonly DeviceCheck[];
  /** Writes the image to where it boots from. Never the running one. Empty where staging already did. */
  readonly install: readonly Exchange[];
  /** Proof of `install`, where it copies. */
  readonly installed?: VerifyProcedure;
  readonly select: readonly Exchange[];
  /** Reads the selection back: `exchange` captures `selected`, which must be `wanted`, a template. Absent: the reload itself selects. */
  readonly selected?: { readonly exchange: Exchange; readonly wanted: string };
  /** Puts the former selection back. */
  readonly undo: readonly Exchange[];
  /** Makes the selection last (write memory). */
  readonly commit: readonly Exchange[];
  /** Once the new image is proved to run: stops the device's own timer that would bring the former one back. */
  readonly confirm?: readonly Exchange[];
  /** Tells by an output that matches `pattern` that nothing is left to confirm. */
  readonly confirmed?: { readonly exchange: Exchange; readonly pattern: string };
}

export interface ReloadProcedure {
  readonly exchange: Exchange;
  /** What the story says. */
  readonly story: string;
  /** Something of this must be seen this soon after the command, ms. */
  readonly seenWithinMs: number;
}

/** One way into a boot loader's memory. */
export type LoaderLoad = Extract<TransferProcedure, { direction: 'inBand' }> & { readonly method: InBandMethod };

/** What can be done at a boot loader's prompt. */
export interface LoaderTable {
  readonly id: string;
  readonly dialog: DialogTable;
  /** How its console is made faster; the first whose prompt stands. Absent: it cannot. */
  readonly lineSpeeds?: readonly LineSpeed[];
  /** Captures `slot` and the like. */
  readonly facts: readonly FactCommand[];
  /** Said before `boot`, where the loader must be made ready (`flash_init`). */
  readonly prepare?: readonly Exchange[];
  /** Boots without changing anything. */
  readonly boot: Exchange;
  /** Slots that every exchange here may use besides the action's own. */
  readonly slots: Readonly<Record<string, string>>;
  /** In-band load into memory, proof over the known length, write, proof again, reset. Absent where it cannot. */
  readonly install?: {
    /** Best first; each attempt takes the next one. */
    readonly loads: readonly LoaderLoad[];
    readonly loaded: HashProcedure;
    readonly write: readonly Exchange[];
    /** Loads what was written, for `written` to prove. */
    readonly readBack: Exchange;
    readonly written: HashProcedure;
    readonly reset: Exchange;
  };
}

/** Configuration pulls, told in the story as the field knows it. */
export interface ConfigProcedure {
  readonly running: Exchange;
  readonly startup?: Exchange;
  /** Everything that the vendor's support asks for; minutes of output. */
  readonly tech?: Exchange;
  readonly save: readonly Exchange[];
  /** Of the prompt after `running`: it says that the configuration is not saved. Where there is no `startup` to compare. */
  readonly unsaved?: string;
  /** Lines that differ on every pull and are left out of comparisons. */
  readonly volatile: readonly string[];
}

/** What happens where it matters, for people and for `docs/drivers.md`. */
export interface Capabilities {
  /**
   * What runs again where the new image does not come up: the former image as second of the boot list, the other slot or
   * partition on command, by the device's own timer or boot counter; or nothing.
   */
  readonly rollback: 'bootList' | 'otherSlot' | 'timer' | 'none';
  /** `device`: its own installer brings the image to every member. `no`: one unit only. */
  readonly stacks: 'device' | 'no';
  /** Versions whose recorded output the tests read. */
  readonly versionsRead: readonly string[];
}

/** Parts of a driver that differ with what the device has told about itself. */
export interface DriverVariant extends Partial<
  Pick<
    Driver,
    'transfers' | 'verify' | 'activate' | 'reload' | 'boot' | 'loader' | 'imageNames' | 'spareBytes' | 'capabilities'
  >
> {
  readonly id: string;
  /** Applies where all these facts have these forms. The first variant that applies is taken. */
  readonly when: readonly { readonly fact: FactName; readonly pattern: string }[];
}

export interface Driver {
  readonly id: string;
  readonly make: string;
  readonly osType: string;
  readonly description: string;
  /** Hardware and software on which this was seen to work, and how; empty is honest. */
  readonly verifiedOn: readonly { readonly model: string; readonly osVersion: string; readonly how: string }[];
  readonly capabilities: Capabilities;
  /** After a boot, units of a stack and interfaces may come one by one; so long they are waited for, ms. Default 0. */
  readonly settleMs?: number;
  readonly dialog: DialogTable;
  readonly login: LoginTable;
  readonly facts: readonly FactCommand[];
  /** Commands that the driver understands and does not send: `drivers parse` reads their output too. */
  readonly alsoReads?: readonly FactCommand[];
  /** Hostnames a factory-new device has; the story leaves them out. */
  readonly defaultHostnames: readonly string[];
  /** Where images live, e.g. `flash:`; `property.fileSystem` overrides. */
  readonly fileSystem: string;
  /** `partition`: an image has a place of its own, and free space is about something else. Default `fileSystem`. */
  readonly imagePlace?: 'fileSystem' | 'partition';
  /** Slots that exchanges may use besides, and what they are where the port does not say: `property.vr`. */
  readonly slots?: Readonly<Record<string, string>>;
  /** Which model takes images of which platform (`ImageNameRow.platform`); a model that is not listed is not judged. */
  readonly platforms?: readonly { readonly model: string; readonly platform: string }[];
  readonly imageNames: readonly ImageNameRow[];
  /** Smallest step of the uptime that the device tells, s: 60 where it tells minutes. */
  readonly uptimeStepSeconds: number;
  /** Typed to break off what a former process left running on the console: an abandoned copy. */
  readonly interrupt: string;
  /** Bytes that must stay free beside the image. */
  readonly spareBytes: number;
  readonly transfers: Transfers;
  /** Absent: the OS has no such command; an image comes by a push. */
  readonly download?: DownloadCommand;
  /** By method; `image` is the file on the device. Absent: it brings nothing. */
  readonly uploads?: Readonly<Partial<Record<TransferMethod, UploadProcedure>>>;
  readonly verify: VerifyProcedure;
  readonly config?: ConfigProcedure;
  /** Absent: its interfaces are not switched. */
  readonly interfaces?: InterfaceProcedure;
  readonly activate: ActivateProcedure;
  /** A/B devices: the names of both slots, as the fact `activeSlot` tells them. */
  readonly slotNames?: readonly [string, string];
  readonly reload: ReloadProcedure;
  readonly boot: BootTable;
  /** How its console is made faster for an in-band transfer. Absent: it cannot. */
  readonly lineSpeed?: LineSpeed;
  readonly loader?: LoaderTable;
  readonly variants?: readonly DriverVariant[];
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
