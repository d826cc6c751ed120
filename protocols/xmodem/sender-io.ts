/** What goes into the XMODEM sender and what comes out (sender.ts). */
import { MAX_RETRIES, SUB } from './block.js';
import type { BlockSize, Check } from './block.js';

export interface XmodemSenderOptions {
  readonly blockSize: BlockSize;
  /** Fills the last block. Default 0x1A. */
  readonly padByte?: number;
  /** Wait for the receiver's first `C` or NAK, ms. Default 60 000. */
  readonly startTimeoutMs?: number;
  /** Wait for the answer to a block, ms. Default 10 000 (Forsberg, chapter 7). */
  readonly replyTimeoutMs?: number;
  /** Wait for the answer to EOT, ms. Default 5000. */
  readonly endTimeoutMs?: number;
  /** EOTs left unanswered before the end counts as unacknowledged. Default 2: one lost byte is made good. */
  readonly endTries?: number;
  /** Retries of one block. Default 10 (Forsberg, chapter 7). */
  readonly maxRetries?: number;
  /** Number of the first block. Default 1; YMODEM's file header is block 0. */
  readonly firstNumber?: 0 | 1;
  /** False: the bytes are over with their last acknowledgement, no EOT is sent. Default true. */
  readonly endsWithEot?: boolean;
  /** A `C` counts when nothing follows it for this long, ms. Default 250: the next letter of a word would come within 9 at 1200 baud. */
  readonly startQuietMs?: number;
  /** What is used when no receiver asked within `startTimeoutMs`. Default: none, it fails with `noStart`. */
  readonly startAnyhow?: Check;
}

/** What the sender takes where nothing is said. */
export const SENDER_DEFAULTS = {
  padByte: SUB,
  startTimeoutMs: 60_000,
  replyTimeoutMs: 10_000,
  endTimeoutMs: 5000,
  endTries: 2,
  maxRetries: MAX_RETRIES,
  firstNumber: 1 as 0 | 1,
  endsWithEot: true,
  startQuietMs: 250,
};

export type XmodemSenderInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The next bytes of the file; `last` with the final (perhaps empty) piece. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly last: boolean }
  | { readonly kind: 'timer' }
  | { readonly kind: 'abort' };

/** `noStart`: no receiver; `retriesSpent`: one block never got through; `cancelled`: the receiver sent CAN CAN. */
export type XmodemSendFailure = 'noStart' | 'retriesSpent' | 'cancelled' | 'aborted';

export type XmodemSenderOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Answer with `data` of at most `maxBytes`; asked once at a time. */
  | { readonly kind: 'needData'; readonly maxBytes: number }
  | { readonly kind: 'started'; readonly check: Check }
  /** Payload bytes acknowledged so far. */
  | { readonly kind: 'progress'; readonly bytes: number }
  | {
      readonly kind: 'done';
      readonly bytes: number;
      /** The same with the fill of the last block: what the far end may have kept. */
      readonly paddedBytes: number;
      readonly resentBlocks: number;
      /** False: every block was acknowledged, the end was not; only the far end's own hash can tell. */
      readonly eotAcknowledged: boolean;
    }
  | {
      readonly kind: 'failed';
      readonly reason: XmodemSendFailure;
      readonly bytes: number;
      readonly resentBlocks: number;
    };
