/** A bare UDP peer: what it received, and the way to wait for the next. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeTftp } from '../../../protocols/tftp/packet.js';
import type { DecodedTftp } from '../../../protocols/tftp/packet.js';

export class RawPeer {
  readonly socket: Socket = createSocket('udp4');
  readonly received: { packet: DecodedTftp; port: number }[] = [];
  #awaited: (() => void) | undefined;

  async open(address = '127.0.0.1', port = 0): Promise<this> {
    this.socket.on('message', (datagram: Uint8Array, from: RemoteInfo) => {
      this.received.push({ packet: decodeTftp(datagram.slice()), port: from.port });
      this.#awaited?.();
    });
    this.socket.bind(port, address);
    await once(this.socket, 'listening');
    return this;
  }

  send(bytes: Uint8Array, port: number): void {
    this.socket.send(bytes, port, '127.0.0.1');
  }

  async until(count: number): Promise<void> {
    while (this.received.length < count) await new Promise<void>((resolve) => (this.#awaited = resolve));
  }
}
