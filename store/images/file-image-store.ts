/** ImageStore: contents in files by their SHA-256, versions in jobs.db. */
import { fail } from '../../core/errors/index.js';
import { isImageVersion, isStoreVersion } from '../../core/image.js';
import type { ImageRecord, ImageVersion } from '../../core/image.js';
import type { Clock } from '../../core/ports/clock.js';
import type { ImageStore, IncomingImage, PutImage } from '../../core/ports/image-store.js';
import type { FileRange, FileReader, FileSource } from '../../core/ports/transfer.js';
import { storeError } from '../worker/failure.js';
import type { StoreClient } from '../worker/store-client.js';
import type { ContentFolder, Incoming } from './content-folder.js';
import { checkFileName } from './file-name.js';
import type { HashThread } from './hash-thread.js';
import { PartialImage, refuseOthers } from './incoming-image.js';

export interface FileImageStoreParts {
  readonly client: StoreClient;
  readonly contents: ContentFolder;
  readonly hashes: HashThread;
  readonly clock: Clock;
}

export class FileImageStore implements ImageStore {
  readonly #parts: FileImageStoreParts;
  /** How often a content is being read: it is not collected meanwhile. */
  readonly #readers = new Map<string, number>();
  /**
   * Naming a content and collecting one exclude each other: between "nobody refers to it" and its removal a new record could
   * refer to the same content.
   */
  #exclusive: Promise<unknown> = Promise.resolve();

  constructor(parts: FileImageStoreParts) {
    this.#parts = parts;
  }

