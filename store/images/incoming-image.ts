/** One file that comes into the store over as many attempts as it takes. */
import { fail } from '../../core/errors/index.js';
import type { ImageRecord } from '../../core/image.js';
import type { IncomingImage, PutImage } from '../../core/ports/image-store.js';
import type { FileSink } from '../../core/ports/transfer.js';
import { storeError } from '../worker/failure.js';
import type { ContentFolder, Incoming } from './content-folder.js';
import type { HashThread } from './hash-thread.js';
import type { PartialContent } from './partial-content.js';

export interface PartialImageParts {
  readonly partial: PartialContent;
  readonly contents: ContentFolder;
  readonly hashes: HashThread;
  /** Gives a checked content its name. */
  readonly keep: (incoming: Incoming, expected: PutImage['expected']) => Promise<ImageRecord>;
}

export class PartialImage implements IncomingImage {
  readonly #parts: PartialImageParts;

  constructor(parts: PartialImageParts) {
    this.#parts = parts;
  }

  get sink(): FileSink {
    return this.#parts.partial;
  }

  async keep(expected?: PutImage['expected']): Promise<ImageRecord> {
    const { partial, contents, hashes, keep } = this.#parts;
    try {
      await partial.close();
      const incoming = {
        file: partial.file,
        hashes: await hashes.allOf(partial.file, expected?.algorithm === 'sha512'),
      };
      await refuseOthers(incoming, expected, contents);
      return await keep(incoming, expected);
    } catch (error) {
      throw storeError(error);
    }
  }

  async close(): Promise<void> {
    await this.#parts.partial.close().catch((error: unknown) => {
      throw storeError(error);
    });
  }

  async discard(): Promise<void> {
    const { partial, contents } = this.#parts;
    await partial.close().catch(() => undefined);
    await contents.discard(partial);
  }
}

/** Errors: IMAGE_HASH_MISMATCH; the content is gone then. */
export async function refuseOthers(
  incoming: Incoming,
  expected: PutImage['expected'],
  contents: ContentFolder,
): Promise<void> {
  if (!expected) return;
  const { algorithm } = expected;
  const wanted = expected.hex.toLowerCase();
  const got = incoming.hashes[algorithm];
  if (got === wanted) return;
  await contents.discard(incoming);
  throw fail('IMAGE_HASH_MISMATCH', { algorithm, wanted, got });
}
