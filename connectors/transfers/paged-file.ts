/** A file as a sender wants it: pages that are in memory at once, or come. */

/** Small enough that a thousand senders at a thousand places do not fill the memory, large enough that reading is cheap. */
export const PAGE_BYTES = 65_536;

export interface PagedFile {
  /** Length as it is sent. */
  readonly sizeBytes: number;
  /** The page, if it is in memory: PAGE_BYTES, the last one shorter. Never changed afterwards. */
  page(index: number): Uint8Array | undefined;
  /** Resolves when `page(index)` is or was in memory. Errors: TRANSFER_INTEGRITY, the source's own. */
  load(index: number): Promise<void>;
  /** Lets go of it. */
  close(): void;
}
