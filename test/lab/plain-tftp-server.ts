/** A TFTP server as short as RFC 1350 allows, written for the lab's tests alone: no options, one block at a time. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

const BLOCK_BYTES = 512;

export class PlainTftpServer {
  /** Names asked for, in order. */
  readonly asked: string[] = [];
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #sockets: Socket[] = [];

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.#files = files;
  }

  /** Returns the port. */
  async start(): Promise<number> {
    const socket = createSocket('udp4');
    this.#sockets.push(socket);
    socket.on('message', (request, client) => {
      const name = request.toString('latin1', 2).split('\0')[0] ?? '';
      this.asked.push(name);
      this.#answer(this.#files.get(name), client.address, client.port);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return socket.address().port;
  }

  stop(): void {
    for (const socket of this.#sockets.splice(0)) socket.close();
  }

  #answer(content: Uint8Array | undefined, address: string, port: number): void {
    const socket = createSocket('udp4');
    this.#sockets.push(socket);
    if (content === undefined) {
      socket.send(Buffer.from('\0\x05\0\x01File not found\0', 'latin1'), port, address);
      return;
    }
    const send = (block: number): void => {
      const piece = content.subarray((block - 1) * BLOCK_BYTES, block * BLOCK_BYTES);
      socket.send(Buffer.concat([Buffer.of(0, 3, (block >> 8) & 0xff, block & 0xff), piece]), port, address);
    };
    let current = 1;
    socket.on('message', (ack) => {
      if (ack.readUInt16BE(0) !== 4 || ack.readUInt16BE(2) !== (current & 0xffff)) return;
      if ((current - 1) * BLOCK_BYTES + BLOCK_BYTES > content.length) return;
      current += 1;
      send(current);
    });
    send(current);
  }
}
