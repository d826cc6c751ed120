/**
 * Contents by their SHA-256: `<aa>/<sha256>`. A file that has its name is whole and on disk: written under another name in the
 * same file system, fsynced, renamed, and the folder fsynced.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FileRange, FileReader } from '../../core/ports/transfer.js';
import { ContentHash } from './content-hash.js';
import type { ContentHashes } from './content-hash.js';
import { PartialContent } from './partial-content.js';

/** Hashed and written at once: under 2 ms of the main loop. */
const SLICE_BYTES = 256 * 1024;
/** Name of what is not whole yet; no content's folder is called so. */
const INCOMING = 'incoming';
/** Name of what a later attempt goes on with. */
const PARTIAL = 'partial';
/** Nobody comes back for it after so long, ms. */
const PARTIAL_AGE_MS = 7 * 24 * 3600 * 1000;
const CONTENT = /^[0-9a-f]{64}$/;

/** A content that came in and has no name yet. */
export interface Incoming {
  readonly file: string;
  readonly hashes: ContentHashes;
}

export class ContentFolder {
  readonly #folder: string;
  #lastIncoming = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folders, and removes what a crash left half written and what nobody came back for. */
  async start(nowMs: number): Promise<void> {
    await rm(join(this.#folder, INCOMING), { recursive: true, force: true });
    await mkdir(join(this.#folder, INCOMING), { recursive: true });
    const partial = join(this.#folder, PARTIAL);
    await mkdir(partial, { recursive: true });
    for (const name of await readdir(partial)) {
      const file = join(partial, name);
      if (nowMs - (await stat(file)).mtimeMs > PARTIAL_AGE_MS) await rm(file, { force: true });
    }
  }

  /** The same `id` again opens what came before. `id` is a file name. */
  partial(id: string): Promise<PartialContent> {
    return PartialContent.open(join(this.#folder, PARTIAL, id));
  }

  /** Streams in. What is refused half-way is removed. */
  async receive(content: AsyncIterable<Uint8Array>, options: { readonly sha512: boolean }): Promise<Incoming> {
    this.#lastIncoming += 1;
    const file = join(this.#folder, INCOMING, String(this.#lastIncoming));
    const hash = new ContentHash(options);
    const handle = await open(file, 'wx', 0o600);
    try {
      for await (const chunk of content) await writeSlices(handle, chunk, hash);
      await handle.sync();
      await handle.close();
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(file, { force: true });
      throw error;
    }
    return { file, hashes: hash.finish() };
  }

  /** Gives an incoming content its name; it replaces a damaged one. */
  async keep({ file, hashes }: Incoming): Promise<void> {
    const target = this.pathOf(hashes.sha256);
    const folder = join(target, '..');
    await mkdir(folder, { recursive: true });
    await rename(file, target);
    await syncFolder(folder);
    await syncFolder(this.#folder);
  }

  async discard({ file }: Pick<Incoming, 'file'>): Promise<void> {
    await rm(file, { force: true });
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
  }

  /** Every content on disk. */
  async contents(): Promise<readonly string[]> {
    const folders = (await readdir(this.#folder)).filter((name) => name.length === 2);
    const files = await Promise.all(folders.map((name) => readdir(join(this.#folder, name))));
    return files.flat().filter((name) => CONTENT.test(name));
  }

  read(sha256: string, { offset = 0, endOffset }: FileRange = {}): AsyncIterable<Uint8Array> {
    // The stream's `end` is the last byte itself: a range without bytes ends before it begins, which it refuses.
    if (endOffset !== undefined && endOffset <= offset) return Readable.from([]);
    const end = endOffset === undefined ? Infinity : endOffset - 1;
    return createReadStream(this.pathOf(sha256), { highWaterMark: SLICE_BYTES, start: offset, end });
  }

  /** Errors: the file system's. */
  async openReader(sha256: string): Promise<FileReader> {
    const handle = await open(this.pathOf(sha256), 'r');
    return {
      read: async (into, offset) => (await handle.read(into, 0, into.length, offset)).bytesRead,
      close: () => handle.close(),
    };
  }

  pathOf(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}

async function writeSlices(handle: FileHandle, chunk: Uint8Array, hash: ContentHash): Promise<void> {
  for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
    const slice = chunk.subarray(at, at + SLICE_BYTES);
    hash.update(slice);
    await handle.appendFile(slice);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
