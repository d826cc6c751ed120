/**
 * The data connection of one FTP session, at the server or the client: at most one listener or socket at a time. Only the
 * control connection's far end may be at its other end (RFC 2577 §3); somebody else's connection is dropped and disturbs nobody.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Random } from '../../core/ports/random.js';
import { sameHost } from '../../protocols/ftp/data-address.js';
import type { DataAddress } from '../../protocols/ftp/data-address.js';
import type { SessionOutput } from '../../protocols/ftp/session-data.js';

type Endpoint = Extract<SessionOutput, { kind: 'openData' }>['endpoint'];

/** First and last port of passive data connections. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface DataChannelDeps {
  /** Address of the control connection on our side: listened on, and connected from. */
  readonly localHost: string;
  readonly peerHost: string;
  /** Absent: any free port. */
  readonly passivePorts?: PortRange | undefined;
  readonly random: Random;
  /** Somebody else came. */
  onStranger(address: string): void;
}

export class FtpDataChannel {
  readonly #deps: DataChannelDeps;
  #listener: Server | undefined;
  #arrived: Promise<Socket> | undefined;
  #socket: Socket | undefined;
  /** Numbers what is open: an answer of what was closed meanwhile counts no more. */
  #generation = 0;

  constructor(deps: DataChannelDeps) {
    this.#deps = deps;
  }

  /** Opens a listener that takes one connection of the peer. Errors: as of `listen`, and where no port of the range is free. */
  async listen(): Promise<DataAddress> {
    const generation = this.#generation;
    const { localHost } = this.#deps;
    const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true });
    this.#listener = listener;
    const port = await this.#bind(listener);
    if (generation !== this.#generation) throw new Error('closed');
    this.#arrived = this.#awaitPeer(listener);
    return { host: localHost, port };
  }

  /** The connected socket, paused; TLS, where it is wanted, begins with `secure`. Errors: as of `connect`. */
  async open(endpoint: Endpoint): Promise<Socket> {
    const generation = this.#generation;
    const socket = await (endpoint.kind === 'passive' ? this.#arrived : this.#connect(endpoint));
    if (generation !== this.#generation || socket === undefined) {
      socket?.destroy();
      throw new Error('closed');
    }
    this.#socket = socket;
    return socket;
  }

  /**
   * Lets go of everything. What is still open ends with a reset: an orderly end would tell the peer that a broken-off file is
   * whole (RFC 959 §3.4: the end of the connection is the end of the file).
   */
  close(): void {
    this.#generation += 1;
    this.#listener?.close();
    this.#listener = undefined;
    this.#arrived?.then((socket) => socket.destroy()).catch(() => undefined);
    this.#arrived = undefined;
    if (this.#socket !== undefined) resetNow(this.#socket);
    this.#socket = undefined;
  }

  /** The bytes are out, or in: the connection may end in its own time. */
  release(): void {
    this.#socket = undefined;
  }

  async #connect({ host, port }: DataAddress): Promise<Socket> {
    // Not from port 20 (RFC 959 §3.2): that would take a right that nothing else here needs.
    const socket = connect({ host, port, localAddress: this.#deps.localHost, allowHalfOpen: true });
    socket.pause();
    this.#socket = socket;
    await once(socket, 'connect');
    return socket;
  }

  #awaitPeer(listener: Server): Promise<Socket> {
    const arrived = new Promise<Socket>((resolve, reject) => {
      listener.on('connection', (socket) => {
        const address = socket.remoteAddress ?? '';
        // What happens before somebody looks is found when it is used.
        socket.on('error', () => undefined);
        if (!sameHost(address, this.#deps.peerHost)) {
          socket.destroy();
          this.#deps.onStranger(address);
          return;
        }
        listener.close();
        resolve(socket);
      });
      listener.on('error', reject);
      listener.on('close', () => reject(new Error('closed')));
    });
    arrived.catch(() => undefined);
    return arrived;
  }

  async #bind(listener: Server): Promise<number> {
    const { localHost, passivePorts, random } = this.#deps;
    if (passivePorts === undefined) return await listenOn(listener, localHost, 0);
    const count = passivePorts.last - passivePorts.first + 1;
    const start = random.below(count);
    for (let tried = 0; tried < count; tried += 1) {
      const port = passivePorts.first + ((start + tried) % count);
      try {
        return await listenOn(listener, localHost, port);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
    throw new Error(`no port from ${passivePorts.first} to ${passivePorts.last} is free`);
  }
}

async function listenOn(listener: Server, host: string, port: number): Promise<number> {
  const listening = once(listener, 'listening');
  // One connection is wanted; strangers may be few before it.
  listener.listen({ host, port, backlog: 4 });
  await listening;
  const address = listener.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/**
 * Ends a connection with a reset, and without what still waits to be written. `resetAndDestroy` of Node writes that first, and an
 * orderly end behind it. What was ended in order already has all its bytes, and stays so.
 */
export function resetNow(socket: Socket): void {
  if (!socket.connecting && !socket.writableEnded) Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}

/**
 * Whether a connection that has ended was ended in order by its peer. libuv tells a reset as an end where both come with the last
 * bytes (`uv__stream_io`: POLLHUP after a short read); writing nothing asks the operating system itself.
 */
export function endedInOrder(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.write(new Uint8Array(0), (error) => resolve(error == null));
  });
}

/** What comes until the end; the socket is left open for writing. */
export function chunksOf(socket: Socket): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array> };
}

/**
 * The server's side of a TLS handshake on an open data connection (RFC 4217 §7: whoever serves the control connection).
 * Errors: as of TLS, and where the connection ends first.
 */
export function secureData(plain: Socket, secureContext: SecureContext): Promise<Socket> {
  const socket = new TLSSocket(plain, { isServer: true, secureContext });
  return new Promise((resolve, reject) => {
    socket.once('secure', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed before TLS was there')));
  });
}
