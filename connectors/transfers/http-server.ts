/**
 * HTTP(S) file server for devices: RFC 9110 and 9112 with GET, HEAD and PUT, ranges, and strong entity tags.
 *
 * A file is reachable through a grant alone: the path of a request is looked up in the table of grants and never becomes a
 * path on disk, nothing is listed, and whatever else is asked for is not found. It has nothing to do with the API.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import type { Exposure, Grant, TransferServer, UploadGrant } from '../../core/ports/transfer-server.js';
import { ConnectionGate } from './connection-gate.js';
import { Grants } from './grants.js';
import { HttpExchanges } from './http-exchanges.js';
import { listenRefused } from '../listen-refused.js';
import { plainAddress } from './open-grant.js';
import { RefusalLog } from '../refusal-log.js';

export interface HttpLimits {
  /** Connections of one address: a device opens one, a few behind one address translation some more. */
  readonly connectionsPerAddress: number;
  /** Connections in all: each is a descriptor, of which a process has commonly 1024. */
  readonly connections: number;
  /** Longest wait for the whole head of a request, ms. */
  readonly headersMs: number;
  /** Longest wait for the next request on a connection, ms. */
  readonly idleMs: number;
  /** No byte taken or brought for this long breaks a transfer off, ms. */
  readonly stallMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  ...{ connectionsPerAddress: 32, connections: 512 },
  ...{ headersMs: 10_000, idleMs: 5000, stallMs: 60_000 },
};

export interface HttpServerDeps {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** PEM texts; with them it is an HTTPS server. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly limits?: Partial<HttpLimits>;
}

/** Head of a request in all, bytes: a path of ours and the few fields of a device's client. */
const HEAD_BYTES = 8192;
/** Looked at for heads that are late this often, ms. */
const CHECK_EVERY_MS = 1000;
const REQUESTS_PER_CONNECTION = 100;
/** Of each connection: what a write may hold on its way, bytes. */
const BUFFER_BYTES = 256 * 1024;

export class HttpServer implements TransferServer {
  readonly method: 'http' | 'https';
  readonly #deps: HttpServerDeps;
  readonly #limits: HttpLimits;
  readonly #grants: Grants;
  readonly #gate: ConnectionGate;
  readonly #refusals: RefusalLog;
  readonly #exchanges: HttpExchanges;
  readonly #answering = new WeakSet<Socket>();
  #server: Server | undefined;
  #port: number;

  constructor(deps: HttpServerDeps) {
    const { clock, log, random } = deps;
    this.method = deps.tls === undefined ? 'http' : 'https';
    this.#deps = deps;
    this.#port = deps.port;
    this.#limits = { ...DEFAULT_HTTP_LIMITS, ...deps.limits };
    const { connectionsPerAddress: perAddress, connections: inAll, stallMs } = this.#limits;
    this.#gate = new ConnectionGate({ perAddress, inAll });
    this.#refusals = new RefusalLog(this.method, { clock, log });
    this.#grants = new Grants({
      ...{ method: this.method, clock, random, withLogins: false },
      onClose: (open, reason) => this.#exchanges.breakOff(open, reason),
    });
    this.#exchanges = new HttpExchanges({
      ...{ method: this.method, grants: this.#grants, refusals: this.#refusals, clock, random, log, stallMs },
    });
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: this.#deps.host, port: this.#port };
  }

  /** Requests and connections that were not granted. */
  get refused(): number {
    return this.#refusals.count;
  }

  /** Errors: LISTEN_REFUSED; a certificate or key that is none is the caller's. */
  async start(): Promise<void> {
    const { host, port } = this.#deps;
    const server = this.#create();
    try {
      server.listen(port, host);
      await once(server, 'listening');
    } catch (error) {
      const setting = this.method === 'https' ? 'servers.http.tls.listen' : 'servers.http.listen';
      const otherPort = this.method === 'https' ? 8443 : 8080;
      throw listenRefused(this.method, setting, { host, port }, otherPort, error as NodeJS.ErrnoException);
    }
    server.on('error', (error) => this.#deps.log.warn(`${this.method} listener`, { reason: error.message }));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#grants.closeAll('the server is stopping');
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) {
      const closed = once(server, 'close');
      server.close();
      this.#gate.cutAll();
      await closed;
    }
    await this.#exchanges.settled();
    this.#refusals.stop();
  }

  /** Errors: TRANSFER_NO_SERVER before `start`. A path that is taken is an error of the caller. */
  expose(grant: Grant): Exposure {
    return this.#open(grant);
  }

  /** As `expose`, for a file that the device brings by PUT. */
  accept(grant: UploadGrant): Exposure {
    return this.#open(grant);
  }

  #open(grant: Grant | UploadGrant): Exposure {
    if (this.#server === undefined) throw fail('TRANSFER_NO_SERVER', { method: this.method });
    return this.#grants.open(grant, this.#port);
  }

  #create(): Server {
    const { tls } = this.#deps;
    const { headersMs, idleMs } = this.#limits;
    const options: ServerOptions = {
      ...{ maxHeaderSize: HEAD_BYTES, headersTimeout: headersMs, keepAliveTimeout: idleMs },
      // A body takes as long as its link: the stall limit of its transfer counts instead.
      ...{
        requestTimeout: 0,
        connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, headersMs),
        highWaterMark: BUFFER_BYTES,
      },
      ...{ insecureHTTPParser: false, noDelay: true },
    };
    const server =
      tls === undefined
        ? createServer(options)
        : createTlsServer({ ...options, ...tlsOptions(tls), handshakeTimeout: headersMs });
    server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION;
    server.prependListener('connection', (socket: Socket) => this.#connected(socket));
    server.on('request', (request, response) => this.#requested(request, response, false));
    server.on('checkContinue', (request, response) => this.#requested(request, response, true));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#badRequest(error, socket));
    server.on('tlsClientError', (error: Error, socket: Socket) => this.#refuse(socket, error.message));
    return server;
  }

  #requested(request: IncomingMessage, response: ServerResponse, waits: boolean): void {
    const { socket } = request;
    this.#answering.add(socket);
    response.once('close', () => this.#answering.delete(socket));
    this.#exchanges.take(request, response, waits);
  }

  #connected(socket: Socket): void {
    const reason = this.#gate.admit(socket);
    if (reason === undefined) return;
    this.#refuse(socket, reason);
    socket.resetAndDestroy();
  }

  /** What is no HTTP gets the status that fits and loses its connection. */
  #badRequest(error: NodeJS.ErrnoException, socket: Socket): void {
    // A peer that is gone has asked for nothing.
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') this.#refuse(socket, error.code ?? error.message);
    // A second answer to one request would be taken for the answer to the next.
    if (!socket.writable || this.#answering.has(socket)) {
      socket.destroySoon();
      return;
    }
    const status = STATUS_OF_FAULT[error.code ?? ''] ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
  }

  #refuse(socket: Socket, reason: string): void {
    this.#refusals.note(plainAddress(socket.remoteAddress ?? ''), reason);
  }
}

/** Codes of Node's parser and timers. */
const STATUS_OF_FAULT: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function tlsOptions({ certificate, key }: { readonly certificate: string; readonly key: string }) {
  return { cert: certificate, key, minVersion: 'TLSv1.2' as const };
}
