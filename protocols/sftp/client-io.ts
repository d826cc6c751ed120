/** What goes into and comes out of the SFTP client's two machines. */

export type SftpClientFailure =
  /** The server said no: a status code of FX and its text. */
  | { readonly reason: 'status'; readonly code: number; readonly message: string }
  /** The server's disk is full: it said so, or its free space did. */
  | { readonly reason: 'space'; readonly message: string }
  /** The file ended early, or is not as long as it was written. */
  | { readonly reason: 'length'; readonly message: string }
  /** The server broke the protocol. */
  | { readonly reason: 'illegal'; readonly message: string };

export type SftpSend = { readonly kind: 'send'; readonly bytes: Uint8Array };
export type SftpFailed = { readonly kind: 'failed' } & SftpClientFailure;

export interface ClientLimits {
  /** Requests that wait for their answer at once: 64 is what OpenSSH's own client asks for. */
  readonly maxRequests: number;
  /** Of one request: what is one piece counts as moved when all of it is there, and on a slow link that must not look like a stall. */
  readonly maxRequestBytes: number;
  /** Bytes of them in all: above the 2 MiB that an SSH channel carries, so that the channel is never empty. */
  readonly maxBytes: number;
}

export const DEFAULT_CLIENT_LIMITS: ClientLimits = {
  maxRequests: 64,
  maxBytes: 4 * 1024 * 1024,
  maxRequestBytes: 64 * 1024,
};

/** Requests at the beginning; each answer adds one, so that a small device is not drowned before it has answered once. */
export const FIRST_REQUESTS = 8;
