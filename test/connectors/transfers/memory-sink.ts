/** A sink in memory that can fill up, stall, and tell when it holds so many bytes. */
import type { FileSink } from '../../../core/ports/transfer.js';

interface SinkTraits {
  readonly held?: Uint8Array;
  readonly maxBytes?: number;
  /** The disk is full at this length: `write` fails as a file system does. */
  readonly fullAtBytes?: number;
  /** From this length on `write` never answers. */
  readonly stuckAtBytes?: number;
}

export class MemorySink implements FileSink {
  readonly maxBytes: number;
  readonly heldBytes: number;
  readonly #traits: SinkTraits;
  readonly #waiting: { readonly bytes: number; readonly resolve: () => void }[] = [];
  #pieces: Uint8Array[];
  #length: number;

  constructor(traits: SinkTraits = {}) {
    const { held = new Uint8Array(0), maxBytes = 1e9 } = traits;
    this.#traits = traits;
    this.maxBytes = maxBytes;
    this.heldBytes = held.length;
    this.#pieces = [held.slice()];
    this.#length = held.length;
  }

  get bytes(): number {
    return this.#length;
  }

  get content(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { fullAtBytes = Infinity, stuckAtBytes = Infinity } = this.#traits;
    const length = this.#length + bytes.length;
    if (length > fullAtBytes) throw Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' });
    this.#pieces.push(bytes.slice());
    this.#length = length;
    for (const one of this.#waiting) if (length >= one.bytes) one.resolve();
    if (length >= stuckAtBytes) await new Promise<never>(() => undefined);
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.#pieces = [this.content.slice(0, sizeBytes)];
    this.#length = Math.min(this.#length, sizeBytes);
  }

  /** Resolves when it holds `bytes`. */
  holds(bytes: number): Promise<void> {
    if (this.#length >= bytes) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ bytes, resolve }));
  }
}
