/**
 * FTP server for devices that fetch or bring their files: RFC 959 with the extensions of `protocols/ftp`, explicit TLS where a
 * certificate is set up.
 *
 * Each grant has a user and a password of its own, and that user sees this one file. Connections, logins and data connections
 * are bounded: whoever fills one of the bounds keeps no other from its transfer.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import type { Exposure, Grant, TransferServer, UploadGrant } from '../../core/ports/transfer-server.js';
import { encodeReply } from '../../protocols/ftp/reply.js';
import { FtpConnection } from './ftp-connection.js';
import type { FtpAccount } from './ftp-connection.js';
import type { PortRange } from './ftp-data-channel.js';
import { FtpUpload } from './ftp-upload.js';
import { Grants } from './grants.js';
import { listenRefused } from '../listen-refused.js';
import type { OpenGrant } from './open-grant.js';
import { RefusalLog } from '../refusal-log.js';

/** Control connections at once; each may hold a data connection and a file beside it. */
const MAX_CONNECTIONS = 256;
/** Of one address, without a login: a device logs in within a second. */
const MAX_STRANGERS_PER_ADDRESS = 8;
/** Shown where the port is taken or privileged. */
const OTHER_PORT = 2121;

export interface FtpServerDeps {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Ports of passive data connections; absent: any free port. */
  readonly passivePorts?: PortRange | undefined;
  /** Address that PASV tells, where a device reaches this node by another one than the node has; absent: its own. */
  readonly passiveHost?: string | undefined;
  /** PEM texts; read when the server starts. Absent: no TLS. */
  readonly tls?: (() => { readonly certificate: string; readonly key: string }) | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class FtpServer implements TransferServer {
  readonly method = 'ftp';
  readonly #deps: FtpServerDeps;
  readonly #grants: Grants;
  readonly #refusals: RefusalLog;
  /** Oldest first. */
  readonly #connections = new Set<FtpConnection>();
  readonly #accounts = new Map<OpenGrant, FtpAccount>();
  #secureContext: SecureContext | undefined;
  #listener: Server | undefined;
  #port: number;

  constructor(deps: FtpServerDeps) {
    this.#deps = deps;
    this.#port = deps.port;
    const { clock, random } = deps;
    this.#refusals = new RefusalLog(this.method, deps);
    this.#grants = new Grants({
      ...{ method: this.method, clock, random, withLogins: true },
      onClose: (open, reason) => this.#closed(open, reason),
    });
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: this.#deps.host, port: this.#port };
  }

  /** What was not granted since the start: logins, names, data connections, connections too many. */
  get refused(): number {
    return this.#refusals.count;
  }

  /** Errors: LISTEN_REFUSED; as of reading the certificate. */
  async start(): Promise<void> {
    const { host, port, log, tls } = this.#deps;
    const pem = tls?.();
    this.#secureContext = pem === undefined ? undefined : createSecureContext({ cert: pem.certificate, key: pem.key });
    const listener = createServer((socket) => this.#accept(socket));
    const listening = once(listener, 'listening');
    listener.listen({ host, port });
    try {
      await listening;
    } catch (error) {
      throw listenRefused('ftp', 'servers.ftp.listen', { host, port }, OTHER_PORT, error as NodeJS.ErrnoException);
    }
    listener.on('error', (error) => log.warn('ftp listener', { reason: error.message }));
    this.#listener = listener;
    const address = listener.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Running transfers are broken off; every peer is told. */
  async stop(): Promise<void> {
    this.#grants.closeAll('the server is stopping');
    for (const connection of [...this.#connections]) connection.end('the server is stopping');
    this.#refusals.stop();
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener === undefined) return;
    const closed = once(listener, 'close');
    listener.close();
    await closed;
  }

  /** Errors: TRANSFER_NO_SERVER before `start`; TRANSFER_TRANSPORT for a path that is taken. */
  expose(grant: Grant): Exposure {
    return this.#open(grant);
  }

  /** As `expose`. What an earlier try has left is gone on with where the device asks for it (REST, APPE). */
  accept(grant: UploadGrant): Exposure {
    return this.#open(grant);
  }

  #open(grant: Grant | UploadGrant): Exposure {
    if (this.#listener === undefined) throw fail('TRANSFER_NO_SERVER', { method: this.method });
    const open = this.#grants.open(grant, this.#port);
    this.#accounts.set(open, accountOf(open, grant, this.#deps.clock.nowMs()));
    return open;
  }

  #closed(open: OpenGrant, reason: string): void {
    this.#accounts.delete(open);
    for (const connection of [...this.#connections]) if (connection.open === open) connection.end(reason);
  }

  #accept(socket: Socket): void {
    const { clock, log, random, passiveHost, passivePorts } = this.#deps;
    const peer = socket.remoteAddress;
    if (peer === undefined) {
      socket.destroy();
      return;
    }
    const full = this.#fullFor(peer);
    if (full !== undefined) {
      this.#turnAway(socket, peer, full);
      return;
    }
    const connection = new FtpConnection(socket, {
      ...{ clock, log, random, passiveHost, passivePorts, secureContext: this.#secureContext },
      account: (username, password, from) => this.#account(username, password, from),
      onRefused: (from, reason) => this.#refusals.note(from, reason),
      onClose: (closed) => this.#connections.delete(closed),
    });
    this.#connections.add(connection);
    connection.start();
  }

  /** Why there is no place for one more, after room was made if it could be. */
  #fullFor(peer: string): string | undefined {
    const strangers = [...this.#connections].filter(({ open }) => open === undefined);
    const own = strangers.filter((connection) => connection.isFrom(peer));
    if (own.length >= MAX_STRANGERS_PER_ADDRESS) return 'too many connections of this address without a login';
    if (this.#connections.size < MAX_CONNECTIONS) return undefined;
    const [oldest] = strangers;
    if (oldest === undefined) return 'too many connections';
    oldest.end('room is needed for others');
    this.#connections.delete(oldest);
    return undefined;
  }

  #turnAway(socket: Socket, peer: string, reason: string): void {
    this.#refusals.note(peer, reason);
    socket.on('error', () => undefined);
    // No more is read or waited for: what the operating system takes of it is what the peer gets.
    socket.write(encodeReply({ code: 421, text: `Closing: ${reason}.` }), () => socket.destroy());
  }

  #account(username: string, password: string, peer: string): FtpAccount | undefined {
    const open = this.#grants.byUser(username);
    // As long for a user that there is not as for one that there is.
    const matches = sameSecret(password, open?.login?.password ?? '');
    return open !== undefined && matches && open.allows(peer) ? this.#accounts.get(open) : undefined;
  }
}

function accountOf(open: OpenGrant, grant: Grant | UploadGrant, modifiedMs: number): FtpAccount {
  if ('source' in grant) {
    const { sizeBytes } = grant.source;
    return { open, upload: undefined, file: { path: open.path, access: 'fetch', sizeBytes, modifiedMs } };
  }
  const upload = new FtpUpload(grant.sink);
  const file = {
    ...({ path: open.path, access: 'bring', modifiedMs, maxBytes: grant.sink.maxBytes } as const),
    get sizeBytes() {
      return upload.isThere ? upload.bytes : undefined;
    },
  };
  return { open, upload, file };
}

/** Compares in a time that tells nothing of the wanted one. */
function sameSecret(got: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(got), digest(wanted)) && wanted !== '';
}
