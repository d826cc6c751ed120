/** Our own file servers that devices pull from. A file is reachable only through a grant. */
import type { FileSource } from './transfer.js';

export interface Grant {
  readonly source: FileSource;
  /** Only this address may fetch it; absent: anyone who knows the one-time name. */
  readonly peerAddress?: string;
  /** Name the device asks for; `{random}` is filled. Absent: random. */
  readonly path?: string;
  onProgress(bytes: number): void;
}

/** How one fetch of a grant ended. */
export interface Fetch {
  readonly peer: string;
  readonly bytes: number;
  readonly complete: boolean;
  /** Protocol error code and text where the peer or we broke it off. */
  readonly reason?: string;
}

export interface Exposure {
  /** What the device asks for. */
  readonly path: string;
  /** Port that the server listens on. */
  readonly port: number;
  /** Fetches so far, oldest first. */
  readonly fetches: readonly Fetch[];
  /** Bytes acknowledged by the newest fetch. */
  readonly bytes: number;
  /** Takes the file away; a running fetch is broken off with the protocol's own error. */
  close(reason: string): void;
}

export interface TransferServer {
  readonly method: string;
  /** Errors: LISTEN_REFUSED. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Where it listens; port 0 is resolved after `start`. */
  readonly address: { readonly host: string; readonly port: number };
  expose(grant: Grant): Exposure;
}
