/** Content-addressed OS files with versions per port (vendors §1.2). */
import type { ImageRecord, ImageVersion } from '../image.js';
import type { FileSource } from './transfer.js';

export interface PutImage {
  readonly portId: string;
  readonly version: ImageVersion;
  readonly fileName: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** Refused with IMAGE_HASH_MISMATCH unless equal. Lower-case hex. */
  readonly expected?: { readonly algorithm: 'sha256' | 'sha512' | 'md5'; readonly hex: string };
}

export interface ImageStore {
  /** Streams in, hashes on the way, renames into place after fsync. Errors: IMAGE_VERSION_INVALID, IMAGE_NAME_INVALID, IMAGE_HASH_MISMATCH, IMAGE_TOO_MANY_NAMED, STORE_FAILED. */
  put(image: PutImage): Promise<ImageRecord>;
  get(portId: string, version: ImageVersion): Promise<ImageRecord | undefined>;
  list(portId: string): Promise<readonly ImageRecord[]>;
  source(image: ImageRecord): FileSource;
  /** Reads the content again in a worker; returns its SHA-256. */
  rehash(image: ImageRecord): Promise<string>;
  /** After proof on the device: current → previous → archive 1…, `version` → current. Named versions stay. Idempotent per `jobId`. */
  promote(portId: string, version: ImageVersion, jobId: string): Promise<void>;
  delete(portId: string, name: ImageVersion): Promise<void>;
}
