/**
 * Files from a sender at the other end of the line, by XMODEM (one) or YMODEM (a batch).
 *
 * The line must not run away from the file store: blocks are acknowledged ahead of it by a bounded number of bytes, and the
 * end of a file only when all of it is stored. A stream (YMODEM-g) has no acknowledgements to hold back; it is broken off.
 */
import { fail } from '../../core/errors/index.js';
import type { PortwrightError } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Line } from '../../core/ports/line.js';
import type { FileSink, InBandReceived, InBandReceiveOptions, OfferedFile } from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { ABORT_SEQUENCE } from '../../protocols/xmodem/block.js';
import { XmodemReceiver } from '../../protocols/xmodem/receiver.js';
import type { XmodemReceiverOutput } from '../../protocols/xmodem/receiver-io.js';
import type { YmodemReceiveFailure, YmodemReceiverOutput } from '../../protocols/xmodem/ymodem-io.js';
import { YmodemReceiver } from '../../protocols/xmodem/ymodem-receiver.js';
import { EngineRun } from './engine-run.js';
import type { LineEngine } from './engine-run.js';
import { ReceivedFile } from './received-file.js';

/** Acknowledged and not stored yet, bytes: the next acknowledgement waits for the store. */
const MOST_UNSTORED_BYTES = 64 * 1024;
/** The same in a stream, where it is the end. */
const MOST_UNSTORED_STREAM_BYTES = 4 * 1024 * 1024;

type Output = XmodemReceiverOutput | YmodemReceiverOutput;

export interface InBandReceiveDeps {
  readonly clock: Clock;
  readonly line: Line;
  /** Files may be missing where the sender does not close the batch. */
  readonly mayBeMore: boolean;
  /** Undefined: not wanted, the transfer ends with TRANSFER_REFUSED. */
  readonly sinkFor: (file: OfferedFile) => FileSink | undefined;
  readonly options: InBandReceiveOptions;
  readonly watch: TransferWatch;
}

export class InBandReceive {
  readonly #deps: InBandReceiveDeps;
  readonly #run: EngineRun<never, Output>;
  readonly #received: InBandReceived[] = [];
  #offered: OfferedFile = {};
  #file: ReceivedFile | undefined;
  #storing: Promise<void> = Promise.resolve();
  #unstoredBytes = 0;
  /** Why we broke it off, where we did. */
  #cause: unknown;

