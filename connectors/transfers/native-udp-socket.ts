/**
 * A UDP socket that sends a window of blocks in one system call, with the optional native part (native/udp-blocks.cc, built
 * by `npm run build:native`). What comes in, and what the kernel does not take at once, goes through Node.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RolloverTo } from '../../protocols/tftp/block-number.js';
import { NodeUdpSocket } from './node-udp-socket.js';
import type { BlockRun, MakeUdpSocket, OnDatagram, UdpPeer, UdpSocket } from './udp-socket.js';

/** What native/udp-blocks.cc exports. */
export interface NativeBlocks {
  open(host: string, port: number): number;
  seal(fd: number): void;
  address(host: string, port: number): Uint8Array;
  send(
    ...run: [
      fd: number,
      address: Uint8Array,
      first: number,
      count: number,
      rolloverTo: RolloverTo,
      blockBytes: number,
      bytes: Uint8Array,
    ]
  ): number;
}

const BUILT = 'native/build/Release/udp_blocks.node';
/** From this folder to the root of the checkout, in the sources and in dist/. */
const MOST_PARENTS = 4;

/** The native part, where it was built and fits this Node. */
export function loadNativeBlocks(): NativeBlocks | undefined {
  let folder = import.meta.dirname;
  for (let parent = 0; parent < MOST_PARENTS; parent += 1) {
    folder = dirname(folder);
    const path = join(folder, BUILT);
    if (!existsSync(path)) continue;
    try {
      return createRequire(import.meta.url)(path) as NativeBlocks;
    } catch {
      // Built for another Node or another machine: as if it were not there.
      return undefined;
    }
  }
  return undefined;
}

/** Sockets with the native part where it is there, else Node's own. */
export function fastestUdpSocket(): MakeUdpSocket {
  const native = loadNativeBlocks();
  if (native === undefined) return (host, onTrouble) => new NodeUdpSocket(host, onTrouble);
  return (host, onTrouble) => new NativeUdpSocket(native, new NodeUdpSocket(host, onTrouble));
}

export class NativeUdpSocket implements UdpSocket {
  readonly #native: NativeBlocks;
  readonly #node: NodeUdpSocket;
  readonly #addresses = new WeakMap<UdpPeer, { readonly port: number; readonly bytes: Uint8Array }>();
  #fd = -1;

  /** `node` is not bound yet. */
  constructor(native: NativeBlocks, node: NodeUdpSocket) {
    this.#native = native;
    this.#node = node;
  }

  get port(): number {
    return this.#node.port;
  }

  async bind(host: string, port: number, onDatagram: OnDatagram): Promise<void> {
    const fd = this.#native.open(host, port);
    await this.#node.adopt(fd, onDatagram);
    this.#native.seal(fd);
    this.#fd = fd;
  }

  send(datagram: Uint8Array, to: UdpPeer): void {
    this.#node.send(datagram, to);
  }

  sendBlocks(blocks: BlockRun, to: UdpPeer): void {
    if (this.#fd < 0) return;
    const { first, count, rolloverTo, blockBytes, bytes } = blocks;
    const sent = this.#native.send(this.#fd, this.#addressOf(to), first, count, rolloverTo, blockBytes, bytes);
    if (sent === count) return;
    const rest = { first: first + sent, count: count - sent, bytes: bytes.subarray(sent * blockBytes) };
    this.#node.sendBlocks({ ...blocks, ...rest }, to);
  }

  async close(): Promise<void> {
    // The number is another's as soon as Node has closed it.
    this.#fd = -1;
    await this.#node.close();
  }

  #addressOf(peer: UdpPeer): Uint8Array {
    const known = this.#addresses.get(peer);
    if (known?.port === peer.port) return known.bytes;
    const bytes = this.#native.address(peer.address, peer.port);
    this.#addresses.set(peer, { port: peer.port, bytes });
    return bytes;
  }
}
