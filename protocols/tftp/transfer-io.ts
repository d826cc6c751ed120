/** What goes into the TFTP engines and what comes out (send-transfer.ts, receive-transfer.ts). */
import type { RolloverTo } from './block-number.js';
import type { TransferTerms } from './options.js';
import type { DecodedTftp, TftpMode, TftpOptions } from './packet.js';

/** A request of ours: the engine is the client. Options that are absent are not asked. */
export interface TftpRequest {
  readonly fileName: string;
  /** Default `octet`. */
  readonly mode?: TftpMode;
  /** `blksize`; without it 512. */
  readonly blockBytes?: number;
  /** `windowsize`; without it 1. */
  readonly windowBlocks?: number;
  /** `timeout`, whole seconds. */
  readonly timeoutSeconds?: number;
  /** Ask for the length with `tsize`, or tell it. */
  readonly askSize?: boolean;
  /** tftp-hpa's `rollover`. */
  readonly rolloverTo?: RolloverTo;
}

/** We answer a request that was granted. */
export interface Answer {
  readonly kind: 'answer';
  readonly terms: TransferTerms;
  /** What the OACK says; empty: there is none. */
  readonly granted: TftpOptions;
}

/** Who speaks first: the peer, or we. */
export type Opening = Answer | { readonly kind: 'request'; readonly request: TftpRequest };

export type TransferInput =
  /** A packet from the peer's own address and port. */
  | { readonly kind: 'packet'; readonly packet: DecodedTftp }
  | { readonly kind: 'timer' }
  /** Ends it with an ERROR to the peer (code of TFTP_ERROR, ASCII message). */
  | { readonly kind: 'abort'; readonly code: number; readonly message: string };

export type SendInput =
  | TransferInput
  /** The blocks that were asked for left only now: the caller had to read them first. */
  | { readonly kind: 'left' };

export type ReceiveInput =
  | TransferInput
  /** All `data` so far is where it belongs: it may be acknowledged. */
  | { readonly kind: 'stored' };

/**
 * `peerError`: the peer's ERROR; `illegal`: it broke the protocol; `silent`: it stopped answering; `endUnknown`: all was
 * sent, only the last acknowledgement never came; `aborted`: by the caller.
 */
export type TransferFailure = 'peerError' | 'illegal' | 'silent' | 'endUnknown' | 'aborted';

export interface Failed {
  readonly kind: 'failed';
  readonly reason: TransferFailure;
  /** The peer's own error, or ours that the peer was told. */
  readonly code?: number;
  readonly message?: string;
}

interface Sending {
  readonly kind: 'send';
  readonly bytes: Uint8Array;
}

interface Terms {
  readonly kind: 'terms';
  readonly terms: TransferTerms;
}

export type SendOutput =
  | Sending
  | Terms
  /** DATA blocks `first`…`first + count - 1` (the first of a file is 1) go out now. */
  | { readonly kind: 'blocks'; readonly first: number; readonly count: number }
  | { readonly kind: 'done' }
  | Failed;

export type ReceiveOutput =
  | Sending
  | Terms
  /** The next bytes of the file; a view into the datagram. Answer with `stored` when they are where they belong. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The file is whole and acknowledged. The engine stays until `closed`, to repeat the last acknowledgement. */
  | { readonly kind: 'done' }
  | Failed
  | { readonly kind: 'closed' };
