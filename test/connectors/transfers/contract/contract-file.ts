/** A file to serve in contract tests: it can lie about its length, stop in the middle, and tells from where it was read. */
import { createHash } from 'node:crypto';
import type { FileRange, FileSource } from '../../../../core/ports/transfer.js';

interface FileTraits {
  /** What the record says. */
  readonly sizeBytes?: number;
  /** Nothing more comes from here on until it is let go on. */
  readonly stopAtBytes?: number;
}

const PIECE_BYTES = 7000;

export class ContractFile implements FileSource {
  readonly fileName = 'image.bin';
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly content: Uint8Array;
  /** First byte of each reading. */
  readonly openedAt: number[] = [];
  readonly #stopAtBytes: number;
  /** Resolves when a reader has come to where nothing more comes. */
  readonly stopped: Promise<void>;
  #hasStopped = (): void => undefined;
  #goOn = (): void => undefined;
  readonly #mayGoOn: Promise<void>;

  constructor(content: Uint8Array, { sizeBytes = content.length, stopAtBytes = Infinity }: FileTraits = {}) {
    this.content = content;
    this.sizeBytes = sizeBytes;
    this.sha256 = createHash('sha256').update(content).digest('hex');
    this.#stopAtBytes = stopAtBytes;
    this.stopped = new Promise((resolve) => (this.#hasStopped = resolve));
    this.#mayGoOn = new Promise((resolve) => (this.#goOn = resolve));
  }

  goOn(): void {
    this.#goOn();
  }

  async *open({ offset = 0, endOffset = this.content.length }: FileRange = {}): AsyncGenerator<Uint8Array> {
    this.openedAt.push(offset);
    for (let at = offset; at < endOffset;) {
      if (at === this.#stopAtBytes) {
        this.#hasStopped();
        await this.#mayGoOn;
      }
      const until = Math.min(at + PIECE_BYTES, endOffset, at < this.#stopAtBytes ? this.#stopAtBytes : Infinity);
      const piece = this.content.subarray(at, until);
      if (piece.length === 0) return;
      yield piece;
      at = until;
    }
  }
}
