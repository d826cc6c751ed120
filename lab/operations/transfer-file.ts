/** What every way of getting a file into flash shares. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { FaultId } from '../faults/catalogue.js';
import type { Fault } from '../faults/fault.js';
import { relabelled } from '../image.js';
import type { ScriptContext } from '../machine.js';
import type { UrlScheme } from '../transfers/url-client.js';

/** Where a device stands that has no operating system. */
const LOADER_STATES: readonly string[] = ['loader', 'bootRom'];

export interface TransferReport {
  readonly method: 'tftp' | 'xmodem' | UrlScheme;
  readonly program: string;
  readonly file: string;
  readonly startedAtMs: number;
}

/** Nobody is reached: no such address, no network. */
export function isUnreachable({ machine }: ScriptContext): boolean {
  return ISOLATING.some((id) => machine.faults.strikes(id));
}

const ISOLATING = ['no-ethernet', 'wrong-ip'] as const;

/** The file is opened for writing: what stood under its name is gone from here on. */
export function beginWrite({ machine }: ScriptContext, file: string, method: string): void {
  const running = machine.memory.image.fileName === file;
  machine.journal.write('flashWrite', { file, by: method, running });
  machine.flash.delete(file);
}

/** Faults of the link and of flash, done to the received bytes. */
export function spoilReceived({ machine, state }: ScriptContext, file: string, method: TransferReport['method']): void {
  const path = machine.flash.incomingPath(file);
  for (const { id, fits, spoil } of SPOILERS) {
    if (fits !== undefined && !fits({ method, state })) continue;
    const fault = machine.faults.take(id);
    if (fault !== undefined) writeFileSync(path, spoil(readFileSync(path), fault));
  }
}

interface Spoiler {
  readonly id: FaultId;
  readonly fits?: (transfer: { readonly method: TransferReport['method']; readonly state: string }) => boolean;
  readonly spoil: (bytes: Buffer, fault: Fault) => Uint8Array;
}

const LONGER_BYTES = 4096;
/** No device of the lab is of this family. */
const OTHER_FAMILY = 'other';

const SPOILERS: readonly Spoiler[] = [
  { id: 'bit-flip', spoil: flipMiddle },
  { id: 'recovery-image-also-bad', fits: ({ state }) => LOADER_STATES.includes(state), spoil: flipMiddle },
  { id: 'short-file', spoil: (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)) },
  {
    id: 'long-file',
    spoil: (bytes, { effect }) => Buffer.concat([bytes, Buffer.alloc(Number(effect ?? LONGER_BYTES), 0x5a)]),
  },
  { id: 'wrong-model-image', spoil: (bytes) => relabelled(bytes, OTHER_FAMILY) },
  {
    id: 'ftp-ascii-mode',
    fits: ({ method }) => method === 'ftp',
    spoil: (bytes) => Buffer.from(bytes.toString('latin1').replace(/\n/g, '\r\n'), 'latin1'),
  },
];

function flipMiddle(bytes: Buffer): Uint8Array {
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes;
}

/** Moves the received bytes into flash. False where they do not fit, and nothing of them stays. */
export function keepReceived({ machine }: ScriptContext, file: string, sizeBytes: number): boolean {
  if (machine.faults.strikes('no-space') || sizeBytes > machine.flash.freeBytes) {
    machine.flash.discardIncoming(file);
    return false;
  }
  machine.flash.adopt(file);
  return true;
}

/** The power went: flash keeps what had arrived. */
export function keepTorn({ machine }: ScriptContext, file: string): void {
  machine.flash.adopt(file);
}

/** `1200130 bytes copied in 1.204 secs (996786 bytes/sec)` */
export function copiedLine({ machine }: ScriptContext, sizeBytes: number, startedAtMs: number): string {
  const seconds = Math.max(machine.clock.monotonicMs - startedAtMs, 1) / 1000;
  const rate = Math.round(sizeBytes / seconds);
  return `${String(sizeBytes)} bytes copied in ${seconds.toFixed(3)} secs (${String(rate)} bytes/sec)\n`;
}

export function reportTransfer(context: ScriptContext, report: TransferReport, bytes: number, outcome: string): void {
  const { method, program, file, startedAtMs } = report;
  const ms = Math.round(context.machine.clock.monotonicMs - startedAtMs);
  context.machine.journal.write('transfer', { method, program, file, bytes, outcome, ms });
}
