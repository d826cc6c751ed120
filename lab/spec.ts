/**
 * A simulated device as data: states with prompts and command rows, scripts of steps, texts with `{{slots}}`.
 * Whatever needs code (moving a file, choosing an image) is a named operation, see `operations/`.
 */
import { readFileSync } from 'node:fs';
import { fail } from '../core/errors/index.js';
import type { PartitionsSpec } from './partitions.js';

/** Runs only when all hold: a predicate's name, `!name`, `slot=value`, or `fault:id`, which uses that fault up once. */
interface Conditional {
  readonly when?: readonly string[];
}

/** One step of a script. Times are device milliseconds: the lab file's `timeScale` shortens them. */
export type Step = Conditional &
  (
    | { readonly do: 'say'; readonly text: string }
    /** A named text, through the pager and any `| include` of the command. */
    | { readonly do: 'show'; readonly name: string }
    | { readonly do: 'wait'; readonly ms: number }
    /** `text`, then `count` marks spread over `ms`, then `end`. */
    | {
        readonly do: 'progress';
        readonly text: string;
        readonly mark: string;
        readonly count: number;
        readonly ms: number;
        readonly end: string;
      }
    /** Reads a line; empty takes `default`. With `choices` it asks until one of them comes. */
    | {
        readonly do: 'ask';
        readonly text: string;
        readonly into: string;
        readonly default?: string;
        readonly choices?: readonly string[];
        readonly secret?: boolean;
      }
    /** Reads one key without RETURN. With `into` the answer (`yes`/`no`) is kept; without, `no` stops the script. */
    | { readonly do: 'confirm'; readonly text: string; readonly into?: string }
    /** Reads one of these keys without RETURN (`\r` is RETURN) and says what it means; other keys are not heard. */
    | {
        readonly do: 'key';
        readonly text: string;
        readonly into: string;
        readonly keys: Readonly<Record<string, string>>;
        readonly says: Readonly<Record<string, string>>;
      }
    | { readonly do: 'run'; readonly operation: string }
    /** Runs a list of `scripts`; its `stop` stops this one too. */
    | { readonly do: 'call'; readonly script: string }
    | { readonly do: 'set'; readonly slot: string; readonly to: string }
    | { readonly do: 'log'; readonly text: string; readonly afterMs: number }
    | { readonly do: 'go'; readonly state: string }
    | { readonly do: 'restart'; readonly cause: string }
    | { readonly do: 'stop' }
  );

export interface CommandRow {
  /** Regular expression over the whole line; `ver~sion` also matches every abbreviation down to `ver`. Named groups become slots. */
  readonly match: string;
  /** Releases that know it: from `since` on, and older than `before`. Absent: all. */
  readonly since?: string;
  readonly before?: string;
  readonly do: readonly Step[];
}

export interface StateSpec {
  readonly prompt: string;
  /** False: keys are not shown until RETURN. */
  readonly echo?: boolean;
  /** Groups of rows of `commands`, in this order. */
  readonly commands: readonly string[];
  /** What an unknown line gets. */
  readonly unknown: readonly Step[];
  /** What an empty line gets; absent: the prompt again. */
  readonly empty?: readonly Step[];
}

export interface InventoryLine {
  readonly count: number;
  readonly label: string;
}

export interface DeviceSpec {
  readonly vendor: string;
  /** Images for another family do not load. */
  readonly family: string;
  readonly serialNumber: string;
  readonly serialNumberAfterSwap: string;
  readonly flash: { readonly name: string; readonly aliases: readonly string[]; readonly sizeBytes: number };
  /** Whether the trailing 0x1A of an XMODEM file stays in flash (research: routers differ). */
  readonly xmodemPad: 'kept' | 'stripped';
  /** Lines such as `1 FastEthernet/IEEE 802.3 interface(s)`. */
  readonly inventory: readonly InventoryLine[];
  /** File name of the image that a new device carries, and its version. */
  readonly factoryImage: { readonly fileName: string; readonly version: string };
  readonly configuration: readonly string[];
  /** It boots from `packages.conf` (IOS-XE install mode). */
  readonly hasInstallMode?: boolean;
  /** Of a switch that keeps its images in two partitions, and not in flash. */
  readonly partitions?: PartitionsSpec;
  /** Keys that stop a boot while the loader waits for them, as a regular expression; absent: none. */
  readonly breakKeys?: string;
  readonly slots: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly commands: Readonly<Record<string, readonly CommandRow[]>>;
  readonly states: Readonly<Record<string, StateSpec>>;
  /** Steps that several commands share. */
  readonly scripts?: Readonly<Record<string, readonly Step[]>>;
  /** Said below a full page of output; default ` --More-- `. */
  readonly pager?: string;
  /** Where a console stands that nobody uses. */
  readonly idle: string;
  /** Sessions over the network (SSH, telnet); absent: it has none. */
  readonly network?: {
    /** Where a session stands after its login. */
    readonly start: string;
    /** The state that ends one: on the console it would wait for the next person. */
    readonly leave: string;
    /** Asks for user and password, where the protocol has not done that: telnet. */
    readonly login: readonly Step[];
    /** What a session begins with once its login is past. */
    readonly greeting: readonly Step[];
    /** SSH's greeting line, RFC 4253 §4.2, after `SSH-2.0-`. */
    readonly sshSoftware: string;
    /** What `ssh HOST COMMAND` ends with. */
    readonly exitStatus: number;
  };
  /** From power or reload until an image is chosen. `stop` leaves the device at the state that was set: its loader. */
  readonly bootstrap: readonly Step[];
  /** From the chosen image to the first prompt. */
  readonly start: readonly Step[];
}

/** The devices that a lab file may name; `cisco-ios` and `extreme-exos` are what makes share. */
export const DEVICE_NAMES = [
  'cisco-1760',
  'cisco-2951',
  'cisco-2960',
  'cisco-9300',
  'extreme-x440g2',
  'extreme-x460g2',
  'extreme-x460g2-stack',
  'extreme-5420',
] as const;

type DeviceFile = Partial<DeviceSpec> & { readonly extends?: string };

function readDeviceFile(name: string): DeviceFile {
  const file = new URL(`./devices/${name}.json`, import.meta.url);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DeviceFile;
  } catch (error) {
    throw fail('LAB_DEVICE_UNKNOWN', { device: name }, error);
  }
}

/**
 * Reads `lab/devices/<name>.json`. A file that `extends` another takes its keys; `slots`, `texts`, `commands`, `scripts`
 * and `states` are merged key by key. Errors: LAB_DEVICE_UNKNOWN.
 */
export function loadDeviceSpec(name: string): DeviceSpec {
  const own = readDeviceFile(name);
  if (own.extends === undefined) return own as DeviceSpec;
  const base = loadDeviceSpec(own.extends);
  return {
    ...base,
    ...own,
    slots: { ...base.slots, ...own.slots },
    texts: { ...base.texts, ...own.texts },
    commands: { ...base.commands, ...own.commands },
    states: { ...base.states, ...own.states },
    scripts: { ...base.scripts, ...own.scripts },
  };
}
