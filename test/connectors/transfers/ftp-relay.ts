/**
 * A relay between an FTP client and a server that breaks data connections as a seed says. Passive data connections (EPSV) go
 * through it as well: it puts a port of its own into each 229.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

const HOST = '127.0.0.1';

/** What becomes of one data connection. */
export interface DataFault {
  /** `cut`: an orderly end; `reset`; `stall`: nothing more passes, and nothing is said; `control`: all is cut. */
  readonly kind: 'none' | 'cut' | 'reset' | 'stall' | 'control';
  /** After so many bytes of it. */
  readonly afterBytes: number;
  /** Bytes that pass at a time. */
  readonly pieceBytes: number;
}

export class FtpRelay {
  readonly #serverPort: number;
  readonly #nextFault: () => DataFault;
  readonly #listeners: Server[] = [];
  readonly #sockets = new Set<Socket>();
  /** Data connections so far. */
  connections = 0;
  port = 0;

  constructor(serverPort: number, nextFault: () => DataFault) {
    this.#serverPort = serverPort;
    this.#nextFault = nextFault;
  }

  async start(): Promise<void> {
    this.port = await this.#listen((client) => this.#control(client));
  }

  stop(): void {
    for (const listener of this.#listeners) listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(onConnection: (socket: Socket) => void): Promise<number> {
    const listener = createServer({ allowHalfOpen: true }, onConnection);
    this.#listeners.push(listener);
    listener.listen(0, HOST);
    await once(listener, 'listening');
    const address = listener.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  #control(client: Socket): void {
    const server = connect({ host: HOST, port: this.#serverPort });
    this.#hold(client, server);
    client.pipe(server);
    let working = Promise.resolve();
    server.on('data', (bytes: Buffer) => {
      working = working.then(async () => void client.write(await this.#rewritten(bytes.toString(), [client, server])));
    });
    server.on('end', () => {
      working = working.then(() => void client.end());
    });
  }

  async #rewritten(text: string, control: readonly Socket[]): Promise<string> {
    const port = /229 .*\(\|\|\|(\d+)\|\)/.exec(text)?.[1];
    if (port === undefined) return text;
    const own = await this.#listen((client) => this.#data(client, Number(port), control));
    return text.replace(`|||${port}|`, `|||${String(own)}|`);
  }

  #data(client: Socket, port: number, control: readonly Socket[]): void {
    this.connections += 1;
    const server = connect({ host: HOST, port, allowHalfOpen: true });
    this.#hold(client, server);
    const fault = this.#nextFault();
    let passed = 0;
    const forward = (from: Socket, to: Socket): void => {
      from.on('end', () => to.end());
      from.on('data', (bytes: Buffer) => {
        const left = fault.kind === 'none' ? Infinity : fault.afterBytes - passed;
        const passing = bytes.subarray(0, Math.max(0, left));
        for (let at = 0; at < passing.length; at += fault.pieceBytes)
          to.write(passing.subarray(at, at + fault.pieceBytes));
        passed += bytes.length;
        if (to.writableLength > 65_536) {
          from.pause();
          to.once('drain', () => from.resume());
        }
        if (passed < fault.afterBytes || fault.kind === 'none') return;
        this.#break(fault.kind, [client, server], control);
      });
    };
    forward(client, server);
    forward(server, client);
  }

  #break(kind: Exclude<DataFault['kind'], 'none'>, data: readonly Socket[], control: readonly Socket[]): void {
    for (const socket of data) {
      socket.removeAllListeners('data');
      socket.removeAllListeners('end');
      if (kind === 'stall') socket.pause();
      else if (kind === 'reset') socket.resetAndDestroy();
      else socket.destroySoon();
    }
    if (kind === 'control') for (const socket of control) socket.destroy();
  }

  #hold(...sockets: readonly Socket[]): void {
    for (const socket of sockets) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    }
  }
}
