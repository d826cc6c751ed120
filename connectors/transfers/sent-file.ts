/** The sending end of every network transfer: the stored file in pieces, its hash, and proof of its length. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { fail } from '../../core/errors/index.js';
import type { FileSource, MovedFile } from '../../core/ports/transfer.js';

/** Hashed at once: about a millisecond of the main loop. */
const SLICE_BYTES = 256 * 1024;

export class SentFile {
  readonly #source: FileSource;
  readonly #method: string;
  readonly #offset: number;
  readonly #hash: Hash | undefined;
  #bytes: number;

  /** `method` names the transfer in errors. `offset`: first byte that the far end still lacks. */
  constructor(source: FileSource, method: string, offset = 0) {
    this.#source = source;
    this.#method = method;
    this.#offset = offset;
    this.#bytes = offset;
    this.#hash = offset === 0 ? createHash('sha256') : undefined;
  }

  /** Bytes of the file that were handed out, from its beginning. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The file from `offset` on; read once. Errors: TRANSFER_INTEGRITY where the file is shorter or longer than its record
   * says (no byte beyond is handed out); the source's own.
   */
  async *pieces(): AsyncGenerator<Uint8Array> {
    const { sizeBytes } = this.#source;
    for await (const piece of this.#source.open({ offset: this.#offset })) {
      if (this.#bytes + piece.length > sizeBytes) throw this.#wrongLength(`more than ${sizeBytes}`);
      for (let at = 0; at < piece.length; at += SLICE_BYTES) {
        const slice = piece.subarray(at, at + SLICE_BYTES);
        this.#hash?.update(slice);
        this.#bytes += slice.length;
        yield slice;
      }
    }
    if (this.#bytes !== sizeBytes) throw this.#wrongLength(String(this.#bytes));
  }

  /** All pieces were taken and the far end has them. Errors: TRANSFER_INTEGRITY where they are not the stored file. */
  finish(): MovedFile {
    const { sha256: wanted, fileName } = this.#source;
    const sha256 = this.#hash?.digest('hex');
    if (sha256 === undefined) return { bytes: this.#bytes };
    if (wanted !== undefined && sha256 !== wanted) {
      throw fail('TRANSFER_INTEGRITY', {
        method: this.#method,
        reason: `${fileName} is ${sha256}, expected ${wanted}`,
      });
    }
    return { bytes: this.#bytes, sha256 };
  }

  #wrongLength(got: string): Error {
    const { fileName, sizeBytes } = this.#source;
    const reason = `${fileName} holds ${got} bytes, expected ${sizeBytes}`;
    return fail('TRANSFER_INTEGRITY', { method: this.#method, reason });
  }
}
