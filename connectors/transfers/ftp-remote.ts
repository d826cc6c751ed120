/**
 * One session at another host's FTP server. basic-ftp speaks the control connection (replies, login, TLS); data connections are
 * made here, because a device may need active ones, and because basic-ftp closes the control connection with a data connection
 * that broke: the server's own reason, which comes behind it, would be lost.
 */
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { Client, FTPError } from 'basic-ftp';
import { PortwrightError } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Random } from '../../core/ports/random.js';
import type { RemoteFile } from '../../core/ports/transfer.js';
import { isIpv4, parsePort, plainHost } from '../../protocols/ftp/data-address.js';
import type { DataAddress } from '../../protocols/ftp/data-address.js';
import { FtpDataChannel } from './ftp-data-channel.js';
import type { PortRange } from './ftp-data-channel.js';

/** A data connection that broke: so long the server has for its own word about it, ms. */
const LATE_REPLY_MS = 2000;
const DEFAULT_PORT = 21;

export interface FtpRemoteOptions {
  /** Explicit TLS (RFC 4217) on control and data; `ca` and the like as of Node. Absent: none. */
  readonly tls?: ConnectionOptions | undefined;
  /** The server connects to us for data; for devices that can nothing else. */
  readonly active?: boolean | undefined;
  /** Ports that active data connections come to; absent: any. */
  readonly activePorts?: PortRange | undefined;
}

/** The server cannot begin in the middle. */
export class RestartRefused extends Error {}

type Endpoint = Parameters<FtpDataChannel['open']>[0];

export class FtpRemote {
  readonly #deps: FtpRemoteOptions & { readonly clock: Clock; readonly random: Random };
  /** Without a time limit of its own: the transfer's watch has the limits. */
  readonly #client = new Client(0);
  #channel: FtpDataChannel | undefined;
  #moved = false;

  constructor(deps: FtpRemoteOptions & { readonly clock: Clock; readonly random: Random }) {
    this.#deps = deps;
  }

  /** Logs in; binary from then on. Errors: FTPError, as of sockets and TLS. */
  async connect({ host, port = DEFAULT_PORT, credentials }: RemoteFile): Promise<void> {
    const { tls } = this.#deps;
    await this.#client.access({
      ...{ host, port, user: credentials?.username ?? 'anonymous', password: credentials?.password ?? 'anonymous@' },
      secure: tls !== undefined,
      ...(tls === undefined ? {} : { secureOptions: { host, ...tls } }),
    });
  }

  /** Length of a file; undefined where there is none or the server does not tell. */
  async size(path: string): Promise<number | undefined> {
    try {
      return await this.#client.size(path);
    } catch (error) {
      if (error instanceof FTPError) return undefined;
      throw error;
    }
  }

  /**
   * Runs a command that moves a file from byte `offset` on; `move` gets the data connection, and what TLS runs over there.
   * Errors: RestartRefused, FTPError, the data connection's own where the server says nothing of it.
   */
  async transfer(
    command: string,
    offset: number,
    move: (socket: Socket, plain: Socket) => Promise<void>,
  ): Promise<void> {
    const { socket } = this.#client.ftp;
    const channel = new FtpDataChannel({
      localHost: plainHost(socket.localAddress ?? ''),
      peerHost: plainHost(socket.remoteAddress ?? ''),
      passivePorts: this.#deps.activePorts,
      random: this.#deps.random,
      onStranger: () => undefined,
    });
    this.#channel = channel;
    try {
      const endpoint = await (this.#deps.active === true ? this.#invite(channel) : this.#askWhere());
      // A server may wait for a passive connection before it answers; an active one comes with its answer.
      const early = endpoint.kind === 'active' ? await channel.open(endpoint) : undefined;
      // RFC 3659 §5.3: nothing between REST and its command.
      if (offset > 0) await this.#restartAt(offset);
      await this.#run(command, async () => {
        const plain = early ?? (await channel.open(endpoint));
        this.#moved = true;
        await move(await this.#secured(plain), plain);
        channel.release();
      });
    } finally {
      channel.close();
    }
  }

  /** Whether a transfer has begun. */
  get moved(): boolean {
    return this.#moved;
  }

  close(): void {
    this.#channel?.close();
    this.#client.close();
  }

  async #restartAt(offset: number): Promise<void> {
    try {
      const { code, message } = await this.#client.send(`REST ${offset}`);
      if (code !== 350) throw new RestartRefused(message);
    } catch (error) {
      throw error instanceof FTPError ? new RestartRefused(error.message) : error;
    }
  }

  /** Both must end well: what moves, and what the server says of it. The server's word is the better one. */
  async #run(command: string, move: () => Promise<void>): Promise<void> {
    let moving: Promise<void> | undefined;
    let cancel = (): void => undefined;
    try {
      await this.#client.ftp.handle(command, (reply, task) => {
        if (reply instanceof Error) task.reject(reply);
        else if (reply.code >= 300) task.reject(new Error(`unexpected answer to ${command}: ${reply.message}`));
        else if (reply.code >= 200) task.resolve(reply);
        else if (moving === undefined) {
          moving = move();
          moving.catch((error: unknown) => {
            // Of our own store's errors the server knows nothing.
            if (error instanceof PortwrightError) task.reject(error);
            else cancel = this.#deps.clock.after(LATE_REPLY_MS, () => task.reject(error as Error));
          });
        }
      });
    } finally {
      cancel();
    }
    if (moving === undefined) throw new Error(`no data connection for ${command}`);
    await moving;
  }

  /** PASV's own address is not believed: data comes from the host that was asked (RFC 2577 §3). */
  async #askWhere(): Promise<Endpoint> {
    const host = plainHost(this.#client.ftp.socket.remoteAddress ?? '');
    const extended = await this.#client.sendIgnoringError('EPSV');
    const port = /([!|])\1\1(\d{1,5})\1/.exec(extended.message)?.[2];
    if (extended.code === 229 && port !== undefined) return { kind: 'active', host, port: Number(port) };
    const { message } = await this.#client.send('PASV');
    const address = parsePort(/\d{1,3}(?:,\d{1,3}){5}/.exec(message)?.[0] ?? '');
    if (address === undefined) throw new Error(`PASV was answered with ${message}`);
    return { kind: 'active', host, port: address.port };
  }

  async #invite(channel: FtpDataChannel): Promise<Endpoint> {
    const address = await channel.listen();
    await this.#client.send(invitation(address));
    return { kind: 'passive' };
  }

  /** The client's side of TLS, whoever made the connection, within the control connection's session. */
  async #secured(socket: Socket): Promise<Socket> {
    const { ftp } = this.#client;
    if (!ftp.hasTLS) return socket;
    const session = ftp.tlsSessionStore ?? (ftp.socket as TLSSocket).getSession();
    const secured = connectTls({ ...ftp.tlsOptions, socket, ...(session === undefined ? {} : { session }) });
    // A ticket of TLS 1.3 is for one connection.
    secured.on('session', (next: Buffer) => (ftp.tlsSessionStore = next));
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.once('error', reject);
      secured.once('close', () => reject(new Error('the data connection was closed before TLS was there')));
    });
    return secured;
  }
}

function invitation({ host, port }: DataAddress): string {
  if (!isIpv4(host)) return `EPRT |2|${host}|${port}|`;
  return `PORT ${host.replaceAll('.', ',')},${port >> 8},${port & 0xff}`;
}
