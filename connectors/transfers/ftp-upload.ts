/** A file that a device brings by FTP, over as many tries as it takes: how much is there, and the hash of it. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { fail } from '../../core/errors/index.js';
import type { FileSink } from '../../core/ports/transfer.js';
import { sinkError } from './received-file.js';

/** Hashed at once: about a millisecond of the main loop. */
const SLICE_BYTES = 256 * 1024;

export class FtpUpload {
  /** Length of what is stored, bytes. */
  bytes: number;
  /** Something was stored, if only an empty file. */
  isThere: boolean;
  readonly #sink: FileSink;
  /** Of the first `bytes` of the file; absent where they did not all pass by here. */
  #hash: Hash | undefined;
  /** Whoever writes now: a newer try breaks the older off and waits until it has let go. */
  #writer: { readonly breakOff: (reason: string) => void; readonly done: Promise<unknown> } | undefined;

  constructor(sink: FileSink) {
    this.#sink = sink;
    this.bytes = sink.heldBytes;
    this.isThere = sink.heldBytes > 0;
  }

  /** Runs one try at a time; the newest counts: its device has given up the older. */
  async exclusively<T>(breakOff: (reason: string) => void, work: () => Promise<T>): Promise<T> {
    while (this.#writer !== undefined) {
      this.#writer.breakOff('a newer transfer of this file began');
      await this.#writer.done;
    }
    const done = work();
    const writer = { breakOff, done: done.catch(() => undefined) };
    this.#writer = writer;
    try {
      return await done;
    } finally {
      this.#writer = undefined;
    }
  }

  /** Bytes will follow from `offset` on; what is there behind it goes. Errors: as of the sink. */
  async begin(offset: number): Promise<void> {
    if (offset === 0) this.#hash = createHash('sha256');
    else if (offset !== this.bytes) this.#hash = undefined;
    if (offset !== this.bytes || offset === 0) await stored(this.#sink.truncate(offset));
    this.bytes = offset;
    this.isThere = true;
  }

  /** Errors: TRANSFER_SPACE beyond the limit and where the disk is full, STORE_FAILED. */
  async write(bytes: Uint8Array): Promise<void> {
    const { maxBytes } = this.#sink;
    if (this.bytes + bytes.length > maxBytes) {
      throw fail('TRANSFER_SPACE', { method: 'ftp', reason: `longer than ${maxBytes} bytes` });
    }
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const slice = bytes.subarray(at, at + SLICE_BYTES);
      await stored(this.#sink.write(slice));
      this.#hash?.update(slice);
      this.bytes += slice.length;
    }
  }

  /** Of the whole file so far, lower-case hex. */
  sha256(): string | undefined {
    return this.#hash?.copy().digest('hex');
  }
}

async function stored(step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (error) {
    throw sinkError('ftp', error);
  }
}
