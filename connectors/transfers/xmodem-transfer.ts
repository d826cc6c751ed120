/** XMODEM over the claimed line: brings the sender engine, the line, the stored file and the clock together. */
import { fail } from '../../core/errors/index.js';
import type { PortwrightError } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Line } from '../../core/ports/line.js';
import type { FileSource, InBandOptions, InBandTransfer, TransferResult } from '../../core/ports/transfer.js';
import { TransferMeter } from '../../core/transfer-progress.js';
import { XmodemSender } from '../../protocols/xmodem/sender.js';
import type { XmodemSendFailure, XmodemSenderInput, XmodemSenderOutput } from '../../protocols/xmodem/sender-io.js';
import { DeadlineTimer } from './deadline-timer.js';
import { SourceReader } from './source-reader.js';

/** Wait for the receiver's first sign, ms: U-Boot offers one every 4.25 s, IOS after it has looked at its flash. */
const START_TIMEOUT_MS = 60_000;
/** Wait until the line has taken the last CANs, ms: a thousand bytes at 9600 baud may be before them. */
const LAST_WRITE_MS = 2000;

export interface XmodemTransferDeps {
  readonly clock: Clock;
  /** Wait for the answer to EOT, ms. Default 5000. */
  readonly endTimeoutMs?: number;
}

/** Sends files by XMODEM; the caller holds the line in `binary`. */
export class XmodemTransfer implements InBandTransfer {
  readonly #deps: XmodemTransferDeps;

  constructor(deps: XmodemTransferDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves when the far end has every block. Errors: TRANSFER_TIMEOUT (no receiver, a stall, the total time),
   * TRANSFER_TRANSPORT (one block never got through), TRANSFER_REFUSED (the far end cancelled), TRANSFER_INTEGRITY (the
   * stored file is short), TRANSFER_ABORTED (`options.signal`), CONSOLE_LOST, LINE_FENCED.
   */
  send(line: Line, source: FileSource, options: InBandOptions): Promise<TransferResult> {
    return new XmodemRun(this.#deps, line, source, options).run();
  }
}

/** One file on its way. The first end counts; what follows is dropped. */
class XmodemRun {
  readonly #clock: Clock;
  readonly #line: Line;
  readonly #options: InBandOptions;
  readonly #engine: XmodemSender;
  readonly #reader: SourceReader;
  readonly #timer: DeadlineTimer;
  readonly #meter: TransferMeter;
  readonly #inbox: XmodemSenderInput[] = [];
  readonly #endMs: number;
  #working = false;
  #progressAtMs: number;
  #lastWrite: Promise<void> = Promise.resolve();
  /** Why we broke it off, where we did. */
  #cause: PortwrightError | undefined;
  #resolve: (result: TransferResult) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(deps: XmodemTransferDeps, line: Line, source: FileSource, options: InBandOptions) {
    const nowMs = deps.clock.monotonicMs();
    const { endTimeoutMs } = deps;
    this.#clock = deps.clock;
    this.#line = line;
    this.#options = options;
    this.#engine = new XmodemSender(
      {
        blockSize: options.blockSize,
        startTimeoutMs: START_TIMEOUT_MS,
        ...(endTimeoutMs === undefined ? {} : { endTimeoutMs }),
      },
      nowMs,
    );
    this.#reader = new SourceReader(source, options.method);
    this.#timer = new DeadlineTimer(deps.clock, () => this.#due());
    this.#meter = new TransferMeter(source.sizeBytes, nowMs);
    this.#progressAtMs = nowMs;
    this.#endMs = nowMs + options.totalMs;
  }

