/**
 * How long the main loop was held up by the program itself.
 *
 * A timer that comes late may also be the fault of a busy machine. Linux counts for each thread how long it was ready and
 * had no processor (schedstat, proc(5): the second figure, ns; that of the main thread stands for the process). That time
 * is taken off here, so that the figure means the same on a machine that does other work. A blocking call is no such wait
 * and counts in full. Where there is no schedstat, nothing is taken off.
 */
import { readFileSync } from 'node:fs';

/** Between two looks, ms: what is shorter than this is of no interest. */
const PERIOD_MS = 2;

export class LoopWatch {
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;
  #lastQueuedMs = 0;
  #longestMs = 0;

  /** The longest hold-up so far, ms. */
  get longestMs(): number {
    return this.#longestMs;
  }

  start(): void {
    this.#lastMs = performance.now();
    this.#lastQueuedMs = queuedMs();
    this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#look();
  }

  #next(): void {
    this.#timer = setTimeout(() => {
      this.#look();
      this.#next();
    }, PERIOD_MS);
  }

  #look(): void {
    const [nowMs, nowQueuedMs] = [performance.now(), queuedMs()];
    const heldUpMs = nowMs - this.#lastMs - PERIOD_MS - (nowQueuedMs - this.#lastQueuedMs);
    this.#longestMs = Math.max(this.#longestMs, heldUpMs);
    this.#lastMs = nowMs;
    this.#lastQueuedMs = nowQueuedMs;
  }
}

/** For how long the main thread has waited for a processor in all, ms. */
function queuedMs(): number {
  try {
    const [, queuedNs = '0'] = readFileSync('/proc/self/schedstat', 'utf8').split(' ');
    return Number(queuedNs) / 1e6;
  } catch {
    return 0;
  }
}
