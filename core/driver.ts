/**
 * A driver: what one make/OS says and wants, as data plus a few pure hooks (ARCHITECTURE 7).
 * Slots that exchanges may use: `file`, `remoteFile`, `server`, `serverPort`, `size`, `image` (path on the device),
 * `oldImage`, `fileSystem`, `slot`, `otherSlot`, `loadAddress`, `readBackAddress`, `sizeHex`, `serverUser` and `serverPassword`
 * (one-time login at our server), `version` (what the image's name tells), and `property.<name>` from the port.
 * In `success` and `capture` the same slots stand for their literal text.
 */
import type { DeviceCheck } from './device-check.js';
import type { BootTable, DialogTable, Exchange, LoginTable, QuestionRow } from './dialog-table.js';
import type { DeviceFacts, FactName, NumericFact } from './facts.js';
import type { InterfaceProcedure } from './interface-procedure.js';
import type { JsonValue } from './json.js';
import type { LineSpeed } from './line-speed.js';
import type { InBandMethod } from './ports/transfer.js';
import type { TransferMethod } from './settings.js';

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
    }
  | {
      /** The device runs a server and we bring the file there. */
      readonly direction: 'wePut';
      /** What the file is called there; with the slots of exchanges. */
      readonly remotePath: string;
      /** Default: the protocol's own port. */
      readonly port?: number;
      /** SSH only: the device knows nothing but the algorithms of its time. */
      readonly legacyAlgorithms?: boolean;
      /** Opens the device's server where it is closed as a rule, and closes it again whatever became of the transfer. */
      readonly before: readonly Exchange[];
      readonly after: readonly Exchange[];
      /** What the device does with the file once it is there, where it does not stay a file. */
      readonly finish?: readonly Exchange[];
      readonly cleanup: readonly Exchange[];
    };

/** How the device brings a file of its own to our server, at the one-time place that the slots name. */
export interface UploadProcedure {
  readonly exchanges: readonly Exchange[];
}

/** Proof by the device's own hash, compared with the store's. */
export interface HashProcedure {
  readonly algorithm: 'sha256' | 'md5' | 'crc32';
  /** Captures `hash`. */
  readonly exchange: Exchange;
}

/** A device without a hash command, which checks images itself: its answer must show the `success` of the exchange. */
export interface ShownProcedure {
  readonly algorithm: 'shown';
  readonly exchange: Exchange & { readonly success: string };
  /** Where units show it one by one: `unit` finds their names (group 1), `shown` must match for each, with the slot `unit`. */
  readonly eachUnit?: { readonly unit: string; readonly shown: string };
}

/** How the staged file is proved on the device. */
export type VerifyProcedure = HashProcedure | ShownProcedure;

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

/** Packages that are installed beside a core image. */
export interface ModuleFiles {
  readonly ending: string;
  /** Names that begin as those of core images do: their version is that of the core image that they are for. */
  readonly names: readonly ImageNameRow[];
  /** So many leading numbers of both versions must be equal. */
  readonly sameNumbers: number;
  /** Captures `core`: the version of the core image on `{{partition}}`. */
  readonly coreOn: Exchange;
  /** Modules that must come with a core image older than `ownFrom` where `shown` captures `module` on `{{slot}}`. */
  readonly needed: readonly {
    readonly name: string;
    readonly ending: string;
    readonly ownFrom: string;
    readonly shown: Exchange;
  }[];
}

/** Files that are neither core images nor modules: configurations, policies, scripts, keys. */
export interface CustomerFiles {
  readonly endings: readonly string[];
  readonly transfers: Driver['transfers'];
  /** `size` and `file` are those of the stored file. */
  readonly shown: ShownProcedure;
  /** Each capture is a file that the device uses, and that is not written over. */
  readonly inUse: Exchange;
}

/** What a crash left behind, and how it is brought to our server before a download takes it away. */
export interface DumpFiles {
  readonly list: Exchange;
  /** A line of the list; groups `size` and `file`. */
  readonly file: string;
  /** By method; `dump` is the file on the device. */
  readonly uploads: Readonly<Partial<Record<TransferMethod, UploadProcedure>>>;
  /** The warning that is then accepted. */
  readonly warning: string;
}

/** An option that names one unit: the slot of a stack, a management module. */
export interface UnitOption {
  /** The slot of exchanges that it fills: `property.onSlot`. */
  readonly property: string;
  /** How the unit is called where images are shown; `{{unit}}` is the option's value. */
  readonly shownAs: string;
}

/** What the OS's own `download image` command takes. */
export interface DownloadCommand {
  /** Endings of the files that it installs. */
  readonly endings: readonly string[];
  /** Characters of a file's name and of a host's, as the inside of a character class. */
  readonly fileCharacters: string;
  readonly hostCharacters: string;
  /** The first version that can be told a block size, and the sizes that it takes, bytes without the TFTP header. */
  readonly blockSize?: { readonly since: string; readonly least: number; readonly most: number };
  /** Warnings that a job may accept, by name; each is a question that the dialogue refuses else. */
  readonly warnings: Readonly<Record<string, QuestionRow>>;
  /** Absent: it has core images only. */
  readonly modules?: ModuleFiles;
  /** Absent: it takes no other files. */
  readonly files?: CustomerFiles;
  /** Absent: nothing is known that could be moved off. */
  readonly dumps?: DumpFiles;
  /** From a card or stick in the device: releases that can, and the commands. Absent: none can. */
  readonly memoryCard?: { readonly since: string; readonly before?: string; readonly exchanges: readonly Exchange[] };
  /** The question that is answered so that the image is brought and not installed, and the methods that ask it. */
  readonly keep?: { readonly question: QuestionRow; readonly methods: readonly TransferMethod[] };
  /** By the name of the job's parameter. */
  readonly units?: Readonly<Record<'slot' | 'msm', UnitOption>>;
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
  readonly transfers: Readonly<Partial<Record<TransferMethod, TransferProcedure>>>;
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
