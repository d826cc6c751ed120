/** An FTP client that does what a test says and nothing else. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { endedInOrder } from '../../../connectors/transfers/ftp-data-channel.js';

const HOST = '127.0.0.1';

export class PlainFtpClient {
  readonly control: Socket;
  /** All replies so far. */
  readonly replies: string[] = [];
  #text = '';
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(port: number, localAddress = HOST) {
    this.control = connect({ host: HOST, port, localAddress, allowHalfOpen: true });
    this.control.on('error', () => this.#wake());
    this.control.on('close', () => this.#wake());
    this.control.on('data', (bytes: Buffer) => {
      this.#text += bytes.toString();
      // A reply ends in a line that begins with its code and a blank.
      for (let match; (match = /^(?:\d{3}-[^]*?^)?\d{3} .*\r\n/m.exec(this.#text));) {
        this.replies.push(match[0].trimEnd());
        this.#text = this.#text.slice(match.index + match[0].length);
      }
      this.#wake();
    });
  }

  /** The next reply; empty where the connection ended instead. */
  async reply(): Promise<string> {
    while (this.replies.length <= this.#taken && !this.control.destroyed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const reply = this.replies[this.#taken] ?? '';
    this.#taken += 1;
    return reply;
  }

  async code(): Promise<number> {
    return Number((await this.reply()).slice(0, 3));
  }

  /** Types lines; returns the codes of as many replies. */
  async ask(...lines: readonly string[]): Promise<readonly number[]> {
    const codes: number[] = [];
    for (const line of lines) {
      this.control.write(`${line}\r\n`);
      codes.push(await this.code());
    }
    return codes;
  }

  async login({ username, password }: { username: string; password: string }): Promise<this> {
    const codes = [await this.code(), ...(await this.ask(`USER ${username}`, `PASS ${password}`, 'TYPE I'))];
    if (codes.join() !== '220,331,230,200') throw new Error(`login: ${codes.join()}`);
    return this;
  }

  /** Announces a passive data connection; returns its port. */
  async passivePort(): Promise<number> {
    this.control.write('EPSV\r\n');
    const reply = await this.reply();
    const port = /\(\|\|\|(\d+)\|\)/.exec(reply)?.[1];
    if (port === undefined) throw new Error(reply);
    return Number(port);
  }

  /** A connected passive data connection, paused. */
  async passive(localAddress = HOST): Promise<Socket> {
    const socket = connect({ host: HOST, port: await this.passivePort(), localAddress, allowHalfOpen: true });
    socket.pause();
    await once(socket, 'connect');
    return socket;
  }

  /** Listens, tells the server where, and gives the connection that it makes. */
  async active(): Promise<{ readonly arrived: Promise<Socket> }> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
    server.listen(0, HOST);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const [code] = await this.ask(`PORT 127,0,0,1,${port >> 8},${port & 255}`);
    if (code !== 200) throw new Error(`PORT: ${String(code)}`);
    const arrived = once(server, 'connection').then(([socket]: Socket[]) => {
      server.close();
      return socket!;
    });
    return { arrived };
  }

  /** Fetches over a passive connection: the bytes, and the code that came last. */
  async fetch(path: string): Promise<{ readonly bytes: Buffer; readonly code: number }> {
    const data = await this.passive();
    this.control.write(`RETR ${path}\r\n`);
    const first = await this.code();
    if (first !== 150) {
      data.destroy();
      return { bytes: Buffer.alloc(0), code: first };
    }
    const { bytes } = await readAll(data);
    return { bytes, code: await this.code() };
  }

  /** Brings bytes over a passive connection; returns the code that came last. */
  async bring(command: string, bytes: Uint8Array): Promise<number> {
    const data = await this.passive();
    this.control.write(`${command}\r\n`);
    const first = await this.code();
    if (first !== 150) {
      data.destroy();
      return first;
    }
    data.on('error', () => undefined);
    data.resume();
    data.end(bytes);
    return this.code();
  }

  close(): void {
    this.control.destroy();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Everything up to the orderly end, `whole` where there was one. */
export async function readAll(socket: Socket): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  const pieces: Buffer[] = [];
  socket.on('error', () => undefined);
  const over = new Promise<void>((resolve) => socket.once('end', resolve).once('close', resolve));
  socket.on('data', (piece: Buffer) => void pieces.push(piece));
  socket.resume();
  await over;
  const whole = !socket.destroyed && (await endedInOrder(socket));
  socket.destroy();
  return { bytes: Buffer.concat(pieces), whole };
}
