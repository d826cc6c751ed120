/** A content on its way in, one file each; what has come stays there for a later attempt. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { FileSink } from '../../core/ports/transfer.js';

/** Far above every image; a full disk says so by itself. 64 GiB. */
const MAX_BYTES = 64 * 1024 ** 3;

export class PartialContent implements FileSink {
  readonly file: string;
  readonly maxBytes = MAX_BYTES;
  readonly #handle: FileHandle;
  #heldBytes: number;
  #closed = false;

  private constructor(file: string, handle: FileHandle, heldBytes: number) {
    this.file = file;
    this.#handle = handle;
    this.#heldBytes = heldBytes;
  }

  static async open(file: string): Promise<PartialContent> {
    const handle = await open(file, 'a', 0o600);
    return new PartialContent(file, handle, (await handle.stat()).size);
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#handle.appendFile(bytes);
    this.#heldBytes += bytes.length;
  }

  async truncate(sizeBytes: number): Promise<void> {
    await this.#handle.truncate(sizeBytes);
    this.#heldBytes = sizeBytes;
  }

  /** On disk, and closed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
  }
}
