/** One transfer of the TFTP server, sending or receiving; what both kinds share. */
import type { Clock } from '../../core/ports/clock.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import type { Failed } from '../../protocols/tftp/transfer-io.js';
import type { UdpPeer, UdpSocket } from './udp-socket.js';

export interface TftpRun {
  /** Monotonic ms of the engine's deadline; `Infinity` where nothing is awaited from time. */
  readonly deadlineMs: number;
  /** The peer has answered: it is no forged address. */
  readonly heard: boolean;
  /** When its peer last sent anything, monotonic ms. */
  readonly heardAtMs: number;
  /** A datagram of its own peer. */
  receive(datagram: Uint8Array): void;
  /** The deadline has come; also the beginning. */
  tick(): void;
  /** Breaks it off with an ERROR to the peer. */
  abort(code: number, reason: string): void;
  /** Ends it without a word to the peer, who is busy with something else. */
  abandon(reason: string): void;
}

export interface RunFailure {
  readonly failed: Failed;
  /** What failed on our side: the file. */
  readonly cause?: unknown;
}

export interface TftpRunDeps {
  readonly clock: Clock;
  /** Shared with other runs. */
  readonly socket: UdpSocket;
  readonly peer: UdpPeer;
  /** The deadline may have moved earlier. */
  onDeadline(deadlineMs: number): void;
  /** How it went; called once. `failure` where it is not complete. */
  onResult(fetch: Fetch, failure?: RunFailure): void;
  /** No packet of this peer concerns it any more; called once, not before `onResult`. */
  onOver(): void;
}

/** In words for logs and for the job that waits for the file. */
export function describeFailure({ reason, code = 0, message = '' }: Failed): string {
  switch (reason) {
    case 'peerError':
      return `the peer sent error ${code}: ${message}`;
    case 'illegal':
      return `the peer broke the protocol: ${message}`;
    case 'silent':
      return 'the peer stopped answering';
    case 'endUnknown':
      return 'the last block was never acknowledged';
    case 'aborted':
      return message;
  }
}

/** TFTP messages are netascii; a long one would not pass everywhere. */
export function tftpMessage(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
