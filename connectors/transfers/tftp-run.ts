/** One transfer of the TFTP server, sending or receiving; what both kinds share. */
import type { Clock } from '../../core/ports/clock.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import type { TransferFailure } from '../../protocols/tftp/transfer-io.js';
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

export interface TftpRunDeps {
  readonly clock: Clock;
  /** Shared with other runs. */
  readonly socket: UdpSocket;
  readonly peer: UdpPeer;
  /** Bytes that the peer has acknowledged, or brought. */
  onProgress(bytes: number): void;
  /** The deadline may have moved earlier. */
  onDeadline(deadlineMs: number): void;
  /** How it went; called once. */
  onResult(fetch: Fetch): void;
  /** No packet of this peer concerns it any more; called once, not before `onResult`. */
  onOver(): void;
}

/** Progress is told this seldom, ms: a transfer has ten thousand acknowledgements a second. */
const PROGRESS_EVERY_MS = 50;

/** Tells progress now and then. */
export class ProgressBeat {
  readonly #tell: (bytes: number) => void;
  #toldAtMs = -Infinity;

  constructor(tell: (bytes: number) => void) {
    this.#tell = tell;
  }

  at(bytes: number, nowMs: number): void {
    if (nowMs - this.#toldAtMs < PROGRESS_EVERY_MS) return;
    this.#toldAtMs = nowMs;
    this.#tell(bytes);
  }
}

/** In words for logs and for the job that waits for the file. */
export function describeFailure(failed: {
  readonly reason: TransferFailure;
  readonly code?: number;
  readonly message?: string;
}): string {
  const { reason, code = 0, message = '' } = failed;
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
