/**
 * The lab file: which simulated devices there are, how fast their time runs, where their network leads.
 *
 *   { "version": 1, "folder": "./lab", "timeScale": 20, "agent": "own",
 *     "network": { "address": "127.0.0.1", "bytesPerSecond": 0, "tftp": { "10.10.10.254": "127.0.0.1:6969" } },
 *     "devices": [ { "name": "r1", "device": "cisco-1760", "console": { "type": "pty" }, "upFor": "862m" } ] }
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fail } from '../core/errors/index.js';
import { parseDuration } from '../core/duration.js';
import { isFaultWritten } from './faults/fault.js';
import type { WrittenFault } from './faults/fault.js';
import type { DeviceLogin } from './machine.js';

export interface LabNetwork {
  /** The devices' own loopback address: what a TFTP server sees as their peer. Default 127.0.0.1. */
  readonly address?: string;
  /** Speed of the link; 0 or absent: as fast as it goes. */
  readonly bytesPerSecond?: number;
  /** Address as a device is told it → `host:port` where that server listens. */
  readonly tftp?: Readonly<Record<string, string>>;
  /** The same for the other protocols. */
  readonly ftp?: Readonly<Record<string, string>>;
  readonly http?: Readonly<Record<string, string>>;
  readonly scp?: Readonly<Record<string, string>>;
}

export type LabConsole =
  /**
   * `link`: a symbolic link to the pseudo terminal; default `<folder>/<name>/console`. `uart`: the speed that a program
   * sets for the terminal must be the device's, as on a real line; default false.
   */
  | { readonly type: 'pty'; readonly link?: string; readonly uart?: boolean }
  | { readonly type: 'tcp'; readonly host?: string; readonly port?: number };

/** Where a device's own servers listen. Default host 127.0.0.1, default port a free one. */
export interface LabServer {
  readonly host?: string;
  readonly port?: number;
}

export interface LabDevice {
  readonly name: string;
  /** A file of `lab/devices`. */
  readonly device: string;
  /** Default: a pseudo terminal. */
  readonly console?: LabConsole;
  /** Its own servers on the network; absent: none. */
  readonly ssh?: LabServer;
  readonly telnet?: LabServer;
  /** Duration: it has been up for so long and does not boot at the start. Only where the device is new in its folder. */
  readonly upFor?: string;
  readonly login?: DeviceLogin;
  readonly faults?: readonly WrittenFault[];
  /** Overrides of the device file: `flashBytes`, `xmodemPad`. */
  readonly flashBytes?: number;
  readonly xmodemPad?: 'kept' | 'stripped';
}

export interface LabFile {
  /** Of the format; absent means 1. */
  readonly version?: number;
  /** Where devices keep flash, NVRAM and journal; relative to the lab file. */
  readonly folder: string;
  /** How many times faster boots, erases and hashes are than on the device. Default 1. */
  readonly timeScale?: number;
  /** Who moves files: our engines, or tftp-hpa, curl and lrzsz. Default `own`. */
  readonly agent?: 'own' | 'foreign';
  readonly network?: LabNetwork;
  /** Control socket; default `<folder>/control.sock`. */
  readonly control?: string;
  readonly devices: readonly LabDevice[];
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** Reads and checks a lab file; paths in the answer are absolute. Errors: LAB_FILE_INVALID. */
export function readLabFile(file: string): LabFile {
  const invalid = (pointer: string, wanted: string, got: unknown): Error =>
    fail('LAB_FILE_INVALID', { file, pointer, wanted, got: got === undefined ? 'nothing' : JSON.stringify(got) });
  let content: Partial<LabFile>;
  try {
    content = JSON.parse(readFileSync(file, 'utf8')) as Partial<LabFile>;
  } catch (error) {
    throw fail('LAB_FILE_INVALID', { file, pointer: '/', wanted: 'a JSON file', got: (error as Error).message }, error);
  }
  for (const { pointer, wanted, got } of problems(content)) throw invalid(pointer, wanted, got);
  const checked = content as LabFile;
  return { ...checked, folder: resolve(dirname(file), checked.folder) };
}

interface Problem {
  readonly pointer: string;
  readonly wanted: string;
  readonly got: unknown;
}

function problems(file: Partial<LabFile>): readonly Problem[] {
  const { folder, timeScale = 1, agent = 'own', devices } = file;
  const checks: (Problem & { readonly ok: boolean })[] = [
    { pointer: '/version', wanted: '1', got: file.version, ok: [undefined, 1].includes(file.version) },
    { pointer: '/folder', wanted: 'a folder', got: folder, ok: typeof folder === 'string' },
    {
      pointer: '/timeScale',
      wanted: 'a number above 0',
      got: timeScale,
      ok: typeof timeScale === 'number' && timeScale > 0,
    },
    { pointer: '/agent', wanted: '"own" or "foreign"', got: agent, ok: ['own', 'foreign'].includes(agent) },
    { pointer: '/devices', wanted: 'a list of devices', got: devices, ok: Array.isArray(devices) },
  ];
  const own = checks.filter((check) => !check.ok);
  return own.length > 0 ? own : [...networkProblems(file.network ?? {}), ...(devices ?? []).flatMap(deviceProblems)];
}

function networkProblems(network: LabNetwork): readonly Problem[] {
  return (['tftp', 'ftp', 'http', 'scp'] as const).flatMap((protocol) =>
    Object.entries(network[protocol] ?? {})
      .filter(([, target]) => parseTarget(target) === undefined)
      .map(([address, got]) => ({ pointer: `/network/${protocol}/${address}`, wanted: 'host:port', got })),
  );
}

function deviceProblems(device: LabDevice, index: number): readonly Problem[] {
  const at = `/devices/${String(index)}`;
  const faults = device.faults ?? [];
  const checks: (Problem & { readonly ok: boolean })[] = [
    {
      pointer: `${at}/name`,
      wanted: 'a name of letters, digits, - and _',
      got: device.name,
      ok: NAME.test(device.name),
    },
    { pointer: `${at}/device`, wanted: 'a name from lab list', got: device.device, ok: NAME.test(device.device) },
    {
      pointer: `${at}/upFor`,
      wanted: 'a duration such as "14h"',
      got: device.upFor,
      ok: device.upFor === undefined || parseDuration(device.upFor) !== undefined,
    },
    ...faults.map((fault, number) => ({
      pointer: `${at}/faults/${String(number)}/id`,
      wanted: 'a fault of docs/lab.md',
      got: fault.id,
      ok: isFaultWritten(fault.id),
    })),
  ];
  return checks.filter((check) => !check.ok);
}

/** `host:port` taken apart; undefined where it is none. */
export function parseTarget(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^([^:\s]+):(\d{1,5})$/.exec(text);
  return match === null ? undefined : { host: match[1] ?? '', port: Number(match[2]) };
}
