/** What goes into the XMODEM receiver and what comes out (receiver.ts). */
import { SUB } from './block.js';

export interface XmodemReceiverOptions {
  /** Ask for the CRC first. Default true. */
  readonly crc?: boolean;
  /** Doubt the first EOT with a NAK: a bit error in the gap between blocks must not end the file. Default true. */
  readonly nakFirstEot?: boolean;
  /** What the sender is taken to fill the last block with. Default 0x1A. */
  readonly padByte?: number;
  /** Number of the first block. Default 1; YMODEM's file header is block 0. */
  readonly firstNumber?: 0 | 1;
  /** One block is all; its acknowledgement ends the transfer, no EOT is awaited. Default false. */
  readonly single?: boolean;
  /** The block before the first was taken already; its repetition is acknowledged. Default false. */
  readonly afterHeader?: boolean;
  /** Requests for the first block before it fails with `noStart`, 3 s apart. Default 20. */
  readonly startRequests?: number;
  /** Ask with `G`: nothing is acknowledged but the end, and the first fault ends the transfer (Forsberg, chapter 6). Default false. */
  readonly streaming?: boolean;
}

export const RECEIVER_DEFAULTS = {
  crc: true,
  nakFirstEot: true,
  padByte: SUB,
  firstNumber: 1 as 0 | 1,
  single: false,
  afterHeader: false,
  startRequests: 20,
  streaming: false,
};

export type XmodemReceiverInput =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'timer' } | { readonly kind: 'abort' };

/**
 * `noStart`: no sender; `retriesSpent`: one block never came whole; `outOfSequence`: a block neither next nor repeated;
 * `damaged`: a fault in a stream that has no retries; `cancelled`: the sender sent CAN CAN.
 */
export type XmodemReceiveFailure = 'noStart' | 'retriesSpent' | 'outOfSequence' | 'damaged' | 'cancelled' | 'aborted';

export type XmodemReceiverOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** One block's payload, its fill included: only the file's own length or hash can tell fill from content. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** `bytes` were delivered; at most the last `paddedBytes` of them are fill. */
  | { readonly kind: 'done'; readonly bytes: number; readonly paddedBytes: number }
  | { readonly kind: 'failed'; readonly reason: XmodemReceiveFailure; readonly bytes: number };
