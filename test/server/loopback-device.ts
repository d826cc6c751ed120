/** Devices behind raw TCP consoles on the loopback: one that talks without end, one that takes a file by XMODEM. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { XmodemReceiver } from '../../protocols/xmodem/receiver.js';
import type { XmodemReceiverInput } from '../../protocols/xmodem/receiver-io.js';

export class LoopbackDevice {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, onConsole: (socket: Socket) => void) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      onConsole(socket);
    });
  }

  /** `onConsole` is the device: it gets each console that connects. */
  static async start(onConsole: (socket: Socket) => void): Promise<LoopbackDevice> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LoopbackDevice(server, onConsole);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Says a line every `everyMs` until its console goes. */
export function talk(socket: Socket, everyMs: number): void {
  let count = 0;
  const timer = setInterval(() => socket.write(`%SYS-5-CONFIG_I: line ${String(++count)}\r\n`), everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** Takes one file; `received` gets it, its fill included, once the sender has ended it. */
export function receiveByXmodem(socket: Socket, received: (file: Buffer) => void): void {
  const receiver = new XmodemReceiver({}, performance.now());
  const pieces: Uint8Array[] = [];
  let timer: NodeJS.Timeout | undefined;
  const feed = (input: XmodemReceiverInput): void => {
    for (const output of receiver.handle(input, performance.now())) {
      if (output.kind === 'send') socket.write(output.bytes);
      if (output.kind === 'data') pieces.push(output.bytes);
      if (output.kind === 'done') received(Buffer.concat(pieces));
    }
    clearTimeout(timer);
    const dueMs = receiver.nextDeadlineMs();
    if (dueMs !== undefined) timer = setTimeout(() => feed({ kind: 'timer' }), Math.ceil(dueMs - performance.now()));
  };
  socket.on('data', (bytes: Uint8Array) => feed({ kind: 'bytes', bytes }));
  socket.on('close', () => clearTimeout(timer));
  feed({ kind: 'timer' });
}
