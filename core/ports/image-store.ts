/** Content-addressed OS files with versions per port (vendors §1.2). */
import type { ImageRecord, ImageVersion, VendorHash } from '../image.js';
import type { FileSink, FileSource } from './transfer.js';

export interface PutImage {
  readonly portId: string;
  /** `archive` alone stores as `archive 1`; the others move down. */
  readonly version: ImageVersion;
  readonly fileName: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** Refused with IMAGE_HASH_MISMATCH unless equal. Lower-case hex. */
  readonly expected?: { readonly algorithm: VendorHash; readonly hex: string };
}

/** A file on its way into the store. What has come stays until `keep` or `discard`, over a restart of the node too. */
export interface IncomingImage {
  readonly sink: FileSink;
  /** Hashes what came in a worker and names it, as `put`. Where it is refused it is discarded. Errors: as `put`. */
  keep(expected?: PutImage['expected']): Promise<ImageRecord>;
  /** Leaves what came for later. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

export interface ImageStore {
  /** Streams in, hashes on the way, renames into place after fsync. Errors: IMAGE_VERSION_INVALID, IMAGE_NAME_INVALID, IMAGE_HASH_MISMATCH, IMAGE_TOO_MANY_NAMED, STORE_FAILED. */
  put(image: PutImage): Promise<ImageRecord>;
  /** The same `id` again goes on with what came before. Errors: IMAGE_VERSION_INVALID, IMAGE_NAME_INVALID, IMAGE_TOO_MANY_NAMED, STORE_FAILED. */
  receive(id: string, image: Omit<PutImage, 'content' | 'expected'>): Promise<IncomingImage>;
  /** The same content under another version or at another port; no byte is copied. Errors: as `put`; IMAGE_UNKNOWN. */
  copy(from: ImageRecord, to: { readonly portId: string; readonly version: ImageVersion }): Promise<ImageRecord>;
  get(portId: string, version: ImageVersion): Promise<ImageRecord | undefined>;
  list(portId: string): Promise<readonly ImageRecord[]>;
  source(image: ImageRecord): FileSource;
  /** Reads the content again in a worker; returns its SHA-256. */
  rehash(image: ImageRecord): Promise<string>;
  /** After proof on the device: current → previous → archive 1…, `version` → current. Named versions stay. Idempotent per `jobId`. */
  promote(portId: string, version: ImageVersion, jobId: string): Promise<void>;
  /** Named OS files and the candidate. Errors: IMAGE_UNKNOWN, IMAGE_KEPT, STORE_FAILED. */
  delete(portId: string, name: ImageVersion): Promise<void>;
}
