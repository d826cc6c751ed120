/** Our own file servers that devices pull from and push to. A file is reachable only through a grant. */
import type { TransferProgress } from '../transfer-progress.js';
import type { FileSink, FileSource } from './transfer.js';

/** What both kinds of grant say. */
export interface GrantTerms {
  /** Only this address may come; absent: anyone who knows the one-time name. */
  readonly peerAddress?: string;
  /** Name the device asks for; `{random}` is filled. Absent: random. */
  readonly path?: string;
  /** The grant ends by itself after this long, ms; absent: when it is closed. */
  readonly lifetimeMs?: number;
  /** OpenSSH public keys that may log in instead of the password, where the protocol has keys. */
  readonly publicKeys?: readonly string[];
  onProgress(progress: TransferProgress): void;
}

/** One file that a device may fetch. */
export interface Grant extends GrantTerms {
  readonly source: FileSource;
}

/** One file that a device may bring. It is whole when a fetch of it is `complete`. */
export interface UploadGrant extends GrantTerms {
  readonly sink: FileSink;
}

/** How one fetch (or bringing) of a granted file ended. */
export interface Fetch {
  readonly peer: string;
  readonly bytes: number;
  readonly complete: boolean;
  /** Of what was brought, lower-case hex; absent for what was fetched. */
  readonly sha256?: string;
  /** Protocol error code and text where the peer or we broke it off. */
  readonly reason?: string;
}

export interface Exposure {
  /** What the device asks for. */
  readonly path: string;
  /** Port that the server listens on. */
  readonly port: number;
  /** One-time login, where the protocol has logins. */
  readonly login?: { readonly username: string; readonly password: string } | undefined;
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
  /** Absent where the server only sends. */
  accept?(grant: UploadGrant): Exposure;
}
