/** What goes into and comes out of the SFTP server's session. */

export interface SftpServed {
  /** The granted name. */
  readonly path: string;
  readonly access: 'read' | 'write';
  /** Length of the file, or of what is held of it already. */
  readonly sizeBytes: number;
}

export type SftpServerInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Answer to `read`: exactly what was wished for. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** Answer to `open`, `write`, `truncate`, `close`. `sizeBytes`: length of the file now. */
  | { readonly kind: 'done'; readonly sizeBytes: number }
  /** Answer to any of them: a status code of FX, and why. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  /** The client has closed its channel in order: it has what it wanted. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'abort'; readonly message: string };

/** One wish at a time is open; the next one comes out of the answer to it. */
export type SftpServerOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'read'; readonly offset: number; readonly lengthBytes: number }
  | { readonly kind: 'open'; readonly truncate: boolean }
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly sizeBytes: number }
  /** The client has brought the whole file. */
  | { readonly kind: 'close' }
  /** A fetch begins at this byte of the file. */
  | { readonly kind: 'began'; readonly offset: number }
  /** The first `bytes` of the file have been answered with. */
  | { readonly kind: 'progress'; readonly bytes: number }
  /** The client has let go of a file that it fetched; `complete`: up to its last byte, without a gap. */
  | { readonly kind: 'fetched'; readonly bytes: number; readonly complete: boolean }
  | { readonly kind: 'failed'; readonly reason: 'illegal' | 'aborted'; readonly message: string };
