/** Moving one file over the claimed line. */
import type { Line } from './line.js';

/** A file to send: opened anew for each attempt, streamed, never whole in memory. */
export interface FileSource {
  readonly fileName: string;
  readonly sizeBytes: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface InBandOptions {
  readonly method: 'xmodem';
  readonly blockSize: 128 | 1024;
  /** No acknowledged block for this long ends it, ms. */
  readonly stallMs: number;
  readonly totalMs: number;
  /** Pause between the far end's answer and our next block, ms. Default 0. */
  readonly turnaroundMs?: number;
  readonly signal: AbortSignal;
  onProgress(bytes: number): void;
}

export interface TransferResult {
  readonly bytes: number;
  /** What the far end may have kept: the file padded to whole blocks. */
  readonly paddedBytes: number;
  readonly resentBlocks: number;
  /** False where the far end never acknowledged the end: only its own hash can tell. */
  readonly endAcknowledged: boolean;
}

export interface InBandTransfer {
  /** Errors: TRANSFER_TRANSPORT, TRANSFER_TIMEOUT, TRANSFER_REFUSED (far end cancelled), TRANSFER_ABORTED, CONSOLE_LOST. */
  send(line: Line, source: FileSource, options: InBandOptions): Promise<TransferResult>;
}
