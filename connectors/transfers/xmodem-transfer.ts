/** XMODEM and YMODEM over the claimed line: brings engines, line, stored files and the clock together. */
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Line } from '../../core/ports/line.js';
import type {
  FileSink,
  FileSource,
  InBandOptions,
  InBandReceived,
  InBandReceiveOptions,
  InBandTransfer,
  LeftReceiver,
  OfferedFile,
  TransferResult,
} from '../../core/ports/transfer.js';
import { watched } from '../../core/transfer-watch.js';
import { ABORT_SEQUENCE } from '../../protocols/xmodem/block.js';
import { InBandBreakOff } from './in-band-break-off.js';
import { InBandReceive } from './in-band-receive.js';
import { InBandSend } from './in-band-send.js';

export interface XmodemTransferDeps {
  readonly clock: Clock;
  /** Wait for the answer to EOT, ms. Default 5000. */
  readonly endTimeoutMs?: number;
}

/** The caller holds the line in `binary`. */
export class XmodemTransfer implements InBandTransfer {
  readonly #deps: XmodemTransferDeps;

  constructor(deps: XmodemTransferDeps) {
    this.#deps = deps;
  }

  send(line: Line, source: FileSource, options: InBandOptions): Promise<TransferResult> {
    return this.sendBatch(line, [source], options);
  }

  /** Several files need YMODEM. `sha256` is told for a single one. Errors: as `send`; TRANSFER_REFUSED too where the receiver takes one file only. */
  async sendBatch(line: Line, sources: readonly FileSource[], options: InBandOptions): Promise<TransferResult> {
    const { clock } = this.#deps;
    const { method } = options;
    if (method === 'xmodem' && sources.length !== 1) throw oneFile(method);
    cancelIfAborted(line, options.signal);
    return watched({ method, clock, options }, (watch) =>
      new InBandSend({ ...this.#deps, line, sources, options, watch }).run(),
    );
  }

  async receive(line: Line, sink: FileSink, options: InBandReceiveOptions): Promise<InBandReceived> {
    let taken = false;
    const sinkFor = (): FileSink | undefined => {
      if (taken) return undefined;
      taken = true;
      return sink;
    };
    const [file] = await this.#receiveAll(line, sinkFor, options, false);
    if (file === undefined) throw fail('TRANSFER_REMOTE_FILE', { method: options.method, ...NO_FILE });
    return file;
  }

  /** Every file into the sink that `sinkFor` gives for it; none given ends the batch with TRANSFER_REFUSED. Errors: as `receive`; TRANSFER_TIMEOUT where the batch was never closed. */
  receiveBatch(
    line: Line,
    sinkFor: (file: OfferedFile) => FileSink | undefined,
    options: InBandReceiveOptions,
  ): Promise<readonly InBandReceived[]> {
    return this.#receiveAll(line, sinkFor, options, true);
  }

  breakOff(line: Line, signal: AbortSignal): Promise<LeftReceiver> {
    return new InBandBreakOff(this.#deps.clock, line, signal).run();
  }

  async #receiveAll(
    line: Line,
    sinkFor: (file: OfferedFile) => FileSink | undefined,
    options: InBandReceiveOptions,
    mayBeMore: boolean,
  ): Promise<readonly InBandReceived[]> {
    const { clock } = this.#deps;
    cancelIfAborted(line, options.signal);
    return watched({ method: options.method, clock, options }, (watch) =>
      new InBandReceive({ clock, line, sinkFor, options, watch, mayBeMore }).run(),
    );
  }
}

/** Nothing of the transfer begins, but the far end waits for it: a dialogue has just started it there. */
function cancelIfAborted(line: Line, signal: AbortSignal): void {
  // A line that is gone has nobody to tell.
  if (signal.aborted) line.write(ABORT_SEQUENCE).catch(() => undefined);
}

const NO_FILE = { file: 'a file to send', reason: 'it ended the batch at once' };

function oneFile(method: string): Error {
  return fail('TRANSFER_REFUSED', { method, reason: 'it carries one file' });
}
