/** What goes into the YMODEM engines and what comes out (ymodem-sender.ts, ymodem-receiver.ts). */
import type { BlockSize } from './block.js';
import type { FileHeader } from './file-header.js';
import type { XmodemReceiveFailure, XmodemReceiverInput } from './receiver-io.js';
import type { XmodemSendFailure, XmodemSenderInput } from './sender-io.js';

export interface YmodemSenderOptions {
  /** In the order in which they are sent. */
  readonly files: readonly FileHeader[];
  readonly blockSize: BlockSize;
  /** Fills the last block. Default 0x1A. */
  readonly padByte?: number;
  /** Wait for the receiver's first request, ms. Default 60 000. */
  readonly startTimeoutMs?: number;
  /** Wait for the answer to EOT, ms. Default 5000. */
  readonly endTimeoutMs?: number;
}

export type YmodemSenderInput = XmodemSenderInput;

/** `unfinished`: the receiver took a file and asked for no other, though there are more. */
export type YmodemSendFailure = XmodemSendFailure | 'unfinished';

export type YmodemSenderOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Answer with `data` of at most `maxBytes` from the file `file`; asked once at a time. */
  | { readonly kind: 'needData'; readonly file: number; readonly maxBytes: number }
  /** Payload bytes acknowledged so far, over all files. */
  | { readonly kind: 'progress'; readonly bytes: number }
  | {
      readonly kind: 'done';
      readonly bytes: number;
      /** The same with the fill of each file's last block; a receiver that heeds the header keeps none of it. */
      readonly paddedBytes: number;
      readonly resentBlocks: number;
      /** False: the end of the last file was never acknowledged; only the far end's own hash can tell. */
      readonly eotAcknowledged: boolean;
    }
  | { readonly kind: 'failed'; readonly reason: YmodemSendFailure; readonly bytes: number };

export interface YmodemReceiverOptions {
  /** Ask with `G`: the sender streams, and the first fault ends the batch. For lines that lose nothing. Default false. */
  readonly streaming?: boolean;
}

export type YmodemReceiverInput = XmodemReceiverInput;

/** `badHeader`: block 0 names no file; `shortFile`: a file ended before its announced length. */
export type YmodemReceiveFailure = XmodemReceiveFailure | 'badHeader' | 'shortFile';

export type YmodemReceiverOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** A file begins; its `data` follows. */
  | { readonly kind: 'file'; readonly header: FileHeader }
  /** Content, without fill where the header tells the length. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The file is whole. `paddedBytes`: at most so many at its end are fill, 0 where the header told the length. */
  | { readonly kind: 'fileDone'; readonly bytes: number; readonly paddedBytes: number }
  /**
   * The batch is over. `closed` is false where the sender went away after a whole file without saying that it was the
   * last: lrzsz `sb` does so in YMODEM-g.
   */
  | { readonly kind: 'done'; readonly files: number; readonly closed: boolean }
  | {
      readonly kind: 'failed';
      readonly reason: YmodemReceiveFailure;
      /** More words where the reason has them. */
      readonly detail?: string;
      /** Of the file that was broken off. */
      readonly bytes: number;
    };
