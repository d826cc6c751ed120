/**
 * How long a line pauses inside a block, and so how long it must be quiet before nothing more of a block can be on its way.
 * A wire has no gaps, a USB adapter delivers every few ms, a console server over TCP more seldom: learnt from whole blocks.
 */

/** While nothing is known, and at most, ms: a hundred characters at 9600 baud. */
const LONGEST_QUIET_MS = 100;
/** At least, ms: what a busy machine sleeps. */
const SHORTEST_QUIET_MS = 30;
/** Quiet counts after so many times the longest gap that was seen. */
const GAPS = 4;

export class LineGaps {
  #heardAtMs = 0;
  #inBlockMs = 0;
  #longestMs: number | undefined;

  /** Bytes came. */
  heard(nowMs: number): void {
    this.#inBlockMs = Math.max(this.#inBlockMs, nowMs - this.#heardAtMs);
    this.#heardAtMs = nowMs;
  }

  /** The bytes that just came hold the head of a block. */
  blockBegins(): void {
    this.#inBlockMs = 0;
  }

  /** The block is whole: its gaps were the line's own. */
  blockWhole(): void {
    this.#longestMs = Math.max(this.#longestMs ?? 0, this.#inBlockMs);
  }

  /** Silence after which nothing more is on its way, ms. */
  get quietMs(): number {
    if (this.#longestMs === undefined) return LONGEST_QUIET_MS;
    return Math.min(LONGEST_QUIET_MS, Math.max(SHORTEST_QUIET_MS, this.#longestMs * GAPS));
  }
}
