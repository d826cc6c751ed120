/** Syslog listeners: UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425), each where the site has one. */
import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { makeEvent } from '../../core/event.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import { SyslogFrames } from '../../protocols/syslog/frames.js';
import { listenRefused } from '../listen-refused.js';
import { RefusalLog } from '../refusal-log.js';
import type { EventListener, Listen } from './event-listener.js';
import type { Intake } from './intake.js';
import { syslogEvent } from './syslog-event.js';
import type { SyslogFrame, SyslogSender } from './syslog-event.js';

export interface SyslogTls {
  readonly listen: Listen;
  /** PEM, read when the listener starts. `clientCa`: only senders with a certificate of it are let in, and are authenticated. */
  readonly keys: () => { readonly certificate: string; readonly key: string; readonly clientCa?: string };
}

export interface SyslogSourceDeps extends Pick<SyslogFrame, 'mask' | 'findPort'> {
  readonly udp?: Listen;
  readonly tcp?: Listen;
  readonly tls?: SyslogTls;
  readonly node: string;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

type Transport = 'udp' | 'tcp' | 'tls';

/** Longest message, bytes: what one datagram carries, and more than RFC 5425 section 4.3.1 asks for. */
const MESSAGE_BYTES_MAX = 65_507;
/** Asked of the kernel, which gives at most net.core.rmem_max. */
const RECEIVE_BUFFER_BYTES = 8 << 20;
const CONNECTIONS_MAX = 1024;
/** Hex digits that tell one run of the node from another. */
const RUN_DIGITS = 8;
/** Shown where the port is taken or privileged. */
const OTHER_PORTS: Readonly<Record<Transport, number>> = { udp: 5514, tcp: 5514, tls: 6514 };

export class SyslogSource implements EventListener {
  readonly #deps: SyslogSourceDeps;
  readonly #run: string;
  readonly #refused: RefusalLog;
  readonly #sockets = new Set<Socket>();
  readonly #servers = new Map<Transport, Server>();
  #udp: UdpSocket | undefined;
  #count = 0;

  constructor(deps: SyslogSourceDeps) {
    this.#deps = deps;
    this.#run = deps.random.hex(RUN_DIGITS);
    this.#refused = new RefusalLog('syslog', deps);
  }

  /** Where it listens; undefined where it does not. */
  address(transport: Transport): Listen | undefined {
    const bound = (transport === 'udp' ? this.#udp : this.#servers.get(transport))?.address();
    return typeof bound === 'object' && bound !== null ? { host: bound.address, port: bound.port } : undefined;
  }

  /** Errors: LISTEN_REFUSED, SECRET_MISSING. */
  async start(): Promise<void> {
    const { udp, tcp, tls } = this.#deps;
    if (udp !== undefined) await this.#listenUdp(udp);
    if (tcp !== undefined)
      await this.#listen(
        'tcp',
        createServer((socket) => this.#accept('tcp', socket)),
        tcp,
      );
    if (tls !== undefined) await this.#listen('tls', this.#tlsServer(tls), tls.listen);
    for (const transport of ['udp', 'tcp', 'tls'] as const) {
      const at = this.address(transport);
      if (at !== undefined)
        this.#deps.log.info('syslog listens', { transport, address: `${at.host}:${String(at.port)}` });
    }
  }

  async stop(): Promise<void> {
    this.#refused.stop();
    const closing = [...this.#servers.values()].map((server) => {
      const closed = once(server, 'close');
      server.close();
      return closed;
    });
    for (const socket of this.#sockets) socket.destroy();
    const udp = this.#udp;
    this.#udp = undefined;
    if (udp !== undefined) {
      closing.push(once(udp, 'close'));
      udp.close();
    }
    await Promise.all(closing);
    this.#servers.clear();
  }

  async #listenUdp({ host, port }: Listen): Promise<void> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (bytes: Uint8Array, { address }) => {
      this.#take('udp', bytes, { address: plainAddress(address), authenticated: false });
    });
    const listening = once(socket, 'listening');
    socket.bind(port, host);
    await listening.catch((error: unknown) => {
      socket.close();
      throw refusedListen('udp', { host, port }, error);
    });
    socket.on('error', (error) => this.#deps.log.warn('syslog socket', { transport: 'udp', reason: error.message }));
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    this.#udp = socket;
  }

  async #listen(transport: Transport, server: Server, { host, port }: Listen): Promise<void> {
    server.maxConnections = CONNECTIONS_MAX;
    server.on('drop', (data) => this.#refused.note(data?.remoteAddress ?? '', 'too many connections'));
    server.listen({ host, port });
    await once(server, 'listening').catch((error: unknown) => {
      throw refusedListen(transport, { host, port }, error);
    });
    this.#servers.set(transport, server);
  }

  #tlsServer({ keys }: SyslogTls): Server {
    const { certificate, key, clientCa } = keys();
    const server = createTlsServer(
      { cert: certificate, key, ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true }) },
      (socket) => this.#accept('tls', socket),
    );
    server.on('tlsClientError', (error, socket) => {
      this.#refused.note(plainAddress(socket.remoteAddress ?? ''), error.message);
    });
    return server;
  }

  #accept(transport: Transport, socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const sender = { address, authenticated: socket instanceof TLSSocket && socket.authorized };
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Whatever ended it, what came before it counts.
    socket.on('error', (error) => this.#refused.note(address, error.message));
    void this.#read(transport, socket, sender).finally(() => socket.destroy());
  }

  /** Reads no faster than events are written: the sender's own queue is the longer one. */
  async #read(transport: Transport, socket: Socket, sender: SyslogSender): Promise<void> {
    const frames = new SyslogFrames(MESSAGE_BYTES_MAX);
    try {
      for await (const bytes of socket as AsyncIterable<Uint8Array>) {
        for (const message of frames.push(bytes)) this.#take(transport, message, sender);
        await this.#deps.intake.room();
      }
    } catch {
      // Told by its 'error' event.
    }
    for (const message of frames.end()) this.#take(transport, message, sender);
    if (frames.truncated > 0) this.#refused.note(sender.address, `${String(frames.truncated)} messages cut short`);
  }

  #take(transport: Transport, bytes: Uint8Array, sender: SyslogSender): void {
    if (bytes.length === 0) return;
    const { node, clock, mask, findPort, intake } = this.#deps;
    const mark = `${this.#run}:${String((this.#count += 1))}`;
    const { input, critical } = syslogEvent(bytes, sender, { node, nowMs: clock.nowMs(), mark, mask, findPort });
    intake.offer(`syslog ${transport} ${sender.address}`, makeEvent(input), critical);
  }
}

/** IPv4 that came in by an IPv6 socket (RFC 4291 section 2.5.5.2) is IPv4. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function refusedListen(transport: Transport, address: Listen, error: unknown): Error {
  const setting = `syslog.${transport}`;
  return listenRefused(
    `syslog over ${transport.toUpperCase()}`,
    setting,
    address,
    OTHER_PORTS[transport],
    error as Error,
  );
}