  /** Removes contents that a crash left without a version. */
  async start(): Promise<void> {
    await this.#parts.contents.start(this.#parts.clock.nowMs());
    const referenced = new Set(await this.#parts.client.call('images', 'contents'));
    const stored = await this.#parts.contents.contents();
    for (const sha256 of stored) if (!referenced.has(sha256)) await this.#collect(sha256);
  }

  async put(image: PutImage): Promise<ImageRecord> {
    const { content, expected } = image;
    await this.#checkPlace(image);
    const { contents } = this.#parts;
    try {
      const incoming = await contents.receive(content, { sha512: expected?.algorithm === 'sha512' });
      await refuseOthers(incoming, expected, contents);
      return await this.#keep(incoming, image, expected);
    } catch (error) {
      throw storeError(error);
    }
  }

  async receive(id: string, image: Omit<PutImage, 'content' | 'expected'>): Promise<IncomingImage> {
    await this.#checkPlace(image);
    checkFileName(id);
    const { contents, hashes } = this.#parts;
    const partial = await contents.partial(id).catch((error: unknown) => {
      throw storeError(error);
    });
    return new PartialImage({
      ...{ partial, contents, hashes },
      keep: (incoming, expected) => this.#keep(incoming, image, expected),
    });
  }

  async copy(from: ImageRecord, to: { readonly portId: string; readonly version: ImageVersion }): Promise<ImageRecord> {
    const { clock, client } = this.#parts;
    const record = { ...from, ...to, storedAtMs: clock.nowMs() };
    await this.#checkPlace(record);
    return this.#placed(record, async () => {
      if (await client.call('images', 'isReferenced', from.sha256)) return;
      throw fail('IMAGE_UNKNOWN', { port: from.portId, version: from.version });
    });
  }

  get(portId: string, version: ImageVersion): Promise<ImageRecord | undefined> {
    return this.#parts.client.call('images', 'get', portId, version);
  }

  list(portId: string): Promise<readonly ImageRecord[]> {
    return this.#parts.client.call('images', 'list', portId);
  }

  /** Each `open` reads anew. A content that is shorter or longer than its record ends with STORE_FAILED. */
  source(image: ImageRecord): FileSource {
    const { fileName, sizeBytes, sha256 } = image;
    return {
      ...{ fileName, sizeBytes, sha256 },
      open: (range) => this.#read(image, range),
      openReader: () => this.#openReader(image),
    };
  }

  rehash(image: ImageRecord): Promise<string> {
    return this.#parts.hashes.sha256Of(this.#parts.contents.pathOf(image.sha256));
  }

  /** Errors: IMAGE_UNKNOWN, STORE_FAILED. */
  async promote(portId: string, version: ImageVersion, jobId: string): Promise<void> {
    await this.#changing(portId, () =>
      this.#parts.client.call('images', 'promote', portId, version, jobId, this.#parts.clock.nowMs()),
    );
  }

  /** Named OS files and the candidate. Errors: IMAGE_UNKNOWN, IMAGE_KEPT, STORE_FAILED. */
  async delete(portId: string, name: ImageVersion): Promise<void> {
    checkVersion(name);
    await this.#changing(portId, () => this.#parts.client.call('images', 'delete', portId, name));
  }

  /** Before a byte comes. Errors: IMAGE_VERSION_INVALID, IMAGE_NAME_INVALID, IMAGE_TOO_MANY_NAMED. */
  async #checkPlace({ portId, version, fileName }: Omit<PutImage, 'content'>): Promise<void> {
    if (!isStoreVersion(version)) throw fail('IMAGE_VERSION_INVALID', { version });
    checkFileName(fileName);
    await this.#parts.client.call('images', 'checkRoom', portId, version);
  }

  async #keep(
    incoming: Incoming,
    { portId, version, fileName }: Omit<PutImage, 'content'>,
    expected: PutImage['expected'],
  ): Promise<ImageRecord> {
    const { contents, clock } = this.#parts;
    const { sizeBytes, sha256, md5, crc32 } = incoming.hashes;
    const hashes = { sizeBytes, sha256, md5, crc32 };
    try {
      const vendor = expected === undefined ? {} : { vendorHash: expected.algorithm };
      const record = { portId, version, fileName, ...hashes, storedAtMs: clock.nowMs(), ...vendor };
      return await this.#placed(record, () => contents.keep(incoming));
    } catch (error) {
      await contents.discard(incoming);
      await this.#collect(sha256);
      throw error;
    }
  }

  /** Puts the record where `ready` has made sure of its content; neither is collected between. */
  async #placed(record: ImageRecord, ready: () => Promise<void>): Promise<ImageRecord> {
    let placed = record;
    await this.#changing(record.portId, () =>
      this.#alone(async () => {
        await ready();
        placed = await this.#parts.client.call('images', 'put', record);
      }),
    );
    return placed;
  }

  /** Collects what the change left without a version. */
  async #changing(portId: string, change: () => Promise<void>): Promise<void> {
    const before = await this.list(portId);
    await change();
    const after = new Set((await this.list(portId)).map((image) => image.sha256));
    for (const { sha256 } of before) if (!after.has(sha256)) await this.#collect(sha256);
  }

  async *#read({ sha256, sizeBytes, version }: ImageRecord, range: FileRange = {}): AsyncGenerator<Uint8Array> {
    this.#hold(sha256);
    const { offset = 0, endOffset = sizeBytes } = range;
    let readBytes = offset;
    try {
      for await (const bytes of this.#parts.contents.read(sha256, range)) {
        readBytes += bytes.length;
        yield bytes;
      }
      if (readBytes === endOffset) return;
      const reason = `OS file "${version}" has ${String(readBytes)} bytes on disk, expected ${String(endOffset)}`;
      throw fail('STORE_FAILED', { reason });
    } catch (error) {
      throw storeError(error);
    } finally {
      await this.#release(sha256);
    }
  }

  async #openReader({ sha256 }: ImageRecord): Promise<FileReader> {
    this.#hold(sha256);
    try {
      const reader = await this.#parts.contents.openReader(sha256);
      return {
        read: (into, offset) =>
          reader.read(into, offset).catch((error: unknown) => {
            throw storeError(error);
          }),
        close: () => reader.close().finally(() => this.#release(sha256)),
      };
    } catch (error) {
      await this.#release(sha256);
      throw storeError(error);
    }
  }

  #hold(sha256: string): void {
    this.#readers.set(sha256, (this.#readers.get(sha256) ?? 0) + 1);
  }

  async #release(sha256: string): Promise<void> {
    const left = (this.#readers.get(sha256) ?? 1) - 1;
    if (left > 0) this.#readers.set(sha256, left);
    else this.#readers.delete(sha256);
    // Late, and only if it lost its version meanwhile; a closed store does it at its next start.
    if (left === 0) await this.#collect(sha256).catch(() => undefined);
  }

  #collect(sha256: string): Promise<void> {
    return this.#alone(async () => {
      if (this.#readers.has(sha256)) return;
      if (await this.#parts.client.call('images', 'isReferenced', sha256)) return;
      if (!this.#readers.has(sha256)) await this.#parts.contents.remove(sha256);
    });
  }

  #alone<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#exclusive.then(action);
    this.#exclusive = result.catch(() => undefined);
    return result;
  }
}

function checkVersion(version: ImageVersion): void {
  if (!isImageVersion(version)) throw fail('IMAGE_VERSION_INVALID', { version });
}
