/** A console behind a TCP port, as ser2net gives it: raw bytes, whoever connects. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { fail } from '../../core/errors/index.js';
import { MAX_UNREAD_BYTES } from './console-port.js';
import type { ConsolePort } from './console-port.js';

export interface TcpConsoleOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Errors: LAB_CONSOLE_FAILED. */
export async function openTcpConsole(
  device: string,
  options: TcpConsoleOptions,
  onBytes: (bytes: Uint8Array) => void,
): Promise<ConsolePort> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('data', onBytes);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  try {
    server.listen(options.port, options.host);
    await once(server, 'listening');
  } catch (error) {
    throw fail('LAB_CONSOLE_FAILED', { device, reason: (error as Error).message }, error);
  }
  return new TcpConsole(server, sockets);
}

class TcpConsole implements ConsolePort {
  readonly address: string;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  constructor(server: Server, sockets: ReadonlySet<Socket>) {
    const { address, port } = server.address() as AddressInfo;
    this.address = `${address}:${String(port)}`;
    this.#server = server;
    this.#sockets = sockets;
  }

  write(bytes: Uint8Array): void {
    for (const socket of this.#sockets) {
      if (socket.writableLength < MAX_UNREAD_BYTES) socket.write(bytes);
    }
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
