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

/**
 * Time of one byte at a million baud, ms. What answers faster is no wire but a pty, a pipe or an emulator.
 */
const FASTEST_WIRE_MS_PER_BYTE = 0.01;
/** Pause before a block where no wire slows it down, ms: the least that a timer gives. */
const WIRELESS_PAUSE_MS = 1;
/** Pause after a refusal that came late, ms: the first, and the longest that doubling makes of it. */
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 16;
/** Blocks answered in time after which the imposed pause is halved: a busy machine made the receiver slow, and is idle again. */
const BLOCKS_BEFORE_HALVING = 64;
/** Late refusals closer together than this, blocks, are the receiver's nature and no accident: what they imposed stays. */
const BLOCKS_BETWEEN_ACCIDENTS = 256;
/** A refusal is late when it came after this, ms, and after four times what a block takes. */
const LATE_MS = 1000;

export class ReplyPace {
  #fastestMs = Infinity;
  #samples = 0;
  #imposedPauseMs = 0;
  #leastPauseMs = 0;
  #blocksSinceHalving = 0;
  #blocksSinceLate = Infinity;

  /** Another block size makes another pace. */
  reset(): void {
    this.#fastestMs = Infinity;
    this.#samples = 0;
  }

  /** Answer of a block that was sent once. */
  learn(delayMs: number): void {
    this.#samples += 1;
    this.#fastestMs = Math.min(this.#fastestMs, delayMs);
    this.#blocksSinceLate += 1;
    this.#blocksSinceHalving += 1;
    if (this.#blocksSinceHalving < BLOCKS_BEFORE_HALVING) return;
    this.#blocksSinceHalving = 0;
    const halfMs = this.#imposedPauseMs / 2;
    this.#imposedPauseMs = Math.max(this.#leastPauseMs, halfMs < FIRST_PAUSE_MS ? 0 : halfMs);
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

  /**
   * Pause between an acknowledgement and the next block, ms. Some receivers (lrzsz) throw away what is in their buffer just
   * after they wrote the acknowledgement: a block that came at once is lost in part, and refused only seconds later.
   */
  pauseMs(wireBytes: number): number {
    const wireless = this.#fastestMs < wireBytes * FASTEST_WIRE_MS_PER_BYTE;
    return Math.max(this.#imposedPauseMs, wireless ? WIRELESS_PAUSE_MS : 0);
  }

  /** True where the receiver did not refuse what came but gave up waiting: the block may still be on its way. */
  isLate(delayMs: number): boolean {
    return delayMs >= (this.#samples === 0 ? LATE_MS : Math.max(LATE_MS, this.#fastestMs * 4));
  }

  /**
   * A block was refused after `delayMs`: if that was late, its head came too soon, and the next ones come slower. A second
   * late one soon after makes the slower pace last; after a single one the pace recovers. Each costs the receiver's
   * time-out of seconds, so nothing is tried twice.
   */
  refused(delayMs: number): void {
    if (this.#samples === 0 || !this.isLate(delayMs)) return;
    this.#imposedPauseMs = Math.min(Math.max(FIRST_PAUSE_MS, this.#imposedPauseMs * 2), LONGEST_PAUSE_MS);
    if (this.#blocksSinceLate < BLOCKS_BETWEEN_ACCIDENTS) this.#leastPauseMs = this.#imposedPauseMs;
    this.#blocksSinceLate = 0;
    this.#blocksSinceHalving = 0;
  }

  /** How long answers to earlier copies of a block may still come, ms. */
  get settleMs(): number {
    return this.known ? Math.max(UNKNOWN_SETTLE_MS, this.#fastestMs * 2) : UNKNOWN_SETTLE_MS;
  }
}
