/** A file in memory that tells how it was read. */
import type { FileRange, FileSource } from '../../../core/ports/transfer.js';

export class MemorySource implements FileSource {
  readonly fileName = 'image.bin';
  readonly sizeBytes: number;
  opened = 0;
  closed = 0;
  readonly #content: Uint8Array;
  readonly #pieceBytes: number;

  /** `sizeBytes` other than the content's is a record that lies. */
  constructor(content: Uint8Array, pieceBytes = 10_000, sizeBytes = content.length) {
    this.#content = content;
    this.#pieceBytes = pieceBytes;
    this.sizeBytes = sizeBytes;
  }

  async *open({ offset = 0, endOffset = this.#content.length }: FileRange = {}): AsyncGenerator<Uint8Array> {
    this.opened += 1;
    try {
      for (let at = offset; at < endOffset; at += this.#pieceBytes) {
        yield this.#content.subarray(at, Math.min(at + this.#pieceBytes, endOffset));
      }
    } finally {
      this.closed += 1;
    }
  }
}
