/**
 * A file as netascii. Its length on the wire is counted first, so that all else is as in octet mode; then it is translated
 * from front to back, and the newest pages are kept for what is sent again.
 */
import type { FileSource } from '../../core/ports/transfer.js';
import { netasciiLength, toNetascii } from '../../protocols/tftp/netascii.js';
import { PAGE_BYTES } from './paged-file.js';
import type { PagedFile } from './paged-file.js';

/** A window is at most one page long and lies in two; one more is read ahead, and one is left behind. */
const KEPT_PAGES = 4;

/** Errors: the source's own. */
export async function openNetascii(source: FileSource): Promise<PagedFile> {
  let sizeBytes = 0;
  for await (const piece of source.open()) sizeBytes += netasciiLength(piece);
  return new NetasciiFile(source, sizeBytes);
}

class NetasciiFile implements PagedFile {
  readonly sizeBytes: number;
  readonly #source: FileSource;
  readonly #pages = new Map<number, Uint8Array>();
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #next = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #loading: Promise<void> = Promise.resolve();

  constructor(source: FileSource, sizeBytes: number) {
    this.#source = source;
    this.sizeBytes = sizeBytes;
  }

  page(index: number): Uint8Array | undefined {
    return this.#pages.get(index);
  }

  load(index: number): Promise<void> {
    // One after the other: there is one place where the translation stands.
    this.#loading = this.#loading.catch(() => undefined).then(() => this.#readTo(index));
    return this.#loading;
  }

  close(): void {
    this.#pages.clear();
    const iterator = this.#iterator;
    this.#iterator = undefined;
    // The file's own failure to close changes nothing for the peer.
    void iterator?.return?.().catch(() => undefined);
  }

  async #readTo(index: number): Promise<void> {
    while (!this.#pages.has(index)) {
      this.#pages.set(this.#next, await this.#nextPage());
      this.#pages.delete(this.#next - KEPT_PAGES);
      this.#next += 1;
    }
  }

  async #nextPage(): Promise<Uint8Array> {
    this.#iterator ??= this.#source.open()[Symbol.asyncIterator]();
    while (this.#rest.length < PAGE_BYTES) {
      const piece = await this.#iterator.next();
      if (piece.done === true) break;
      this.#rest = Buffer.concat([this.#rest, toNetascii(piece.value)]);
    }
    const page = this.#rest.subarray(0, PAGE_BYTES);
    this.#rest = this.#rest.subarray(page.length);
    return page;
  }
}