  async run(): Promise<TransferResult> {
    const { signal } = this.#options;
    const onAbort = (): void => this.#breakOff(this.#aborted());
    const settled = new Promise<TransferResult>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const stopReading = this.#line.read(
      (bytes) => this.#feed({ kind: 'bytes', bytes }),
      (reason) => this.#reject(fail('CONSOLE_LOST', { port: this.#line.portId, reason })),
    );
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      this.#feed({ kind: 'timer' });
      if (signal.aborted) onAbort();
      return await settled;
    } finally {
      signal.removeEventListener('abort', onAbort);
      stopReading();
      this.#timer.stop();
      await this.#reader.close();
    }
  }

  /** A line may answer from inside `write`: inputs wait their turn, the engine is never entered twice. */
  #feed(input: XmodemSenderInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
        for (const output of this.#engine.handle(next, this.#clock.monotonicMs())) this.#take(output);
      }
    } catch (error) {
      this.#reject(error);
    } finally {
      this.#working = false;
    }
    if (!this.#engine.ended) this.#timer.set(this.#nextDueMs());
  }

  #take(output: XmodemSenderOutput): void {
    switch (output.kind) {
      case 'send':
        this.#write(output.bytes);
        return;
      case 'needData':
        void this.#readOn(output.maxBytes);
        return;
      case 'started':
        return;
      case 'progress':
        this.#progressAtMs = this.#clock.monotonicMs();
        this.#options.onProgress(this.#meter.at(output.bytes, this.#progressAtMs));
        return;
      case 'done': {
        const { bytes, paddedBytes, resentBlocks, eotAcknowledged } = output;
        this.#resolve({ bytes, paddedBytes, resentBlocks, endAcknowledged: eotAcknowledged });
        return;
      }
      case 'failed': {
        void this.#rejectAfterWrite(this.#cause ?? this.#failure(output.reason, output.bytes));
      }
    }
  }

  #write(bytes: Uint8Array): void {
    // A refused write ends the transfer with the line's own error; later ones find it settled.
    this.#lastWrite = this.#afterTurnaround(bytes).catch((error: unknown) => this.#reject(error));
  }

  /** One write waits for the one before, so that an abort cannot overtake a block that pauses. */
  #afterTurnaround(bytes: Uint8Array): Promise<void> {
    const { turnaroundMs = 0 } = this.#options;
    if (turnaroundMs === 0) return this.#line.write(bytes);
    return this.#lastWrite.then(() => this.#clock.sleep(turnaroundMs)).then(() => this.#line.write(bytes));
  }

  /** The far end must have our CANs before the line is used for anything else; a line that takes none is not waited for. */
  async #rejectAfterWrite(error: PortwrightError): Promise<void> {
    let cancel = (): void => undefined;
    const waited = new Promise<void>((resolve) => (cancel = this.#clock.after(LAST_WRITE_MS, resolve)));
    await Promise.race([this.#lastWrite, waited]);
    cancel();
    this.#reject(error);
  }

  async #readOn(maxBytes: number): Promise<void> {
    try {
      const piece = await this.#reader.read(maxBytes);
      if (!this.#engine.ended) this.#feed({ kind: 'data', ...piece });
    } catch (error) {
      this.#breakOff(error as PortwrightError);
    }
  }

  #nextDueMs(): number {
    const stallMs = this.#progressAtMs + this.#options.stallMs;
    return Math.min(this.#engine.nextDeadlineMs() ?? Infinity, stallMs, this.#endMs);
  }

  #due(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs >= this.#endMs) this.#breakOff(this.#timedOut(this.#options.totalMs));
    else if (nowMs >= this.#progressAtMs + this.#options.stallMs) this.#breakOff(this.#timedOut(this.#options.stallMs));
    else this.#feed({ kind: 'timer' });
  }

  #breakOff(cause: PortwrightError): void {
    this.#cause ??= cause;
    this.#feed({ kind: 'abort' });
  }

  #timedOut(timeoutMs: number): PortwrightError {
    return fail('TRANSFER_TIMEOUT', { method: this.#options.method, reason: `no progress for ${timeoutMs / 1000} s` });
  }

  #aborted(): PortwrightError {
    const cause: unknown = this.#options.signal.reason;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return fail('TRANSFER_ABORTED', { method: this.#options.method, reason }, cause);
  }

  #failure(reason: XmodemSendFailure, bytes: number): PortwrightError {
    const { method } = this.#options;
    switch (reason) {
      case 'noStart':
        return this.#timedOut(START_TIMEOUT_MS);
      case 'retriesSpent':
        return fail('TRANSFER_TRANSPORT', { method, reason: `the block after ${bytes} bytes was never acknowledged` });
      case 'cancelled':
        return fail('TRANSFER_REFUSED', { method, reason: `the receiver cancelled after ${bytes} bytes` });
      case 'aborted':
        return fail('TRANSFER_ABORTED', { method, reason: 'broken off' });
    }
  }
}
