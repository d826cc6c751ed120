/** The parts of a simulated device that scripts and operations work on. */
import { Configuration } from './configuration.js';
import type { DeviceClock } from './device-clock.js';
import type { Faults } from './faults/faults.js';
import type { Flash } from './flash.js';
import type { Journal } from './journal.js';
import type { Nvram } from './nvram.js';
import { splitVersion } from './partitions.js';
import type { Partitions } from './partitions.js';
import type { DeviceSpec } from './spec.js';
import type { Slots } from './slots.js';
import type { Terminal } from './terminal.js';
import type { TransferAgent } from './transfers/agent.js';
import type { TftpNetwork, TftpTarget } from './transfers/relay.js';
import type { UrlScheme } from './transfers/url-client.js';

export interface RunningImage {
  readonly fileName: string;
  readonly version: string;
}

/** What is lost with the power. */
export interface Memory {
  running: Configuration;
  /** The running configuration was changed since it was last stored. */
  modified: boolean;
  /** The image that runs, or that is about to; at the loader the one that ran before. */
  image: RunningImage;
  /** Head under which configuration lines stand: `interface FastEthernet0/0`. */
  section: string;
  /** Why it started: `power-on`, `reload`. */
  returnedBy: string;
  /** What the loader counts in its prompt. */
  loaderLine: number;
  interfacesLost: number;
  /** Interfaces whose counters were cleared since it started. */
  countersCleared: readonly string[];
  /** Added in install mode, and not activated. */
  added?: { readonly version: string; readonly imageFile: string } | undefined;
  /** At a loader that must be told to look at its flash first. */
  flashReady: boolean;
  /** A switch that starts takes no login for a while. */
  loginsWork: boolean;
  serialNumber: string;
  /** Keys that came since the boot began. */
  typedAtLoader: string;
  /** Of a stack: the slot that answers. */
  masterSlot: number;
  /** It started without its stored configuration. */
  factoryConfig: boolean;
}

/** What a device knows right after its power came, which is little. */
export function freshMemory(spec: DeviceSpec, image: RunningImage): Memory {
  return {
    running: new Configuration(spec.configuration),
    modified: false,
    image,
    section: '',
    returnedBy: 'power-on',
    loaderLine: 1,
    interfacesLost: 0,
    countersCleared: [],
    flashReady: false,
    loginsWork: true,
    serialNumber: spec.serialNumber,
    typedAtLoader: '',
    masterSlot: 1,
    factoryConfig: false,
  };
}

/** Credentials that the device asks for; absent: it asks for none. */
export interface DeviceLogin {
  readonly username?: string;
  readonly password?: string;
  readonly enable?: string;
}

export type LabHosts = Readonly<Partial<Record<UrlScheme, ReadonlyMap<string, TftpTarget>>>>;

export interface Machine {
  readonly name: string;
  readonly spec: DeviceSpec;
  readonly flash: Flash;
  readonly nvram: Nvram;
  /** Of a switch that keeps its images in two partitions. */
  readonly partitions?: Partitions;
  readonly clock: DeviceClock;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly agent: TransferAgent;
  readonly relay: TftpNetwork;
  /** Address as the device is told it → where that server is, by scheme. */
  readonly hosts: LabHosts;
  readonly login: DeviceLogin;
  /** Speed of the console now, bit/s. */
  readonly uart: { baudRate: number };
  memory: Memory;
  /** Restarts by itself, as no command asked for. */
  readonly restart: (cause: string) => void;
}

/** A machine under power: what a running script has in its hands. */
export interface ScriptContext {
  readonly machine: Machine;
  readonly terminal: Terminal;
  /** Aborted when the power goes. */
  readonly signal: AbortSignal;
  readonly slots: Record<string, string>;
  /** Where the conversation stands; a step `go` changes it. */
  state: string;
  /** Filter of `| include X`, for named texts. */
  readonly filter?: (line: string) => boolean;
  /** The power goes now, at this byte of a transfer. */
  reachBytes(bytes: number): void;
}

/** How a script goes on. */
export type Flow = 'next' | 'stop' | { readonly restart: string };

export type Operation = (context: ScriptContext) => Flow | Promise<Flow>;
export type Predicate = (context: ScriptContext) => boolean;

/** What every text of a device may name. */
export function machineSlots(machine: Machine): Slots {
  const { spec, memory, nvram, clock, flash, faults } = machine;
  const prefix = faults.take('prompt-prefix');
  return {
    ...spec.slots,
    fs: spec.flash.name,
    serial: memory.serialNumber,
    hostname: memory.running.hostname,
    version: memory.image.version,
    imageFile: memory.image.fileName,
    uptime: clock.uptimeText,
    returnedBy: memory.returnedBy,
    configRegister: nvram.configRegister,
    registerBaud: String(nvram.consoleBaudRate),
    flashTotal: String(flash.totalBytes),
    flashFree: String(flash.freeBytes),
    flashUsed: String(flash.totalBytes - flash.freeBytes),
    loaderLine: String(memory.loaderLine),
    dirty: memory.modified ? '* ' : '',
    inventory: inventoryText(machine),
    bootPath: memory.running.bootTargets.join(';'),
    clockText: clock.dateText,
    iosClock: clock.iosText,
    prefix: prefix === undefined ? '' : `(${String(prefix.effect ?? 'pacman debug')}) `,
    ...(memory.masterSlot > 1 ? { stackName: `Slot-${String(memory.masterSlot)} ` } : {}),
    shutDown: faults.strikes('slot-not-operational') ? '! ' : '',
    ...bootedSlots(machine),
  };
}

function bootedSlots({ partitions }: Machine): Slots {
  if (partitions === undefined) return {};
  const { booted, images } = partitions.master;
  return { booted, baseVersion: splitVersion(images[booted].version).base };
}

/** One line a kind of interface; lost ones are taken from the last kind. */
function inventoryText({ spec, memory }: Machine): string {
  const kinds = spec.inventory.map((line, index) =>
    index === spec.inventory.length - 1 ? { ...line, count: line.count - memory.interfacesLost } : line,
  );
  return kinds
    .filter((line) => line.count > 0)
    .map((line) => `${String(line.count)} ${line.label}`)
    .join('\n');
}
