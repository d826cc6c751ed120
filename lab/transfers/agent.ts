/** Who moves the bytes of a file into a simulated device: a foreign program, or our own engines. */

/** The console line while a transfer has it. */
export interface Wire {
  /** Returns the way to stop. */
  onBytes(listener: (bytes: Uint8Array) => void): () => void;
  write(bytes: Uint8Array): void;
}

export type TransferFailure = 'timeout' | 'notFound' | 'refused' | 'cancelled';

export type TransferOutcome =
  | { readonly kind: 'received' }
  /** `text` is the program's own word for it. */
  | { readonly kind: 'failed'; readonly failure: TransferFailure; readonly text: string };

export interface TftpRequest {
  readonly host: string;
  readonly port: number;
  readonly remoteFile: string;
  readonly localPath: string;
  /** Kills the transfer; what was received stays at `localPath`. */
  readonly signal: AbortSignal;
}

export interface XmodemRequest {
  readonly wire: Wire;
  readonly localPath: string;
  /** CRC-16 instead of the checksum byte. */
  readonly crc: boolean;
  readonly signal: AbortSignal;
}

export interface TransferAgent {
  /** Name and version of what moves TFTP bytes, for journal and transcript. Errors: LAB_PROGRAM_MISSING. */
  tftpProgram(): Promise<string>;
  xmodemProgram(): Promise<string>;
  tftpGet(request: TftpRequest): Promise<TransferOutcome>;
  xmodemReceive(request: XmodemRequest): Promise<TransferOutcome>;
}
