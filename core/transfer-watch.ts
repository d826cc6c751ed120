/** What ends every transfer early, whatever its protocol: the caller's abort, a stall, the total time. */
import { PortwrightError, fail, reasonOf } from './errors/index.js';
import type { Clock } from './ports/clock.js';
import type { TransferOptions } from './ports/transfer.js';
import { TransferMeter } from './transfer-progress.js';

/** Progress is told at most this often, and at the end: a fast transfer moves a piece every few microseconds. */
const TELL_EVERY_MS = 50;
/** A broken-off protocol has this long to let go of its socket and its file, ms. */
const LET_GO_MS = 2000;

export interface WatchDeps {
  /** Names the transfer in errors. */
  readonly method: string;
  readonly clock: Clock;
  readonly options: TransferOptions;
}

export class TransferWatch {
  readonly #deps: WatchDeps;
  readonly #stop = new AbortController();
  readonly #endMs: number;
  readonly #broken: Promise<never>;
  readonly #reject: (cause: PortwrightError) => void;
  #meter: TransferMeter;
  #bytes = 0;
  #movedAtMs: number;
  #toldAtMs = -Infinity;
  #cause: PortwrightError | undefined;
  #cancelTimer = (): void => undefined;

  /** Time begins to count now. */
  constructor(deps: WatchDeps) {
    const nowMs = deps.clock.monotonicMs();
    this.#deps = deps;
    this.#endMs = nowMs + deps.options.totalMs;
    this.#movedAtMs = nowMs;
    this.#meter = new TransferMeter(undefined, nowMs);
    let reject: (cause: PortwrightError) => void = () => undefined;
    this.#broken = new Promise<never>((_resolve, refuse) => (reject = refuse));
    this.#broken.catch(() => undefined);
    this.#reject = reject;
    const { signal } = deps.options;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#arm();
  }

  get method(): string {
    return this.#deps.method;
  }

  /** Aborts when the transfer is to be broken off; its reason is `cause`. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Why it was broken off: TRANSFER_TIMEOUT, TRANSFER_ABORTED. */
  get cause(): PortwrightError | undefined {
    return this.#cause;
  }

  /** The transfer begins at `startBytes` of the file; `totalBytes` is its length, where the far end told. */
  expect(totalBytes: number | undefined, startBytes = 0): void {
    this.#meter = new TransferMeter(totalBytes, this.#deps.clock.monotonicMs(), startBytes);
    this.#bytes = startBytes;
    this.alive();
  }

  /** The first `bytes` of the file are acknowledged by the far end, or received from it. */
  moved(bytes: number): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#bytes = bytes;
    this.#movedAtMs = nowMs;
    if (nowMs - this.#toldAtMs >= TELL_EVERY_MS) this.#tell(nowMs);
  }

  /** The far end said something that moves no byte: a greeting, an answer. No stall is counted up to now. */
  alive(): void {
    this.#movedAtMs = this.#deps.clock.monotonicMs();
  }

  /** Settles as `work` does, or rejects with `cause` when the transfer is broken off first. */
  async race<T>(work: Promise<T>): Promise<T> {
    // What `work` ends with after that is the consequence, not the cause.
    work.catch(() => undefined);
    return await Promise.race([work, this.#broken]);
  }

  /** Rejects with TRANSFER_TIMEOUT or TRANSFER_ABORTED once broken off. */
  throwIfBroken(): void {
    if (this.#cause !== undefined) throw this.#cause;
  }

  /** Tells the last progress and lets go of clock and signal. */
  end(): void {
    this.#cancelTimer();
    this.#deps.options.signal.removeEventListener('abort', this.#onAbort);
    if (this.#cause === undefined) this.#tell(this.#deps.clock.monotonicMs());
  }

  readonly #onAbort = (): void => {
    const cause: unknown = this.#deps.options.signal.reason;
    this.#break(fail('TRANSFER_ABORTED', { method: this.method, reason: reasonOf(cause) }, cause));
  };

  #tell(nowMs: number): void {
    this.#toldAtMs = nowMs;
    this.#deps.options.onProgress(this.#meter.at(this.#bytes, nowMs));
  }

  /** One timer at the earlier limit; what moved meanwhile only arms it anew when it fires. */
  #arm(): void {
    if (this.#cause !== undefined) return;
    const { clock, options } = this.#deps;
    const dueMs = Math.min(this.#movedAtMs + options.stallMs, this.#endMs);
    if (dueMs === Infinity) return;
    this.#cancelTimer = clock.after(Math.max(0, Math.ceil(dueMs - clock.monotonicMs())), () => this.#due());
  }

  #due(): void {
    const { clock, options, method } = this.#deps;
    const nowMs = clock.monotonicMs();
    const timedOut = (reason: string): void => this.#break(fail('TRANSFER_TIMEOUT', { method, reason }));
    if (nowMs >= this.#endMs) timedOut(`not over after ${options.totalMs / 1000} s`);
    else if (nowMs < this.#movedAtMs + options.stallMs) this.#arm();
    else timedOut(`no progress for ${options.stallMs / 1000} s`);
  }

  #break(cause: PortwrightError): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    this.#reject(cause);
    this.#stop.abort(cause);
  }
}

/**
 * Runs one transfer under its limits. `work` lets go of socket and file when `watch.signal` aborts; it is waited for a
 * moment, so that nothing is written any more after this has settled. Errors: `watch.cause` first of all; the registry's
 * own as they are; everything else, as sockets and libraries throw it, by `classify`, else TRANSFER_TRANSPORT.
 */
export async function watched<T>(
  deps: WatchDeps,
  work: (watch: TransferWatch) => Promise<T>,
  classify: (error: unknown) => PortwrightError | undefined = () => undefined,
): Promise<T> {
  const watch = new TransferWatch(deps);
  try {
    watch.throwIfBroken();
    const working = work(watch);
    try {
      return await watch.race(working);
    } catch (error) {
      await letGo(deps.clock, working);
      throw watch.cause ?? transferError(deps.method, error, classify);
    }
  } finally {
    watch.end();
  }
}

async function letGo(clock: Clock, working: Promise<unknown>): Promise<void> {
  let cancel = (): void => undefined;
  const waited = new Promise<void>((resolve) => (cancel = clock.after(LET_GO_MS, resolve)));
  await Promise.race([working.catch(() => undefined), waited]);
  cancel();
}

function transferError(
  method: string,
  error: unknown,
  classify: (error: unknown) => PortwrightError | undefined,
): PortwrightError {
  if (error instanceof PortwrightError) return error;
  return classify(error) ?? fail('TRANSFER_TRANSPORT', { method, reason: reasonOf(error) }, error);
}
