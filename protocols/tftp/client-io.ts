/** What goes into the TFTP client and what comes out (client-transfer.ts). */
import type { TransferTerms } from './options.js';
import type { TftpPacket } from './packet.js';

export interface ClientTransferOptions {
  readonly fileName: string;
  /** `blksize`; absent: not asked, 512. */
  readonly blockBytes?: number;
  /** `windowsize`; absent: not asked, 1. */
  readonly windowBlocks?: number;
  /** `timeout`, whole seconds. */
  readonly timeoutSeconds?: number;
  /** Ask for the length with `tsize`. */
  readonly askSize?: boolean;
}

export type ClientTransferInput =
  | { readonly kind: 'packet'; readonly packet: TftpPacket | { readonly kind: 'malformed' } }
  | { readonly kind: 'timer' }
  | { readonly kind: 'abort' };

/** `refused`: the server's ERROR; `illegal`: it broke the protocol; `silent`: it stopped answering. */
export type ClientTransferFailure = 'refused' | 'illegal' | 'silent' | 'aborted';

export type ClientTransferOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'terms'; readonly terms: TransferTerms }
  /** The next bytes of the file; a view into the datagram. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The file is whole. The socket stays open for `closed`, to repeat the last acknowledgement. */
  | { readonly kind: 'done'; readonly bytes: number }
  | {
      readonly kind: 'failed';
      readonly reason: ClientTransferFailure;
      readonly code?: number;
      readonly message?: string;
    }
  | { readonly kind: 'closed' };
