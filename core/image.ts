/** OS files of a port's file store (Uplogix file system, research: vendors §1.2). */

/** A version as users type it: `candidate`, `current`, `previous`, `archive 3`, or a name of 1–9 characters `[A-Za-z0-9_]`. */
export type ImageVersion = string;

/** One stored image. Content is addressed by `sha256` (lower-case hex). */
export interface ImageRecord {
  readonly portId: string;
  readonly version: ImageVersion;
  /** The vendor's own file name, e.g. `c1700-y-mz.123-1a.bin`. */
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly md5: string;
  /** CRC-32 (IEEE 802.3), eight lower-case hex digits: what U-Boot's `crc32` prints. */
  readonly crc32: string;
  readonly storedAtMs: number;
  /** The vendor's hash that it was compared with when it was stored. */
  readonly vendorHash?: VendorHash;
}

export type VendorHash = 'sha256' | 'sha512' | 'md5';

/** Most archives and named OS files that a port keeps (vendors §1.2). */
export const MAX_ARCHIVES = 20;
export const MAX_NAMED_OS_FILES = 6;

const NAMED = /^[A-Za-z0-9_]{1,9}$/;
const ARCHIVE = /^archive (?:[1-9]|1\d|20)$/;
const FIXED: readonly string[] = ['candidate', 'current', 'previous'];

/** Whether a version word may name an OS file. `archive` alone is no version. */
export function isImageVersion(version: string): boolean {
  return FIXED.includes(version) || ARCHIVE.test(version) || (NAMED.test(version) && version !== 'archive');
}

/** Whether a file may be stored under this: every version but `archive N`, which only moves; `archive` is the newest of them. */
export function isStoreVersion(version: string): boolean {
  return version === 'archive' || (isImageVersion(version) && !ARCHIVE.test(version));
}
