/** What every way of getting a file into flash shares. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { ScriptContext } from '../machine.js';
import type { UrlScheme } from '../transfers/url-client.js';

export interface TransferReport {
  readonly method: 'tftp' | 'xmodem' | UrlScheme;
  readonly program: string;
  readonly file: string;
  readonly startedAtMs: number;
}

/** The file is opened for writing: what stood under its name is gone from here on. */
export function beginWrite({ machine }: ScriptContext, file: string, method: string): void {
  const running = machine.memory.image.fileName === file;
  machine.journal.write('flashWrite', { file, by: method, running });
  machine.flash.delete(file);
}

/** Faults of the link and of flash, done to the received bytes. */
export function spoilReceived({ machine }: ScriptContext, file: string): void {
  const path = machine.flash.incomingPath(file);
  if (machine.faults.take('bit-flip') !== undefined) {
    const bytes = readFileSync(path);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    machine.journal.write('fault', { id: 'bit-flip', byte: middle });
  }
  if (machine.faults.take('short-file') !== undefined) {
    const lengthBytes = Math.floor(readFileSync(path).length / 2);
    truncateSync(path, lengthBytes);
    machine.journal.write('fault', { id: 'short-file', bytes: lengthBytes });
  }
}

/** Moves the received bytes into flash. False where they do not fit, and nothing of them stays. */
export function keepReceived({ machine }: ScriptContext, file: string, sizeBytes: number): boolean {
  if (machine.faults.take('no-space') !== undefined || sizeBytes > machine.flash.freeBytes) {
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
export function copiedLine(sizeBytes: number, startedAtMs: number): string {
  const seconds = Math.max(performance.now() - startedAtMs, 1) / 1000;
  const rate = Math.round(sizeBytes / seconds);
  return `${String(sizeBytes)} bytes copied in ${seconds.toFixed(3)} secs (${String(rate)} bytes/sec)\n`;
}

export function reportTransfer(context: ScriptContext, report: TransferReport, bytes: number, outcome: string): void {
  const { method, program, file, startedAtMs } = report;
  const ms = Math.round(performance.now() - startedAtMs);
  context.machine.journal.write('transfer', { method, program, file, bytes, outcome, ms });
}
