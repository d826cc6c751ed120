/** Files to a receiver at the other end of the line, by XMODEM (one) or YMODEM (a batch). */
import { fail } from '../../core/errors/index.js';
import type { PortwrightError } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Line } from '../../core/ports/line.js';
import type { FileSource, InBandOptions, TransferResult } from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { XmodemSender } from '../../protocols/xmodem/sender.js';
import type { XmodemSenderInput, XmodemSenderOutput } from '../../protocols/xmodem/sender-io.js';
import type { YmodemSendFailure, YmodemSenderOutput } from '../../protocols/xmodem/ymodem-io.js';
import { YmodemSender } from '../../protocols/xmodem/ymodem-sender.js';
import { EngineRun } from './engine-run.js';
import type { LineEngine } from './engine-run.js';
import { SentFile } from './sent-file.js';
import { SourceReader } from './source-reader.js';
import { standingBytes } from './standing-bytes.js';

/** Wait for the receiver's first sign, ms: U-Boot offers one every 4.25 s, IOS after it has looked at its flash. */
const START_TIMEOUT_MS = 60_000;

type DataInput = Extract<XmodemSenderInput, { readonly kind: 'data' }>;
type Output = XmodemSenderOutput | YmodemSenderOutput;
type Done = Extract<Output, { readonly kind: 'done' }>;

export interface InBandSendDeps {
  readonly clock: Clock;
  readonly line: Line;
  readonly sources: readonly FileSource[];
  readonly options: InBandOptions;
  readonly watch: TransferWatch;
  /** Wait for the answer to EOT, ms. */
  readonly endTimeoutMs?: number;
}

export class InBandSend {
  readonly #deps: InBandSendDeps;
  readonly #run: EngineRun<DataInput, Output>;
  readonly #files: readonly SentFile[];
  readonly #readers: readonly SourceReader[];
  /** Why we broke it off, where we did. */
  #cause: unknown;
  #done: Done | undefined;

  constructor(deps: InBandSendDeps) {
    const { clock, line, sources, options, watch } = deps;
    this.#deps = deps;
    this.#files = sources.map((source) => new SentFile(source, options.method));
    this.#readers = sources.map((source, index) => readerOf(source, this.#files[index], options.method));
    this.#run = new EngineRun({
      clock,
      line,
      engine: engineFor(deps),
      signal: watch.signal,
      turnaroundMs: options.turnaroundMs ?? 0,
      heard: standingBytes(line),
      take: (outputs) => {
        for (const output of outputs) this.#take(output);
      },
    });
  }

  /** Errors: as `InBandTransfer.send`. */
  async run(): Promise<TransferResult> {
    const { sources, watch } = this.#deps;
    watch.expect(sources.reduce((sum, source) => sum + source.sizeBytes, 0));
    try {
      await this.#run.run();
    } finally {
      for (const reader of this.#readers) await reader.close();
    }
    const moved = this.#files.map((file) => file.finish());
    const { bytes = 0, paddedBytes = 0, resentBlocks = 0, eotAcknowledged = false } = this.#done ?? {};
    const [first] = moved;
    const sha256 = moved.length === 1 ? first?.sha256 : undefined;
    return {
      bytes,
      ...(sha256 === undefined ? {} : { sha256 }),
      paddedBytes,
      resentBlocks,
      endAcknowledged: eotAcknowledged,
    };
  }

  #take(output: Output): void {
    switch (output.kind) {
      case 'send':
        this.#run.write(output.bytes);
        return;
      case 'needData':
        void this.#readOn('file' in output ? output.file : 0, output.maxBytes);
        return;
      case 'started':
        return;
      case 'progress':
        this.#deps.watch.moved(output.bytes);
        return;
      case 'done':
        this.#done = output;
        this.#run.succeed();
        return;
      case 'failed':
        this.#run.failed(this.#cause ?? this.#failure(output.reason, output.bytes));
    }
  }

  async #readOn(file: number, maxBytes: number): Promise<void> {
    try {
      const piece = await this.#readers[file]?.read(maxBytes);
      if (piece !== undefined) this.#run.feed({ kind: 'data', ...piece });
    } catch (error) {
      this.#cause ??= error;
      this.#run.feed({ kind: 'abort' });
    }
  }

  #failure(reason: YmodemSendFailure, bytes: number): PortwrightError {
    const { method } = this.#deps.options;
    switch (reason) {
      case 'noStart':
        return fail('TRANSFER_TIMEOUT', { method, reason: `no receiver within ${START_TIMEOUT_MS / 1000} s` });
      case 'retriesSpent':
        return fail('TRANSFER_TRANSPORT', { method, reason: `the block after ${bytes} bytes was never acknowledged` });
      case 'cancelled':
        return fail('TRANSFER_REFUSED', { method, reason: `the receiver cancelled after ${bytes} bytes` });
      case 'unfinished':
        return fail('TRANSFER_REFUSED', { method, reason: `the receiver took ${bytes} bytes and no further file` });
      case 'aborted':
        return fail('TRANSFER_ABORTED', { method, reason: 'broken off' });
    }
  }
}

function engineFor({ clock, sources, options, endTimeoutMs }: InBandSendDeps): LineEngine<DataInput, Output> {
  const nowMs = clock.monotonicMs();
  const { blockSize, padByte } = options;
  const common = {
    blockSize,
    startTimeoutMs: START_TIMEOUT_MS,
    ...(padByte === undefined ? {} : { padByte }),
    ...(endTimeoutMs === undefined ? {} : { endTimeoutMs }),
  };
  if (options.method === 'xmodem') return new XmodemSender(common, nowMs);
  return new YmodemSender({ ...common, files: sources }, nowMs);
}

/** Reads through what hashes and measures. */
function readerOf(source: FileSource, sent: SentFile | undefined, method: string): SourceReader {
  const { fileName, sizeBytes } = source;
  return new SourceReader({ fileName, sizeBytes, open: () => sent?.pieces() ?? source.open() }, method);
}
