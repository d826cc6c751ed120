/** A protocol engine over the claimed line: bytes to and fro, its timer, and a clean end when it is broken off. */
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Line } from '../../core/ports/line.js';
import { DeadlineTimer } from './deadline-timer.js';

/** Wait until the line has taken the last CANs, ms: a thousand bytes at 9600 baud may be before them. */
const LAST_WRITE_MS = 2000;

type LineInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'timer' }
  /** The engine tells the far end and ends with `failed`. */
  | { readonly kind: 'abort' };

export interface LineEngine<I, O> {
  readonly ended: boolean;
  nextDeadlineMs(): number | undefined;
  handle(input: I | LineInput, nowMs: number): readonly O[];
}

export interface EngineRunDeps<I, O> {
  readonly clock: Clock;
  readonly line: Line;
  readonly engine: LineEngine<I, O>;
  /** Breaks it off on the wire. */
  readonly signal: AbortSignal;
  /** Pause before each write, ms. */
  readonly turnaroundMs: number;
  /** What came on the line before and is the engine's to read. */
  readonly heard?: Uint8Array;
  /** What one input brought forth. */
  readonly take: (outputs: readonly O[]) => void;
}

/** One engine at work. The first end counts; what follows is dropped. */
export class EngineRun<I, O> {
  readonly #deps: EngineRunDeps<I, O>;
  readonly #timer: DeadlineTimer;
  readonly #inbox: (I | LineInput)[] = [];
  readonly #settled: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #working = false;
  /** Some write had to wait: those after it must not overtake it. */
  #waiting = false;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(deps: EngineRunDeps<I, O>) {
    this.#deps = deps;
    this.#timer = new DeadlineTimer(deps.clock, () => this.feed({ kind: 'timer' }));
    this.#settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#settled.catch(() => undefined);
  }

  /** Settles with `succeed` or `failed`. Errors besides: CONSOLE_LOST, and what the line's `write` throws. */
  async run(): Promise<void> {
    const { line, signal, heard } = this.#deps;
    const onAbort = (): void => this.feed({ kind: 'abort' });
    const stopReading = line.read(
      (bytes) => this.feed({ kind: 'bytes', bytes }),
      (reason) => this.#reject(fail('CONSOLE_LOST', { port: line.portId, reason })),
    );
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      this.feed({ kind: 'timer' });
      if (heard !== undefined && heard.length > 0) this.feed({ kind: 'bytes', bytes: heard });
      if (signal.aborted) onAbort();
      await this.#settled;
    } finally {
      signal.removeEventListener('abort', onAbort);
      stopReading();
      this.#timer.stop();
    }
  }

  /** A line may answer from inside `write`: inputs wait their turn, the engine is never entered twice. */
  feed(input: I | LineInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    const { engine, clock, take } = this.#deps;
    this.#working = true;
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
        take(engine.handle(next, clock.monotonicMs()));
      }
    } catch (error) {
      this.#reject(error);
    } finally {
      this.#working = false;
    }
    if (!engine.ended) this.#timer.set(engine.nextDeadlineMs() ?? Infinity);
  }

  /** True when the engine will say nothing more. */
  get ended(): boolean {
    return this.#deps.engine.ended;
  }

  /**
   * Writes when everything before is written and `when` has come; not at all where it came to false. A refused write ends
   * the run with the line's own error.
   */
  write(bytes: Uint8Array, when?: Promise<boolean>): void {
    const { line, turnaroundMs } = this.#deps;
    const direct = turnaroundMs === 0 && when === undefined && !this.#waiting;
    const written = direct ? line.write(bytes) : this.#writeInTurn(bytes, when);
    this.#lastWrite = written.catch((error: unknown) => this.#reject(error));
  }

  /** One write waits for the one before, so that an abort cannot overtake a block that pauses. */
  async #writeInTurn(bytes: Uint8Array, when: Promise<boolean> | undefined): Promise<void> {
    const { line, clock, turnaroundMs } = this.#deps;
    this.#waiting = true;
    const turn = this.#lastWrite;
    await turn;
    const wanted = (await when) ?? true;
    if (turnaroundMs > 0) await clock.sleep(turnaroundMs);
    if (wanted) await line.write(bytes);
  }

  /** The far end must have our last word before the line is used for anything else. */
  succeed(): void {
    void this.#afterLastWrite().then(this.#resolve);
  }

  failed(error: unknown): void {
    void this.#afterLastWrite().then(() => this.#reject(error));
  }

  /** A line that takes nothing any more is not waited for. */
  async #afterLastWrite(): Promise<void> {
    let cancel = (): void => undefined;
    const waited = new Promise<void>((resolve) => (cancel = this.#deps.clock.after(LAST_WRITE_MS, resolve)));
    await Promise.race([this.#lastWrite, waited]);
    cancel();
  }
}
