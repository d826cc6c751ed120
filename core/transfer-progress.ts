/** How far a transfer is, how fast, and how long it will still take. */

export interface TransferProgress {
  /** Acknowledged by the far end, or received from it. */
  readonly bytes: number;
  /** Absent where the far end did not say. */
  readonly totalBytes?: number;
  /** Over the last seconds. 0 until two moments are known. */
  readonly bytesPerSecond: number;
  /** At that rate; absent where total or rate is not known. */
  readonly remainingMs?: number;
}

/** Rates look back this far, ms: long enough to smooth windows and retransmissions, short enough to show a stall. */
const LOOK_BACK_MS = 5000;
/** Moments that are kept within that time. */
const MOST_MOMENTS = 16;

interface Moment {
  readonly atMs: number;
  readonly bytes: number;
}

/** Makes progress of byte counts. Times are monotonic ms. */
export class TransferMeter {
  readonly #totalBytes: number | undefined;
  #moments: readonly Moment[];

  /** `startBytes`: what an earlier attempt had moved already; it counts as progress and not for the rate. */
  constructor(totalBytes: number | undefined, startMs: number, startBytes = 0) {
    this.#totalBytes = totalBytes;
    this.#moments = [{ atMs: startMs, bytes: startBytes }];
  }

  /** `bytes` is the count so far; one that is smaller than before begins the measurement anew. */
  at(bytes: number, nowMs: number): TransferProgress {
    this.#remember({ atMs: nowMs, bytes });
    const bytesPerSecond = this.#rate();
    const totalBytes = this.#totalBytes;
    if (totalBytes === undefined) return { bytes, bytesPerSecond };
    if (bytesPerSecond === 0) return { bytes, totalBytes, bytesPerSecond };
    const remainingMs = (Math.max(0, totalBytes - bytes) / bytesPerSecond) * 1000;
    return { bytes, totalBytes, bytesPerSecond, remainingMs };
  }

  #remember(moment: Moment): void {
    const newest = this.#moments.at(-1);
    if (newest !== undefined && moment.bytes < newest.bytes) this.#moments = [];
    const last = this.#moments.at(-1);
    const spacingMs = LOOK_BACK_MS / MOST_MOMENTS;
    // The first moment of the look-back stays; the newest is replaced until it is far enough from the one before.
    const before = this.#moments.at(-2);
    const replace = last !== undefined && before !== undefined && last.atMs - before.atMs < spacingMs;
    const kept = replace ? this.#moments.slice(0, -1) : this.#moments;
    const recent = kept.filter((one, i) => i === kept.length - 1 || moment.atMs - one.atMs <= LOOK_BACK_MS);
    this.#moments = [...recent, moment];
  }

  #rate(): number {
    const [first] = this.#moments;
    const last = this.#moments.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000;
  }
}
