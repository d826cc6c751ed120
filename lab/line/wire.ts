/**
 * One direction of a serial line, in time: bytes leave one after the other at the line's speed and arrive whole, harmed or
 * not at all. Time is an argument, ms of any monotonic clock; nothing here waits.
 */
import { Fortune } from './damage.js';
import type { Damage, Mishap } from './damage.js';
import { BITS_PER_BYTE } from './uart.js';

export interface WireOptions extends Damage {
  readonly baudRate: number;
  /** How long the line stands still at a stall, ms. Default 500. */
  readonly stallMs?: number;
}

/** Pieces of what is under way, each without a pause inside. */
interface Run {
  readonly startMs: number;
  /** One a byte time: the byte that arrives at its end, or NOTHING. */
  readonly slots: Int16Array;
  taken: number;
}

export interface WireCounts {
  readonly bytes: number;
  readonly mishaps: Readonly<Record<Mishap, number>>;
}

const NOTHING = -1;
const DEFAULT_STALL_MS = 500;

export class Wire {
  readonly #fortune: Fortune;
  readonly #byteMs: number;
  readonly #stallMs: number;
  readonly #runs: Run[] = [];
  readonly #mishaps: Record<Mishap, number> = { bitError: 0, drop: 0, duplicate: 0, stall: 0, disconnect: 0 };
  #bytes = 0;
  #queued = 0;
  #freeAtMs = 0;
  #broken = false;

  constructor(options: WireOptions, random: () => number) {
    this.#fortune = new Fortune(options, random);
    this.#byteMs = (BITS_PER_BYTE * 1000) / options.baudRate;
    this.#stallMs = options.stallMs ?? DEFAULT_STALL_MS;
  }

  /** Bytes that are still under way. */
  get queued(): number {
    return this.#queued;
  }

  /** The line broke off at a byte: what follows is lost until `mend`. */
  get broken(): boolean {
    return this.#broken;
  }

  get counts(): WireCounts {
    return { bytes: this.#bytes, mishaps: { ...this.#mishaps } };
  }

  /** When the last byte that was written will be there, ms. */
  get idleAtMs(): number {
    return this.#freeAtMs;
  }

  /** Puts bytes on the wire behind those that are under way. Returns whether any was harmed. */
  write(bytes: Uint8Array, nowMs: number): boolean {
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs);
    let slots: number[] = [];
    let harmed = false;
    for (const byte of bytes) {
      if (this.#broken) return true;
      this.#bytes += 1;
      const { mishaps, bits } = this.#fortune.next();
      if (mishaps.length > 0) {
        harmed = this.#note(mishaps) || harmed;
        if (mishaps.includes('stall') || mishaps.includes('disconnect')) {
          this.#run(slots);
          slots = [];
        }
        if (mishaps.includes('stall')) this.#freeAtMs += this.#stallMs;
        if (mishaps.includes('disconnect')) {
          this.#broken = true;
          return true;
        }
      }
      slots.push(mishaps.includes('drop') ? NOTHING : byte ^ bits);
      if (mishaps.includes('duplicate')) slots.push(byte ^ bits);
    }
    this.#run(slots);
    return harmed;
  }

  /** What has arrived by now. */
  take(nowMs: number): Uint8Array {
    const arrived: number[] = [];
    for (let run = this.#runs[0]; run !== undefined; run = this.#runs[0]) {
      // A clock that is read a hair too early must not hold the last byte back for another tick.
      const due = Math.min(run.slots.length, Math.floor((nowMs - run.startMs) / this.#byteMs + 1e-6));
      for (; run.taken < due; run.taken += 1) {
        const byte = run.slots[run.taken] ?? NOTHING;
        this.#queued -= 1;
        if (byte !== NOTHING) arrived.push(byte);
      }
      if (run.taken < run.slots.length) break;
      this.#runs.shift();
    }
    return Uint8Array.from(arrived);
  }

  /** When the next byte is there, ms; undefined where none is under way. */
  nextMs(): number | undefined {
    const run = this.#runs[0];
    return run === undefined ? undefined : run.startMs + (run.taken + 1) * this.#byteMs;
  }

  /** When the first piece that is under way is there whole, ms: what its receiver waits for. */
  pieceEndMs(): number | undefined {
    const run = this.#runs[0];
    return run === undefined ? undefined : run.startMs + run.slots.length * this.#byteMs;
  }

  /** Connected again: what was under way is gone. */
  mend(nowMs: number): void {
    this.#broken = false;
    this.#runs.splice(0);
    this.#queued = 0;
    this.#freeAtMs = nowMs;
  }

  #note(mishaps: readonly Mishap[]): boolean {
    for (const mishap of mishaps) this.#mishaps[mishap] += 1;
    return mishaps.some((mishap) => mishap !== 'stall');
  }

  #run(slots: readonly number[]): void {
    if (slots.length === 0) return;
    this.#runs.push({ startMs: this.#freeAtMs, slots: Int16Array.from(slots), taken: 0 });
    this.#queued += slots.length;
    this.#freeAtMs += slots.length * this.#byteMs;
  }
}
