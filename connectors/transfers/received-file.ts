/** The receiving end of every network transfer: limit, hash, progress and the class of what the sink refuses. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { Writable } from 'node:stream';
import { PortwrightError, fail, reasonOf } from '../../core/errors/index.js';
import type { FileSink, MovedFile } from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';

/** What file systems answer when nothing more fits. */
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** Hashed at once: about a millisecond of the main loop. */
const SLICE_BYTES = 256 * 1024;

export class ReceivedFile {
  readonly #sink: FileSink;
  readonly #watch: TransferWatch;
  #bytes = 0;
  #hash: Hash | undefined = createHash('sha256');

  constructor(sink: FileSink, watch: TransferWatch) {
    this.#sink = sink;
    this.#watch = watch;
  }

  /** Length so far, bytes: where the next byte goes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Bytes will follow from `offset` on: 0, or what the sink holds of an earlier transfer. `totalBytes`: length of the whole
   * file, where the far end told. A file that is longer than the sink takes is refused here: TRANSFER_SPACE.
   */
  async begin(offset: number, totalBytes?: number): Promise<void> {
    this.#refuseBeyondLimit(totalBytes ?? 0);
    if (offset === 0) await this.#stored(this.#sink.truncate(0));
    // The beginning never passed by.
    this.#hash = offset === 0 ? createHash('sha256') : undefined;
    this.#bytes = offset;
    this.#watch.expect(totalBytes, offset);
  }

  /** Resolves when more may come. Errors: TRANSFER_SPACE, STORE_FAILED, and the watch's once it is broken. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const slice = bytes.subarray(at, at + SLICE_BYTES);
      this.#watch.throwIfBroken();
      this.#refuseBeyondLimit(this.#bytes + slice.length);
      this.#hash?.update(slice);
      await this.#stored(this.#sink.write(slice));
      this.#bytes += slice.length;
      this.#watch.moved(this.#bytes);
    }
  }

  /** The whole file is here. `totalBytes`: what its length should be; another one is TRANSFER_INTEGRITY. */
  finish(totalBytes?: number): MovedFile {
    const { method } = this.#watch;
    if (totalBytes !== undefined && totalBytes !== this.#bytes) {
      throw fail('TRANSFER_INTEGRITY', { method, reason: `${this.#bytes} bytes came, expected ${totalBytes}` });
    }
    const sha256 = this.#hash?.digest('hex');
    return { bytes: this.#bytes, ...(sha256 === undefined ? {} : { sha256 }) };
  }

  /** As a stream, for libraries that want one. Errors destroy it. */
  stream(): Writable {
    return new Writable({
      write: (chunk: Uint8Array, _encoding, done) => {
        this.write(chunk).then(
          () => done(),
          (error: unknown) => done(error as Error),
        );
      },
    });
  }

  #refuseBeyondLimit(bytes: number): void {
    const { maxBytes } = this.#sink;
    if (bytes <= maxBytes) return;
    throw fail('TRANSFER_SPACE', { method: this.#watch.method, reason: `longer than ${maxBytes} bytes` });
  }

  async #stored(step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (error) {
      throw sinkError(this.#watch.method, error);
    }
  }
}

/** What a sink's refusal means: TRANSFER_SPACE where nothing more fits, else its own error or STORE_FAILED. */
export function sinkError(method: string, error: unknown): PortwrightError {
  const first = error instanceof PortwrightError && error.cause !== undefined ? error.cause : error;
  const code: unknown = first instanceof Error && 'code' in first ? first.code : undefined;
  const reason = reasonOf(first);
  if (typeof code === 'string' && NO_SPACE.has(code)) return fail('TRANSFER_SPACE', { method, reason }, error);
  return error instanceof PortwrightError ? error : fail('STORE_FAILED', { reason }, error);
}
