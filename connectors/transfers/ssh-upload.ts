/** A file that a device brings over SSH, over as many tries as it takes: how much is there, and the hash of it. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { fail } from '../../core/errors/index.js';
import type { FileSink } from '../../core/ports/transfer.js';
import { sinkError } from './received-file.js';

/** Who writes now. A newer one breaks the older off: its device has given up the older. */
export interface UploadWriter {
  breakOff(reason: string): void;
}

export class SshUpload {
  readonly #sink: FileSink;
  #bytes: number;
  /** Of the first `bytes` of the file; absent where they did not all pass by here. */
  #hash: Hash | undefined;
  #writer: UploadWriter | undefined;
  /** Nothing was written yet by this writer. */
  #fresh = true;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(sink: FileSink) {
    this.#sink = sink;
    this.#bytes = sink.heldBytes;
    this.#hash = sink.heldBytes === 0 ? createHash('sha256') : undefined;
  }

  /** Length of what is stored. */
  get bytes(): number {
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#sink.maxBytes;
  }

  /** Bytes will follow from the beginning (`truncate`) or from the end of what is there. Errors: as of the sink. */
  async begin(writer: UploadWriter, truncate: boolean): Promise<void> {
    if (this.#writer !== writer) this.#writer?.breakOff('a newer transfer of this file began');
    this.#writer = writer;
    this.#fresh = true;
    await this.#busy.catch(() => undefined);
    if (truncate) await this.truncate(writer, 0);
  }

  async truncate(writer: UploadWriter, sizeBytes: number): Promise<void> {
    await this.#alone(writer, () => this.#sink.truncate(sizeBytes));
    this.#hash = sizeBytes === 0 ? createHash('sha256') : undefined;
    this.#bytes = sizeBytes;
  }

  /**
   * The first write says where the file goes on: OpenSSH's scp writes over what is there without truncating it first.
   * Errors: TRANSFER_SPACE, TRANSFER_REFUSED (not at the end), TRANSFER_ABORTED (a newer writer), STORE_FAILED.
   */
  async write(writer: UploadWriter, offset: number, bytes: Uint8Array): Promise<void> {
    if (this.#fresh && offset < this.#bytes) await this.truncate(writer, offset);
    this.#fresh = false;
    if (offset !== this.#bytes) {
      const reason = `byte ${offset} was sent where byte ${this.#bytes} is next`;
      throw fail('TRANSFER_REFUSED', { method: 'ssh', reason });
    }
    if (offset + bytes.length > this.#sink.maxBytes) {
      throw fail('TRANSFER_SPACE', { method: 'ssh', reason: `longer than ${this.#sink.maxBytes} bytes` });
    }
    await this.#alone(writer, () => this.#sink.write(bytes));
    this.#hash?.update(bytes);
    this.#bytes += bytes.length;
  }

  /** Of the whole file so far, lower-case hex; absent where its beginning came earlier. */
  sha256(): string | undefined {
    return this.#hash?.copy().digest('hex');
  }

  async #alone(writer: UploadWriter, step: () => Promise<void>): Promise<void> {
    if (this.#writer !== writer) {
      throw fail('TRANSFER_ABORTED', { method: 'ssh', reason: 'a newer transfer of this file began' });
    }
    const work = step();
    this.#busy = work;
    try {
      await work;
    } catch (error) {
      throw sinkError('ssh', error);
    }
  }
}
