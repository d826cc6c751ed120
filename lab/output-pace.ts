/** Output in small pieces with pauses, where a fault wants it so; else it goes out at once. */
import { WALL_TIME } from './device-clock.js';
import type { LabTime } from './device-clock.js';

export interface Pace {
  readonly pieceBytes: number;
  /** Wall-clock ms after each piece. */
  readonly pauseMs: number;
}

export class OutputPace {
  /** Of everything from now on; undefined: no pauses. */
  usual: Pace | undefined;
  readonly #out: (bytes: Uint8Array) => void;
  readonly #waiting: { readonly bytes: Uint8Array; readonly pauseMs: number }[] = [];
  readonly #after: LabTime['after'];
  #cancel: (() => void) | undefined;

  constructor(out: (bytes: Uint8Array) => void, after: LabTime['after'] = WALL_TIME.after) {
    this.#out = out;
    this.#after = after;
  }

  /** In order behind what is still waiting. */
  write(bytes: Uint8Array, pace: Pace | undefined = this.usual): void {
    if (pace === undefined && this.#cancel === undefined) {
      this.#out(bytes);
      return;
    }
    const { pieceBytes, pauseMs } = pace ?? { pieceBytes: bytes.length, pauseMs: 0 };
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      this.#waiting.push({ bytes: bytes.subarray(start, start + pieceBytes), pauseMs });
    }
    if (this.#cancel === undefined) this.#next();
  }

  /** What waits is lost. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#waiting.splice(0);
  }

  #next(): void {
    const piece = this.#waiting.shift();
    this.#cancel = undefined;
    if (piece === undefined) return;
    this.#out(piece.bytes);
    this.#cancel = this.#after(piece.pauseMs, () => this.#next());
  }
}
