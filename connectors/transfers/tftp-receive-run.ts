/** A file from one peer: each block is in the sink before it is acknowledged. */
import { codeOf, reasonOf } from '../../core/errors/index.js';
import { NetasciiDecoder } from '../../protocols/tftp/netascii.js';
import { DEFAULT_BLOCK_BYTES } from '../../protocols/tftp/options.js';
import type { TransferTerms } from '../../protocols/tftp/options.js';
import { TFTP_ERROR, decodeTftp } from '../../protocols/tftp/packet.js';
import type { TftpMode } from '../../protocols/tftp/packet.js';
import { ReceiveTransfer } from '../../protocols/tftp/receive-transfer.js';
import type { Failed, Opening, ReceiveInput, ReceiveOutput } from '../../protocols/tftp/transfer-io.js';
import type { ReceivedFile } from './received-file.js';
import { describeFailure, tftpMessage } from './tftp-run.js';
import type { TftpRun, TftpRunDeps } from './tftp-run.js';

export interface TftpReceiveRunDeps extends TftpRunDeps {
  readonly opening: Opening;
  readonly mode: TftpMode;
  /** Begun and empty. */
  readonly file: ReceivedFile;
  /** The server has answered our request. */
  onTerms?(terms: TransferTerms): void;
}

export class TftpReceiveRun implements TftpRun {
  readonly #deps: TftpReceiveRunDeps;
  readonly #engine: ReceiveTransfer;
  readonly #netascii: NetasciiDecoder | undefined;
  readonly #waiting: Uint8Array[] = [];
  #blockBytes: number;
  #heardAtMs: number;
  #writing = false;
  #cause: unknown;
  #told = false;
  #over = false;

  constructor(deps: TftpReceiveRunDeps) {
    this.#deps = deps;
    this.#engine = new ReceiveTransfer(deps.opening, deps.clock.monotonicMs());
    this.#netascii = deps.mode === 'netascii' ? new NetasciiDecoder() : undefined;
    this.#blockBytes = deps.opening.kind === 'answer' ? deps.opening.terms.blockBytes : DEFAULT_BLOCK_BYTES;
    this.#heardAtMs = deps.clock.monotonicMs();
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
        this.#blockBytes = output.terms.blockBytes;
        this.#deps.onTerms?.(output.terms);
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
    const last = bytes.length < this.#blockBytes;
    if (last && this.#netascii !== undefined) this.#waiting.push(this.#netascii.end());
    if (!this.#writing) void this.#writeWaiting();
  }

  async #writeWaiting(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting.length > 0 && !this.#over) {
        await this.#deps.file.write(Buffer.concat(this.#waiting.splice(0)));
      }
      this.#writing = false;
      this.#feed({ kind: 'stored' });
    } catch (error) {
      this.#writing = false;
      this.#cause = error;
      this.abort(errorCodeFor(error), reasonOf(error));
    }
  }

  #tell(failed?: Failed): void {
    if (this.#told) return;
    this.#told = true;
    const { file, peer } = this.#deps;
    const { address } = peer;
    if (failed === undefined) {
      this.#deps.onResult({ peer: address, complete: true, ...file.finish() });
      return;
    }
    const fetch = { peer: address, bytes: file.bytes, complete: false, reason: describeFailure(failed) };
    this.#deps.onResult(fetch, { failed, cause: this.#cause });
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
