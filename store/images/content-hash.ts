/** The checks of an image, computed while it streams by. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface ContentHashes {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly md5: string;
  readonly crc32: string;
  /** Only where it was asked for. */
  readonly sha512?: string;
}

export class ContentHash {
  readonly #sha256 = createHash('sha256');
  readonly #md5 = createHash('md5');
  readonly #sha512: Hash | undefined;
  #crc32 = 0;
  #sizeBytes = 0;

  constructor(options: { readonly sha512: boolean }) {
    this.#sha512 = options.sha512 ? createHash('sha512') : undefined;
  }

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#md5.update(bytes);
    this.#sha512?.update(bytes);
    this.#crc32 = crc32(bytes, this.#crc32);
    this.#sizeBytes += bytes.length;
  }

  /** Once, at the end. */
  finish(): ContentHashes {
    return {
      sizeBytes: this.#sizeBytes,
      sha256: this.#sha256.digest('hex'),
      md5: this.#md5.digest('hex'),
      crc32: this.#crc32.toString(16).padStart(8, '0'),
      ...(this.#sha512 ? { sha512: this.#sha512.digest('hex') } : {}),
    };
  }
}
