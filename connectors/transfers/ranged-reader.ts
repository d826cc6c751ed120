/** Reads a stored file at any place; front to back without opening it anew. */
import { fail } from '../../core/errors/index.js';
import type { FileSource } from '../../core/ports/transfer.js';

const NOTHING = new Uint8Array(0);
/** A gap up to this is read over rather than jumped: opening a file costs more. */
const SHORT_GAP_BYTES = 1024 * 1024;

export class RangedReader {
  readonly #source: FileSource;
  readonly #method: string;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  /** Where `#rest` begins. */
  #offset = 0;
  #rest: Uint8Array = NOTHING;

  /** `method` names the transfer in errors. */
  constructor(source: FileSource, method: string) {
    this.#source = source;
    this.#method = method;
  }

  /** What is in memory already, or undefined. */
  take(offset: number, lengthBytes: number): Uint8Array | undefined {
    if (offset !== this.#offset || this.#rest.length < lengthBytes) return undefined;
    return this.#cut(lengthBytes);
  }

  /**
   * Exactly `lengthBytes`, which lie within the file. One call at a time.
   * Errors: TRANSFER_INTEGRITY where the file is shorter than its record says; the source's own.
   */
  async read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    await this.#seek(offset);
    const inMemory = this.take(offset, lengthBytes);
    if (inMemory !== undefined) return inMemory;
    const bytes = new Uint8Array(lengthBytes);
    for (let at = 0; at < lengthBytes;) {
      if (this.#rest.length === 0) await this.#refill();
      const piece = this.#cut(lengthBytes - at);
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    this.#rest = NOTHING;
    await iterator?.return?.();
  }

  async #seek(offset: number): Promise<void> {
    const gap = offset - this.#offset;
    if (this.#iterator === undefined || gap < 0 || gap > SHORT_GAP_BYTES) {
      await this.close();
      this.#offset = offset;
      this.#iterator = this.#source.open({ offset })[Symbol.asyncIterator]();
      return;
    }
    while (this.#offset < offset) {
      if (this.#rest.length === 0) await this.#refill();
      this.#cut(offset - this.#offset);
    }
  }

  async #refill(): Promise<void> {
    const next = await this.#iterator?.next();
    if (next === undefined || next.done === true) {
      const { fileName, sizeBytes } = this.#source;
      const reason = `${fileName} holds ${this.#offset} bytes, expected ${sizeBytes}`;
      throw fail('TRANSFER_INTEGRITY', { method: this.#method, reason });
    }
    this.#rest = next.value;
  }

  #cut(mostBytes: number): Uint8Array {
    const piece = this.#rest.subarray(0, mostBytes);
    this.#rest = this.#rest.subarray(piece.length);
    this.#offset += piece.length;
    return piece;
  }
}
