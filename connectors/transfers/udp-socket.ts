/** What the TFTP adapters want of a UDP socket: Node's own (node-udp-socket.ts), or a faster one. */
import type { RolloverTo } from '../../protocols/tftp/block-number.js';

export interface UdpPeer {
  readonly address: string;
  readonly port: number;
}

/** DATA blocks that follow each other in a file. */
export interface BlockRun {
  /** Count of the first block; a file begins with 1. */
  readonly first: number;
  readonly rolloverTo: RolloverTo;
  readonly blockBytes: number;
  /** Their bytes, end to end; only the last block may be shorter than `blockBytes`. Not changed afterwards by anybody. */
  readonly bytes: Uint8Array;
  /** How many; one more than `bytes` fills where the last is empty. */
  readonly count: number;
}

/** `datagram` is the receiver's to keep. */
export type OnDatagram = (datagram: Uint8Array, from: UdpPeer) => void;

export interface UdpSocket {
  /** 0 before `bind`. */
  readonly port: number;
  /** Port 0: any free one. Rejects with the error of the system (`code`). */
  bind(host: string, port: number, onDatagram: OnDatagram): Promise<void>;
  send(datagram: Uint8Array, to: UdpPeer): void;
  sendBlocks(blocks: BlockRun, to: UdpPeer): void;
  /** What `send` has taken still leaves. */
  close(): Promise<void>;
}

/** `onTrouble` hears what the system says later: a buffer that is full, an interface that went. */
export type MakeUdpSocket = (host: string, onTrouble: (error: Error) => void) => UdpSocket;
