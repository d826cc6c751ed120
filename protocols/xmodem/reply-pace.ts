/**
 * How fast the far end answers a block, and therefore which answers cannot be true.
 *
 * An XMODEM acknowledgement carries no block number. A line that duplicates a byte, or a block sent twice because its
 * answer was late, leaves an ACK over that would be taken for the next block's: the sender runs ahead of the receiver and
 * a later NAK asks for a block that is gone. Such a left-over comes before the block can have crossed the line. How long
 * crossing takes is not known here (a console server hides the speed of the wire), so it is learnt from undisturbed blocks.
 */

/** Answers needed before the pace is believed: the first are slow where the device erases flash. */
const SAMPLES = 4;
/** Wait for left-over answers while the pace is unknown, ms: several round trips through a console server. */
const UNKNOWN_SETTLE_MS = 300;

export class ReplyPace {
  #fastestMs = Infinity;
  #samples = 0;

  /** Another block size makes another pace. */
  reset(): void {
    this.#fastestMs = Infinity;
    this.#samples = 0;
  }

  /** Answer of a block that was sent once. */
  learn(delayMs: number): void {
    this.#samples += 1;
    this.#fastestMs = Math.min(this.#fastestMs, delayMs);
  }

  get known(): boolean {
    return this.#samples >= SAMPLES;
  }

  /** True where no block crossed in anything like `delayMs` so far. */
  isEarly(delayMs: number): boolean {
    return this.known && delayMs < this.#fastestMs / 2;
  }

  /** Delay after which an early answer is believed if nothing else came: the receiver did become faster. */
  get believeMs(): number {
    return this.#fastestMs * 1.5;
  }

  /** How long answers to earlier copies of a block may still come, ms. */
  get settleMs(): number {
    return this.known ? Math.max(UNKNOWN_SETTLE_MS, this.#fastestMs * 2) : UNKNOWN_SETTLE_MS;
  }
}
