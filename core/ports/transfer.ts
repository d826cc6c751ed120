/**
 * Moving one file: over the claimed line (`InBandTransfer`), or over the network with us as the client
 * (`TransferClient`). Where the device is the client, our own servers move it (`transfer-server.ts`).
 */
import type { TransferProgress } from '../transfer-progress.js';
import type { Line } from './line.js';
import type { Credentials } from './secrets.js';

/** Part of a file. */
export interface FileRange {
  /** First byte. Default 0: a resumed transfer begins in the middle. */
  readonly offset?: number;
  /** First byte that is not read. Default: the end of the file. */
  readonly endOffset?: number;
}

/** A file to send: opened anew for each attempt, streamed, never whole in memory. */
export interface FileSource {
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Lower-case hex; absent where it is not known beforehand. */
  readonly sha256?: string;
  open(range?: FileRange): AsyncIterable<Uint8Array>;
  /** As `open`, into memory that the caller keeps and uses again: the way of fast transfers. Absent: `open` alone. */
  openReader?(): Promise<FileReader>;
}

/** A stored file that is open. */
export interface FileReader {
  /** Fills `into` from `offset` of the file on; resolves with the bytes read, 0 at the end. One call at a time. */
  read(into: Uint8Array, offset: number): Promise<number>;
  close(): Promise<void>;
}

/** Where a received file goes. Calls come one at a time, in order. */
export interface FileSink {
  /** The longest file that is taken, bytes: one byte more ends the transfer with TRANSFER_SPACE. */
  readonly maxBytes: number;
  /** Bytes that an earlier, broken-off transfer left here and a client that can resume may build on. */
  readonly heldBytes: number;
  /** Adds bytes at the end; resolves when more may come. Errors: TRANSFER_SPACE, STORE_FAILED. */
  write(bytes: Uint8Array): Promise<void>;
  /** Cuts to the first `sizeBytes`: padding is taken off, or a resume is given up (0). */
  truncate(sizeBytes: number): Promise<void>;
}

/** What every transfer is given besides its two ends. */
export interface TransferOptions {
  /** No byte acknowledged by the far end, or received from it, for this long ends it with TRANSFER_TIMEOUT, ms. */
  readonly stallMs: number;
  /** All of it must be over by then, ms. */
  readonly totalMs: number;
  /** Ends it cleanly on the wire with TRANSFER_ABORTED. */
  readonly signal: AbortSignal;
  /**
   * `put` builds on what an earlier, broken-off one left there, where the protocol can tell that it is the same file.
   * Default false: the file is brought from its beginning.
   */
  readonly resume?: boolean;
  onProgress(progress: TransferProgress): void;
}

/** What a transfer that came to its end has moved. */
export interface MovedFile {
  /** Length of the file, bytes. */
  readonly bytes: number;
  /** Of the whole file as it passed by, lower-case hex; absent where a resumed transfer did not see its beginning. */
  readonly sha256?: string;
}

/** XMODEM carries one file without its length; YMODEM names, lengths and batches. */
export type InBandMethod = 'xmodem' | 'ymodem';

export interface InBandOptions extends TransferOptions {
  readonly method: InBandMethod;
  readonly blockSize: 128 | 1024;
  /** Fills the last block. Default 0x1A. */
  readonly padByte?: number;
  /** Pause between the far end's answer and our next block, ms. Default 0. */
  readonly turnaroundMs?: number;
}

export interface TransferResult extends MovedFile {
  /** What the far end may have kept: the file padded to whole blocks. */
  readonly paddedBytes: number;
  readonly resentBlocks: number;
  /** False where the far end never acknowledged the end: only its own hash can tell. */
  readonly endAcknowledged: boolean;
}

export interface InBandReceiveOptions extends TransferOptions {
  readonly method: InBandMethod;
  /** YMODEM-g: nothing is acknowledged, the first fault ends it. For lines that lose nothing. Default false. */
  readonly streaming?: boolean;
  /** What the sender is taken to fill the last block with. Default 0x1A. */
  readonly padByte?: number;
}

/** What the far end says of a file that it sends; XMODEM says nothing. */
export interface OfferedFile {
  /** Without folders. */
  readonly fileName?: string;
  readonly sizeBytes?: number;
  /** Epoch ms. */
  readonly modifiedAtMs?: number;
}

export interface InBandReceived extends MovedFile, OfferedFile {
  /**
   * At most so many of the last bytes are fill and not content: 0 where the far end told the length. Only a length or hash
   * from elsewhere can tell fill from content that ends in the same bytes.
   */
  readonly paddedBytes: number;
}

/** `cancelled`: it asked, was cancelled, and asks no more; `console`: text stands there; `quiet`: nobody asked. */
export type LeftReceiver = 'cancelled' | 'console' | 'quiet';

export interface InBandTransfer {
  /**
   * Resolves when the far end has every block. What it keeps may be longer (padded: lrzsz `rx`) or shorter (every trailing
   * 0x1A is gone: U-Boot `loadx`) than the file: verify over the known length. Errors: TRANSFER_TIMEOUT (no receiver, a
   * stall, the total time), TRANSFER_TRANSPORT (one block never got through), TRANSFER_REFUSED (the far end cancelled),
   * TRANSFER_INTEGRITY (the stored file is not what its record says), TRANSFER_ABORTED, CONSOLE_LOST, LINE_FENCED.
   */
  send(line: Line, source: FileSource, options: InBandOptions): Promise<TransferResult>;
  /**
   * One file. Errors: as `send`; TRANSFER_SPACE and STORE_FAILED of the sink, TRANSFER_INTEGRITY (shorter than announced),
   * TRANSFER_REFUSED (a second file), TRANSFER_REMOTE_FILE (no file at all).
   */
  receive(line: Line, sink: FileSink, options: InBandReceiveOptions): Promise<InBandReceived>;
  /**
   * Ends what an earlier transfer may have left waiting at the far end: cancels at the receiver's own request, which comes
   * within eleven seconds. Nothing is written unless one asks. Errors: the signal's reason, CONSOLE_LOST, LINE_FENCED.
   */
  breakOff(line: Line, signal: AbortSignal): Promise<LeftReceiver>;
}

/** A file at another host. */
export interface RemoteFile {
  readonly host: string;
  /** Default: the protocol's own. */
  readonly port?: number;
  /** As the protocol names it; no path of ours. */
  readonly path: string;
  readonly credentials?: Credentials;
  /** SSH only: also the algorithms of devices that know nothing newer. */
  readonly legacyAlgorithms?: boolean;
}

/** One protocol with us as the client. Errors of both: TRANSFER_* by class, see `core/errors/transfer.ts`. */
export interface TransferClient {
  /** Fetches a file; builds on `sink.heldBytes` where the protocol can resume. */
  get(remote: RemoteFile, sink: FileSink, options: TransferOptions): Promise<MovedFile>;
  /** Brings a file there. */
  put(remote: RemoteFile, source: FileSource, options: TransferOptions): Promise<MovedFile>;
}
