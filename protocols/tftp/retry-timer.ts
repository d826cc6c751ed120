/**
 * How long to wait before sending again. Round trips are measured as TCP does (RFC 6298: smoothed time and its spread, no
 * sample from what was sent twice); every silence doubles the wait; RFC 1123 §4.2.3.2 wants exactly this of TFTP.
 */

/** First wait, ms: RFC 6298 §2.1. */
const INITIAL_MS = 1000;
/** A device that stops for a moment to write its flash is no loss, ms. */
const LEAST_MS = 200;
/** On top of RFC 6298: in lock-step one packet that took a slow path costs a needless block, a longer wait only time. */
const MARGIN = 2;
/** Longest wait, ms: a device that was away comes back within this. */
const MOST_MS = 8000;

export class RetryTimer {
  #smoothedMs: number | undefined;
  #spreadMs = 0;
  #fastestMs = Infinity;
  #doublings = 0;
  readonly #ceilingMs: number;

  /** `negotiatedMs`: the `timeout` option (RFC 2349), beyond which the peer itself sends again. */
  constructor(negotiatedMs?: number) {
    this.#ceilingMs = negotiatedMs ?? MOST_MS;
  }

  /** Wait before the next repetition, ms. */
  get waitMs(): number {
    const measured = this.#smoothedMs === undefined ? INITIAL_MS : this.#smoothedMs * MARGIN + 4 * this.#spreadMs;
    return Math.min(Math.max(measured, LEAST_MS) * 2 ** this.#doublings, this.#ceilingMs);
  }

  /** True where nothing sent `elapsedMs` ago can have been answered yet. */
  isTooSoon(elapsedMs: number): boolean {
    return this.#fastestMs !== Infinity && elapsedMs < this.#fastestMs * 0.8;
  }

  /** A round trip of something sent once. */
  learn(roundTripMs: number): void {
    this.#fastestMs = Math.min(this.#fastestMs, roundTripMs);
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = roundTripMs;
      this.#spreadMs = roundTripMs / 2;
      return;
    }
    this.#spreadMs += (Math.abs(roundTripMs - this.#smoothedMs) - this.#spreadMs) / 4;
    this.#smoothedMs += (roundTripMs - this.#smoothedMs) / 8;
  }

  /** Nothing came within the wait. */
  backOff(): void {
    this.#doublings = Math.min(this.#doublings + 1, 16);
  }

  /** The peer moved on. */
  progressed(): void {
    this.#doublings = 0;
  }
}