  constructor(deps: InBandReceiveDeps) {
    const { clock, line, watch } = deps;
    this.#deps = deps;
    const engine = engineFor(deps);
    this.#run = new EngineRun({
      ...{ clock, line, engine },
      signal: watch.signal,
      turnaroundMs: 0,
      take: (outputs) => this.#takeAll(outputs),
    });
  }

  /** The files in the order in which they came. Errors: as `InBandTransfer.receive`. */
  async run(): Promise<readonly InBandReceived[]> {
    if (this.#deps.options.method === 'xmodem') this.#begin({});
    await this.#run.run();
    await this.#storing;
    return this.#received;
  }

  #takeAll(outputs: readonly Output[]): void {
    const ends = outputs.some(({ kind }) => kind === 'fileDone' || kind === 'done');
    for (const output of outputs) this.#take(output, ends);
  }

  #take(output: Output, ends: boolean): void {
    switch (output.kind) {
      case 'send':
        this.#answer(output.bytes, ends);
        return;
      case 'file':
        this.#begin(output.header);
        return;
      case 'data':
        this.#store(output.bytes);
        return;
      case 'fileDone':
        this.#endFile(output.paddedBytes);
        return;
      case 'done':
        if ('paddedBytes' in output) this.#endFile(output.paddedBytes);
        else if (!output.closed && this.#deps.mayBeMore) this.#breakOff(this.#unclosed(output.files));
        void this.#stored().then((whole) => whole && this.#run.succeed());
        return;
      case 'failed':
        this.#run.failed(this.#cause ?? this.#failure(output));
    }
  }

  /** CANs, which are longer than an answer, wait for nothing. */
  #answer(bytes: Uint8Array, ends: boolean): void {
    const waits = bytes.length === 1 && (ends || this.#unstoredBytes > MOST_UNSTORED_BYTES);
    this.#run.write(bytes, waits ? this.#stored() : undefined);
  }

  /** Whether all that came so far is in the sink. */
  async #stored(): Promise<boolean> {
    await this.#storing;
    return this.#cause === undefined;
  }

  #begin(offered: OfferedFile): void {
    this.#offered = offered;
    const sink = this.#deps.sinkFor(offered);
    if (sink === undefined) {
      const { method } = this.#deps.options;
      const reason = `${offered.fileName ?? 'the file'} is not wanted`;
      this.#breakOff(fail('TRANSFER_REFUSED', { method, reason }));
      return;
    }
    const file = new ReceivedFile(sink, this.#deps.watch);
    this.#file = file;
    this.#inTurn(() => file.begin(0, offered.sizeBytes));
  }

  #store(bytes: Uint8Array): void {
    const { options } = this.#deps;
    const file = this.#file;
    this.#unstoredBytes += bytes.length;
    this.#inTurn(async () => {
      await file?.write(bytes);
      this.#unstoredBytes -= bytes.length;
    });
    if (options.streaming !== true || this.#unstoredBytes <= MOST_UNSTORED_STREAM_BYTES) return;
    const reason = 'the line is faster than the file store';
    this.#breakOff(fail('TRANSFER_TRANSPORT', { method: options.method, reason }));
  }

  #endFile(paddedBytes: number): void {
    const [file, offered] = [this.#file, this.#offered];
    this.#inTurn(() => {
      if (file !== undefined) this.#received.push({ ...offered, ...file.finish(offered.sizeBytes), paddedBytes });
    });
  }

  /** After the first that failed nothing is done any more, and the transfer is broken off. */
  #inTurn(step: () => Promise<void> | void): void {
    this.#storing = this.#storing.then(async () => {
      if (this.#cause !== undefined) return;
      try {
        await step();
      } catch (error) {
        this.#breakOff(error);
      }
    });
  }

  #breakOff(cause: unknown): void {
    this.#cause ??= cause;
    if (!this.#run.ended) {
      this.#run.feed({ kind: 'abort' });
      return;
    }
    // The engine had everything, its last acknowledgement was held back: the sender must not take it for a success.
    this.#run.write(ABORT_SEQUENCE);
    this.#run.failed(this.#cause);
  }

  #unclosed(files: number): PortwrightError {
    const { method } = this.#deps.options;
    return fail('TRANSFER_TIMEOUT', {
      method,
      reason: `the sender was gone after ${files} files, perhaps not the last`,
    });
  }

  #failure({ reason, bytes, ...more }: Extract<Output, { readonly kind: 'failed' }>): PortwrightError {
    const { method } = this.#deps.options;
    const detail = 'detail' in more ? more.detail : undefined;
    const [code, text] = FAILURES[reason];
    return fail(code, { method, reason: detail ?? `${text} after ${bytes} bytes` });
  }
}

const FAILURES = {
  noStart: ['TRANSFER_TIMEOUT', 'no sender'],
  retriesSpent: ['TRANSFER_TRANSPORT', 'no whole block came'],
  outOfSequence: ['TRANSFER_TRANSPORT', 'a block was missing'],
  damaged: ['TRANSFER_TRANSPORT', 'a fault in the stream'],
  cancelled: ['TRANSFER_REFUSED', 'the sender cancelled'],
  badHeader: ['TRANSFER_REFUSED', 'a header that names no file'],
  shortFile: ['TRANSFER_INTEGRITY', 'the file ended'],
  aborted: ['TRANSFER_ABORTED', 'broken off'],
} as const satisfies Record<YmodemReceiveFailure, readonly [string, string]>;

function engineFor({ clock, options }: InBandReceiveDeps): LineEngine<never, Output> {
  const nowMs = clock.monotonicMs();
  const { padByte, streaming = false } = options;
  if (options.method === 'ymodem') return new YmodemReceiver({ streaming }, nowMs);
  return new XmodemReceiver(padByte === undefined ? {} : { padByte }, nowMs);
}
