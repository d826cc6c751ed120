/** A UDP socket of Node. */
import { createSocket } from 'node:dgram';
import type { BindOptions, RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { wireNumber } from '../../protocols/tftp/block-number.js';
import { DATA_HEAD_BYTES, writeDataHead } from '../../protocols/tftp/packet.js';
import type { BlockRun, OnDatagram, UdpPeer, UdpSocket } from './udp-socket.js';

/** Asked of the kernel, which gives at most net.core.rmem_max: many peers acknowledge at the same moment. */
const RECEIVE_BUFFER_BYTES = 1 << 20;

/** From here on copying a block costs more than gathering it. */
const LONG_BLOCK_BYTES = 2048;

export class NodeUdpSocket implements UdpSocket {
  readonly #socket: Socket;
  readonly #onTrouble: (error: Error) => void;
  #port = 0;
  #open = false;
  /** One for each block of a window. */
  #packets: Buffer[] = [];
  #packetBlockBytes = 0;

  constructor(host: string, onTrouble: (error: Error) => void) {
    const type = host.includes(':') ? 'udp6' : 'udp4';
    const family = type === 'udp6' ? 6 : 4;
    // Never asks a name server: every address here comes from a datagram or from the configuration.
    this.#socket = createSocket({ type, lookup: (address, _options, callback) => callback(null, address, family) });
    this.#onTrouble = onTrouble;
  }

  get port(): number {
    return this.#port;
  }

  bind(host: string, port: number, onDatagram: OnDatagram): Promise<void> {
    return this.#listen({ address: host, port }, onDatagram);
  }

  /** As `bind`, with a bound socket of the system; it is closed with this one. */
  adopt(fd: number, onDatagram: OnDatagram): Promise<void> {
    return this.#listen({ fd, exclusive: true }, onDatagram);
  }

  async #listen(where: BindOptions, onDatagram: OnDatagram): Promise<void> {
    const socket = this.#socket;
    try {
      // An address needs no look-up, so the socket may be bound before `bind` returns.
      const listening = once(socket, 'listening');
      socket.bind(where);
      await listening;
    } catch (error) {
      socket.close();
      throw error;
    }
    this.#open = true;
    this.#port = socket.address().port;
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    socket.on('error', this.#onTrouble);
    socket.on('message', (datagram: Uint8Array, from: RemoteInfo) => onDatagram(datagram, from));
  }

  send(datagram: Uint8Array, to: UdpPeer): void {
    if (this.#open) this.#socket.send(datagram, to.port, to.address);
  }

  sendBlocks(blocks: BlockRun, to: UdpPeer): void {
    if (!this.#open) return;
    if (blocks.blockBytes >= LONG_BLOCK_BYTES) this.#sendLong(blocks, to);
    else this.#sendShort(blocks, to);
  }

  /**
   * Packets are made in the same place again and again, unless the kernel did not take one at once: then Node still holds it,
   * and the place is given up.
   */
  #sendShort({ first, count, rolloverTo, blockBytes, bytes }: BlockRun, to: UdpPeer): void {
    const packets = this.#packetsFor(blockBytes, count);
    for (let index = 0; index < count; index += 1) {
      const payload = bytes.subarray(index * blockBytes, (index + 1) * blockBytes);
      const whole = packets[index] ?? Buffer.allocUnsafe(DATA_HEAD_BYTES + blockBytes);
      const packet = payload.length === blockBytes ? whole : whole.subarray(0, DATA_HEAD_BYTES + payload.length);
      writeDataHead(packet, 0, wireNumber(first + index, rolloverTo));
      packet.set(payload, DATA_HEAD_BYTES);
      this.#socket.send(packet, to.port, to.address);
    }
    if (this.#socket.getSendQueueCount() > 0) this.#packets = [];
  }

  #packetsFor(blockBytes: number, count: number): readonly Buffer[] {
    if (this.#packetBlockBytes !== blockBytes) this.#packets = [];
    this.#packetBlockBytes = blockBytes;
    while (this.#packets.length < count) this.#packets.push(Buffer.allocUnsafeSlow(DATA_HEAD_BYTES + blockBytes));
    return this.#packets;
  }

  /** The kernel gathers head and payload: a copy of the payload would only be garbage. */
  #sendLong({ first, count, rolloverTo, blockBytes, bytes }: BlockRun, to: UdpPeer): void {
    for (let index = 0; index < count; index += 1) {
      const head = Buffer.allocUnsafe(DATA_HEAD_BYTES);
      writeDataHead(head, 0, wireNumber(first + index, rolloverTo));
      const payload = bytes.subarray(index * blockBytes, (index + 1) * blockBytes);
      this.#socket.send([head, payload], to.port, to.address);
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    // Nothing more is read, but what `send` has taken still leaves.
    this.#socket.removeAllListeners('message');
    await new Promise((next) => setImmediate(next));
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
