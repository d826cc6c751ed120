/**
 * A serial line in simulated time: the real dialogue at our end, a device at the other, each with a speed of its own. What
 * is said at one speed and heard at another is what a UART makes of it (lab/line/uart.ts).
 */
import { LineDialog } from '../../../connectors/sessions/line-dialog.js';
import { fail } from '../../../core/errors/index.js';
import type { DialogTable } from '../../../core/dialog-table.js';
import type { Line, LineMode } from '../../../core/ports/line.js';
import { misread } from '../../../lab/line/uart.js';
import type { FakeClock } from '../../support/fake-clock.js';

/** The device's end. */
export interface FarEnd {
  readonly baudRate: number;
  hear(bytes: Uint8Array): void;
}

export class SpeedLine implements Line {
  readonly portId = 'n1:1/1';
  readonly owner = 'test';
  readonly fence = 1;
  mode: LineMode = 'dialogue';
  baudRate: number;
  /** Speeds that our end had, in order. */
  readonly speeds: number[] = [];
  /** Everything typed, with the speed at which it was. */
  readonly typed: { readonly text: string; readonly baudRate: number }[] = [];
  /** Speeds that our end refuses, and how often. */
  readonly refusals = new Map<number, number>();
  device: FarEnd | undefined;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();

  constructor(baudRate: number) {
    this.baudRate = baudRate;
  }

  setMode(mode: Exclude<LineMode, 'idle'>): void {
    this.mode = mode;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.mode === 'listenOnly') throw fail('LINE_LISTEN_ONLY', { port: this.portId });
    this.typed.push({ text: new TextDecoder().decode(bytes), baudRate: this.baudRate });
    const { device } = this;
    device?.hear(misread(bytes, this.baudRate, device.baudRate));
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const left = this.refusals.get(baudRate) ?? 0;
    if (left > 0) {
      this.refusals.set(baudRate, left - 1);
      throw fail('LINE_SPEED_FIXED', { port: this.portId, baudRate, reason: 'no such rate' });
    }
    this.baudRate = baudRate;
    this.speeds.push(baudRate);
  }

  /** The device says something, at its speed. */
  say(bytes: Uint8Array, baudRate: number): void {
    const heard = misread(bytes, baudRate, this.baudRate);
    if (heard.length > 0) for (const listener of [...this.#listeners]) listener(heard);
  }

  read(onBytes: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(onBytes);
    return () => this.#listeners.delete(onBytes);
  }

  opened(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {
    this.mode = 'idle';
  }
}

export function openDialog(line: SpeedLine, table: DialogTable, clock: FakeClock, signal: AbortSignal): LineDialog {
  const dialog = new LineDialog({ line, table, clock, signal });
  dialog.start();
  return dialog;
}
