/** Reads a file in the pieces that an engine asks for. */
import { fail } from '../../core/errors/index.js';
import type { FileSource } from '../../core/ports/transfer.js';

export interface Piece {
  readonly bytes: Uint8Array;
  /** Nothing follows. */
  readonly last: boolean;
}

const NOTHING = new Uint8Array(0);

export class SourceReader {
  readonly #source: FileSource;
  readonly #method: string;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #rest: Uint8Array = NOTHING;
  #readBytes = 0;

  /** `method` names the transfer in errors. */
  constructor(source: FileSource, method: string) {
    this.#source = source;
    this.#method = method;
  }

  /**
   * At most `maxBytes`; the last piece may be empty. One call at a time.
   * Errors: TRANSFER_INTEGRITY where the file is not as long as its record says; the source's own.
   */
  async read(maxBytes: number): Promise<Piece> {
    this.#iterator ??= this.#source.open()[Symbol.asyncIterator]();
    while (this.#rest.length === 0) {
      const next = await this.#iterator.next();
      if (next.done === true) return this.#end();
      this.#rest = next.value;
    }
    const bytes = this.#rest.subarray(0, maxBytes);
    this.#rest = this.#rest.subarray(bytes.length);
    this.#readBytes += bytes.length;
    return { bytes, last: false };
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    await iterator?.return?.();
  }

  #end(): Piece {
    const { fileName, sizeBytes } = this.#source;
    if (this.#readBytes !== sizeBytes) {
      const reason = `${fileName} holds ${this.#readBytes} bytes, expected ${sizeBytes}`;
      throw fail('TRANSFER_INTEGRITY', { method: this.#method, reason });
    }
    return { bytes: NOTHING, last: true };
  }
}
