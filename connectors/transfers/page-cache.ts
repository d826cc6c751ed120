/**
 * What transfers of the same file read, they read once: two hundred devices that fetch one image at the same time cost one
 * reading of it, and a thousand do not hold a thousand pieces.
 *
 * Pages of all files share one budget; the page that was not asked for the longest goes first. Who holds a page keeps it.
 */
import { fail } from '../../core/errors/index.js';
import type { FileSource } from '../../core/ports/transfer.js';
import { PAGE_BYTES } from './paged-file.js';
import type { PagedFile } from './paged-file.js';

const CACHE_BYTES = 32 * 1024 * 1024;
/** Pages that one opening of the source reads. */
const READ_AHEAD_PAGES = 4;
/** Of the budget, for each transfer: a window in two pages, what is read ahead while it is sent, and some behind. */
const PAGES_PER_USER = 16;
/** Readings at once: each holds a descriptor, and the disk's threads are four. */
const MAX_READINGS = 16;

interface Page {
  readonly file: SharedFile;
  readonly index: number;
  readonly bytes: Uint8Array;
}

export class PageCache {
  readonly #method: string;
  readonly #capacityPages: number;
  /** By SHA-256 where it is known: each exposure of an image has a source of its own. */
  readonly #files = new Map<string | FileSource, SharedFile>();
  /** Oldest use first. */
  readonly #pages = new Set<Page>();
  readonly #waiting: (() => void)[] = [];
  #readings = 0;
  #users = 0;

  /** `method` names the transfer in errors. */
  constructor(method: string, capacityBytes = CACHE_BYTES) {
    this.#method = method;
    this.#capacityPages = Math.max(1, Math.floor(capacityBytes / PAGE_BYTES));
  }

  open(source: FileSource): PagedFile {
    const key = source.sha256 ?? source;
    const file = this.#files.get(key) ?? new SharedFile(source, this.#method, this);
    this.#files.set(key, file);
    file.users += 1;
    this.#users += 1;
    let open = true;
    return {
      sizeBytes: source.sizeBytes,
      page: (index) => file.page(index),
      load: (index) => file.load(index),
      close: () => {
        if (!open) return;
        open = false;
        file.users -= 1;
        this.#users -= 1;
        if (file.users === 0) this.#forget(key, file);
      },
    };
  }

  /** Pages in memory. */
  get heldPages(): number {
    return this.#pages.size;
  }

  add(page: Page): void {
    this.#pages.add(page);
    const most = this.#pagesFor(this.#users);
    for (const oldest of this.#pages) {
      if (this.#pages.size <= most) break;
      this.#pages.delete(oldest);
      oldest.file.drop(oldest.index);
    }
  }

  used(page: Page): void {
    this.#pages.delete(page);
    this.#pages.add(page);
  }

  /** One transfer needs few; what many leave behind, a slower one may still want. */
  #pagesFor(users: number): number {
    return Math.min(this.#capacityPages, users * PAGES_PER_USER);
  }

  /** Fewer pages ahead where many places of a file are read: else each pushes the others' out before they are sent. */
  readAheadFor(users: number): number {
    return Math.min(READ_AHEAD_PAGES, Math.max(1, Math.floor(this.#capacityPages / (2 * users))));
  }

  /** Waits for its turn to read. */
  async turn(): Promise<() => void> {
    if (this.#readings >= MAX_READINGS) await new Promise<void>((go) => this.#waiting.push(go));
    this.#readings += 1;
    return () => {
      this.#readings -= 1;
      this.#waiting.shift()?.();
    };
  }

  #forget(key: string | FileSource, file: SharedFile): void {
    this.#files.delete(key);
    for (const page of this.#pages) if (page.file === file) this.#pages.delete(page);
  }
}

class SharedFile {
  users = 0;
  readonly #source: FileSource;
  readonly #method: string;
  readonly #cache: PageCache;
  readonly #pages = new Map<number, Page>();
  readonly #loading = new Map<number, Promise<void>>();

  constructor(source: FileSource, method: string, cache: PageCache) {
    this.#source = source;
    this.#method = method;
    this.#cache = cache;
  }

  page(index: number): Uint8Array | undefined {
    const page = this.#pages.get(index);
    if (page !== undefined) this.#cache.used(page);
    return page?.bytes;
  }

  drop(index: number): void {
    this.#pages.delete(index);
  }

  async load(index: number): Promise<void> {
    if (this.#pages.has(index)) return;
    await (this.#loading.get(index) ?? this.#begin(index));
  }

  /** Reads on from `index` as far as nobody has or reads already. */
  #begin(index: number): Promise<void> {
    const pages = Math.ceil(this.#source.sizeBytes / PAGE_BYTES);
    const limit = Math.min(pages, index + this.#cache.readAheadFor(this.users));
    let end = index + 1;
    while (end < limit && !this.#pages.has(end) && !this.#loading.has(end)) end += 1;
    const reading = this.#read(index, end).finally(() => {
      for (let page = index; page < end; page += 1) this.#loading.delete(page);
    });
    for (let page = index; page < end; page += 1) this.#loading.set(page, reading);
    return reading;
  }

  async #read(from: number, end: number): Promise<void> {
    const done = await this.#cache.turn();
    try {
      const endOffset = Math.min(end * PAGE_BYTES, this.#source.sizeBytes);
      let index = from;
      for await (const bytes of pagesOf(this.#source, from * PAGE_BYTES, endOffset)) {
        this.#checkLength(index, bytes.length);
        const page = { file: this, index, bytes };
        this.#pages.set(index, page);
        if (this.users > 0) this.#cache.add(page);
        index += 1;
      }
      if (index < end) this.#checkLength(index, 0);
    } finally {
      done();
    }
  }

  #checkLength(index: number, length: number): void {
    const { fileName, sizeBytes } = this.#source;
    if (length === Math.min(PAGE_BYTES, sizeBytes - index * PAGE_BYTES)) return;
    const reason = `${fileName} holds ${index * PAGE_BYTES + length} bytes, expected ${sizeBytes}`;
    throw fail('TRANSFER_INTEGRITY', { method: this.#method, reason });
  }
}

/** The range in pages; a piece of the source that is a page already is not copied. */
async function* pagesOf(source: FileSource, offset: number, endOffset: number): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const piece of source.open({ offset, endOffset })) {
    rest.push(piece);
    restBytes += piece.length;
    if (restBytes < PAGE_BYTES) continue;
    const joined = rest.length === 1 ? piece : Buffer.concat(rest, restBytes);
    const whole = restBytes - (restBytes % PAGE_BYTES);
    for (let at = 0; at < whole; at += PAGE_BYTES) yield joined.subarray(at, at + PAGE_BYTES);
    rest = whole === restBytes ? [] : [joined.subarray(whole)];
    restBytes -= whole;
  }
  if (restBytes > 0) yield Buffer.concat(rest, restBytes);
}
