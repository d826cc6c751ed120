/** A file from one peer: each block is in the sink before it is acknowledged. */
import { createHash } from 'node:crypto';
import { codeOf, fail } from '../../core/errors/index.js';
import type { FileSink } from '../../core/ports/transfer.js';
import { NetasciiDecoder } from '../../protocols/tftp/netascii.js';
import { TFTP_ERROR, decodeTftp } from '../../protocols/tftp/packet.js';
import type { TftpMode } from '../../protocols/tftp/packet.js';
import { ReceiveTransfer } from '../../protocols/tftp/receive-transfer.js';
import type { Answer, Failed, ReceiveInput, ReceiveOutput } from '../../protocols/tftp/transfer-io.js';
import { sinkError } from './received-file.js';
import { ProgressBeat, describeFailure, tftpMessage } from './tftp-run.js';
import type { TftpRun, TftpRunDeps } from './tftp-run.js';

export interface TftpReceiveRunDeps extends TftpRunDeps {
  readonly opening: Answer;
  readonly mode: TftpMode;
  /** Empty. */
  readonly sink: FileSink;
}

export class TftpReceiveRun implements TftpRun {
  readonly #deps: TftpReceiveRunDeps;
  readonly #engine: ReceiveTransfer;
  readonly #progress: ProgressBeat;
  readonly #hash = createHash('sha256');
  readonly #netascii: NetasciiDecoder | undefined;
  readonly #waiting: Uint8Array[] = [];
  #writing = false;
  /** File bytes in the sink. */
  #bytes = 0;
  #heardAtMs: number;
  #told = false;
  #over = false;

  constructor(deps: TftpReceiveRunDeps) {
    this.#deps = deps;
    this.#engine = new ReceiveTransfer(deps.opening, deps.clock.monotonicMs());
    this.#heardAtMs = deps.clock.monotonicMs();
    this.#progress = new ProgressBeat((bytes) => deps.onProgress(bytes));
    this.#netascii = deps.mode === 'netascii' ? new NetasciiDecoder() : undefined;
  }

  get deadlineMs(): number {
    return this.#engine.nextDeadlineMs() ?? Infinity;
  }

  get heard(): boolean {
    return this.#engine.heard;
  }

  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  receive(datagram: Uint8Array): void {
    this.#heardAtMs = this.#deps.clock.monotonicMs();
    this.#feed({ kind: 'packet', packet: decodeTftp(datagram) });
  }

  tick(): void {
    this.#feed({ kind: 'timer' });
  }

  abort(code: number, reason: string): void {
    this.#feed({ kind: 'abort', code, message: tftpMessage(reason) });
  }

  abandon(reason: string): void {
    if (this.#over) return;
    this.#tell({ kind: 'failed', reason: 'aborted', message: reason });
    this.#end();
  }

  #feed(input: ReceiveInput): void {
    if (this.#over) return;
    for (const output of this.#engine.handle(input, this.#deps.clock.monotonicMs())) this.#take(output);
    this.#deps.onDeadline(this.deadlineMs);
  }

  #take(output: ReceiveOutput): void {
    switch (output.kind) {
      case 'send':
        this.#deps.socket.send(output.bytes, this.#deps.peer);
        return;
      case 'terms':
        return;
      case 'data':
        this.#keep(output.bytes);
        return;
      case 'done':
        this.#tell();
        return;
      case 'failed':
        this.#tell(output);
        this.#end();
        return;
      case 'closed':
        this.#end();
    }
  }

  #keep(bytes: Uint8Array): void {
    this.#waiting.push(this.#netascii?.decode(bytes) ?? bytes);
    const last = bytes.length < this.#deps.opening.terms.blockBytes;
    if (last && this.#netascii !== undefined) this.#waiting.push(this.#netascii.end());
    if (!this.#writing) void this.#writeWaiting();
  }

  async #writeWaiting(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting.length > 0 && !this.#over) await this.#write(Buffer.concat(this.#waiting.splice(0)));
      this.#writing = false;
      this.#progress.at(this.#bytes, this.#deps.clock.monotonicMs());
      this.#feed({ kind: 'stored' });
    } catch (error) {
      this.#writing = false;
      this.abort(errorCodeFor(error), error instanceof Error ? error.message : String(error));
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { sink } = this.#deps;
    if (this.#bytes + bytes.length > sink.maxBytes) {
      throw fail('TRANSFER_SPACE', { method: 'tftp', reason: `more than ${sink.maxBytes} bytes` });
    }
    if (bytes.length === 0) return;
    await sink.write(bytes).catch((error: unknown) => {
      throw sinkError('tftp', error);
    });
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  #tell(failed?: Failed): void {
    if (this.#told) return;
    this.#told = true;
    const { peer } = this.#deps;
    const bytes = this.#bytes;
    this.#deps.onProgress(bytes);
    if (failed === undefined) {
      this.#deps.onResult({ peer: peer.address, bytes, complete: true, sha256: this.#hash.digest('hex') });
      return;
    }
    this.#deps.onResult({ peer: peer.address, bytes, complete: false, reason: describeFailure(failed) });
  }

  #end(): void {
    this.#over = true;
    this.#deps.onOver();
  }
}

/** What the peer is told of our own failure. */
export function errorCodeFor(error: unknown): number {
  switch (codeOf(error)) {
    case 'TRANSFER_SPACE':
      return TFTP_ERROR.diskFull;
    case 'TRANSFER_REFUSED':
      return TFTP_ERROR.accessViolation;
    default:
      return TFTP_ERROR.undefined;
  }
}
