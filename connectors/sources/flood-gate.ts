/** Lets a bounded number of lines through a second, and counts what it kept back. */

/** A boot prints bursts of some hundred lines; more than this is a fault that must not drown the rules. */
const BURST_LINES = 1_000;
/** 115 200 baud carry at most some 200 lines of 60 characters a second. */
const LINES_PER_SECOND = 200;

export class FloodGate {
  #tokens = BURST_LINES;
  #atMs: number | undefined;
  #dropped = 0;

  /** True where this line may pass at `nowMs` (monotonic). */
  admits(nowMs: number): boolean {
    const elapsedMs = nowMs - (this.#atMs ?? nowMs);
    this.#atMs = nowMs;
    this.#tokens = Math.min(BURST_LINES, this.#tokens + (elapsedMs / 1000) * LINES_PER_SECOND);
    if (this.#tokens >= 1) {
      this.#tokens--;
      return true;
    }
    this.#dropped++;
    return false;
  }

  /** Lines kept back since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
