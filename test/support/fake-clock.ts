/** Simulated time: nothing moves until a test says so, and a day passes in a moment. */
import type { Clock } from '../../core/ports/clock.js';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Wall clock at the start unless told otherwise: 2026-01-01T00:00:00Z, epoch ms. */
const DEFAULT_START_MS = Date.UTC(2026, 0, 1);

/** Most timers that one `runUntilIdle` fires: a chain that re-arms itself for ever is a fault of the test. */
const IDLE_TIMERS_MAX = 1_000_000;

/** Lets everything that is already promised happen: microtasks and one turn of the event loop. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** As `settle`, and every file operation that is under way comes to its end. */
export async function settleFiles(): Promise<void> {
  do await settle();
  while (process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq')));
}

export class FakeClock implements Clock {
  private readonly startMs: number;
  private elapsedMs = 0;
  private order = 0;
  private readonly timers = new Set<Timer>();

  private readonly settled: () => Promise<void>;

  /** `settled`: what time waits for before it moves on; more than promises where files are read and written beside it. */
  constructor(startMs: number = DEFAULT_START_MS, settled: () => Promise<void> = settle) {
    this.startMs = startMs;
    this.settled = settled;
  }

  nowMs(): number {
    return this.startMs + this.elapsedMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueMs: this.elapsedMs + Math.max(0, delayMs), order: this.order++, callback };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const cancel = this.after(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Timers that wait now. */
  get pending(): number {
    return this.timers.size;
  }

  /** Moves time on by `ms`, firing each timer at its own moment and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.elapsedMs + ms;
    await this.settled();
    for (let next = this.nextTimer(); next !== undefined && next.dueMs <= targetMs; next = this.nextTimer()) {
      await this.fire(next);
    }
    this.elapsedMs = Math.max(this.elapsedMs, targetMs);
    await this.settled();
  }

  /**
   * Fires timers in order, however far away, until none waits or `stop` says so; at most `limitMs` of simulated time.
   * Returns the simulated ms that passed.
   */
  async runUntilIdle(limitMs: number = Number.POSITIVE_INFINITY, stop: () => boolean = () => false): Promise<number> {
    const beganMs = this.elapsedMs;
    await this.settled();
    for (let fired = 0; !stop(); fired++) {
      const next = this.nextTimer();
      if (next === undefined || next.dueMs - beganMs > limitMs) break;
      if (fired === IDLE_TIMERS_MAX) throw new Error(`still not idle after ${IDLE_TIMERS_MAX} timers`);
      await this.fire(next);
    }
    return this.elapsedMs - beganMs;
  }

  /** Runs simulated time until `promise` settles; the way to await something that waits on this clock. */
  async run<T>(promise: Promise<T>, limitMs: number = Number.POSITIVE_INFINITY): Promise<T> {
    const state = { settled: false };
    const done = (): void => {
      state.settled = true;
    };
    promise.then(done, done);
    await this.runUntilIdle(limitMs, () => state.settled);
    if (!state.settled) throw new Error(`not settled: ${this.timers.size} timers wait at ${this.elapsedMs} ms`);
    return promise;
  }

  private async fire(timer: Timer): Promise<void> {
    this.timers.delete(timer);
    this.elapsedMs = Math.max(this.elapsedMs, timer.dueMs);
    timer.callback();
    await this.settled();
  }

  private nextTimer(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      const earlier =
        first === undefined || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order);
      if (earlier) first = timer;
    }
    return first;
  }
}
