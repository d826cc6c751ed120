/**
 * SSH server for devices that fetch or bring their files: SFTP and legacy SCP on one port.
 *
 * A file is reachable through a grant alone: each has a user and a password of its own (and keys, where it names some), and
 * a connection sees nothing but the file of its login. There is no shell and no forwarding. Source: RFC 4251–4254 by ssh2.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server as NetServer, Socket } from 'node:net';
import ssh2 from 'ssh2';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import type { Exposure, Fetch, Grant, TransferServer, UploadGrant } from '../../core/ports/transfer-server.js';
import { Grants } from './grants.js';
import { listenRefused } from '../listen-refused.js';
import { LoginGate } from './login-gate.js';
import type { OpenGrant } from './open-grant.js';
import { RefusalLog } from '../refusal-log.js';
import { sshAlgorithms } from './ssh-algorithms.js';
import { SshConnection } from './ssh-connection.js';
import { sshHostKeys } from './ssh-host-keys.js';
import { SshUpload } from './ssh-upload.js';

/** Connections at once: each holds a socket, and a process has commonly 1024 or 4096 descriptors in all. */
const MOST_CONNECTIONS = 512;
/** What was sent before the server stops has this long to leave, ms. */
const LET_GO_MS = 1000;
/** Shown where the port is taken or privileged. */
const OTHER_PORT = 2222;

export interface SshServerDeps {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where the host keys are kept. */
  readonly dataDir: string;
  /** Offers algorithms of the 2000s as well. */
  readonly legacyAlgorithms: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface Came {
  readonly socket: Socket;
  /** It has logged in, or gone. */
  readonly left: () => void;
}

export class SshServer {
  readonly #deps: SshServerDeps;
  readonly #grants: Grants;
  readonly #gate: LoginGate;
  readonly #refusals: RefusalLog;
  readonly #connections = new Set<SshConnection>();
  readonly #uploads = new Map<OpenGrant, SshUpload>();
  /** By peer address and port. */
  readonly #sockets = new Map<string, Came>();
  #starting: Promise<void> | undefined;
  #listener: NetServer | undefined;
  #port: number;

  constructor(deps: SshServerDeps) {
    const { clock, random, log } = deps;
    this.#deps = deps;
    this.#port = deps.port;
    this.#gate = new LoginGate(clock);
    this.#refusals = new RefusalLog('ssh', { clock, log });
    this.#grants = new Grants({
      ...{ method: 'sftp', clock, random, withLogins: true },
      onClose: (open, reason) => this.#breakOff(open, reason),
    });
  }

  /** The server under one of its methods; both share the port, and it listens as long as one of them does. */
  as(method: 'sftp' | 'scp'): TransferServer {
    const address = (): TransferServer['address'] => ({ host: this.#deps.host, port: this.#port });
    return {
      method,
      get address() {
        return address();
      },
      start: () => (this.#starting ??= this.#start()),
      stop: () => this.#stop(),
      expose: (grant) => this.#open(method, grant),
      accept: (grant) => this.#open(method, grant),
    };
  }

  async #start(): Promise<void> {
    const { host, port, dataDir, legacyAlgorithms, log } = this.#deps;
    const hostKeys = await sshHostKeys(dataDir);
    const algorithms = sshAlgorithms(legacyAlgorithms);
    const ssh = new ssh2.Server({ hostKeys: [...hostKeys], algorithms, ident: 'Portwright' });
    ssh.on('connection', (connection, { ip, port: peerPort }) => this.#connected(connection, `${ip} ${peerPort}`));
    const listener = createServer({ noDelay: true }, (socket) => this.#accept(ssh, socket));
    try {
      const listening = once(listener, 'listening');
      listener.listen({ host, port });
      await listening;
    } catch (error) {
      throw listenRefused('sftp', 'servers.sftp.listen', { host, port }, OTHER_PORT, error as NodeJS.ErrnoException);
    }
    listener.on('error', (error) => log.warn('ssh listener', { reason: error.message }));
    this.#listener = listener;
    const address = listener.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Running transfers are broken off. */
  async #stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener === undefined) return;
    this.#grants.closeAll('the server is stopping');
    this.#refusals.stop();
    const closed = once(listener, 'close');
    listener.close();
    for (const connection of this.#connections) connection.end();
    const cancel = this.#deps.clock.after(LET_GO_MS, () => this.#destroyAll());
    for (const { socket } of this.#sockets.values()) socket.destroySoon();
    await closed;
    cancel();
    this.#starting = undefined;
  }

  /** Errors: TRANSFER_NO_SERVER before `start`. A path that is taken is an error of the caller. */
  #open(method: string, grant: Grant | UploadGrant): Exposure {
    if (this.#listener === undefined) throw fail('TRANSFER_NO_SERVER', { method });
    const open = this.#grants.open(grant, this.#port);
    if ('sink' in grant) this.#uploads.set(open, new SshUpload(grant.sink));
    return open;
  }

  #accept(ssh: ssh2.Server, socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const refusal = this.#sockets.size >= MOST_CONNECTIONS ? 'too many connections' : this.#gate.refuses(address);
    if (refusal !== undefined) {
      this.#refusals.note(address, refusal);
      socket.destroy();
      return;
    }
    const key = `${address} ${socket.remotePort ?? 0}`;
    const left = this.#gate.came(address);
    this.#sockets.set(key, { socket, left });
    socket.once('close', () => {
      left();
      this.#sockets.delete(key);
    });
    ssh.injectSocket(socket);
  }

  #connected(connection: ssh2.Connection, key: string): void {
    const came = this.#sockets.get(key);
    // Every error of a connection ends in its `close`.
    connection.on('error', () => undefined);
    if (came === undefined) {
      connection.end();
      return;
    }
    const { socket, left } = came;
    const address = socket.remoteAddress ?? '';
    const one = new SshConnection({
      ...{ connection, socket, address, grants: this.#grants, clock: this.#deps.clock },
      upload: (open) => this.#uploads.get(open),
      onLogin: left,
      onLoginFailed: (reason) => {
        this.#gate.failed(address);
        this.#refusals.note(address, reason);
      },
      onRefused: (reason) => this.#refusals.note(address, reason),
      onFetch: (method, open, fetch) => this.#tell(method, open, fetch),
    });
    this.#connections.add(one);
    connection.on('close', () => this.#connections.delete(one));
    one.start();
  }

  #destroyAll(): void {
    for (const { socket } of this.#sockets.values()) socket.destroy();
  }

  #tell(method: string, open: OpenGrant, { peer, bytes, complete, reason }: Fetch): void {
    this.#deps.log.info(`${method} transfer`, { path: open.path, peer, bytes, complete, reason });
  }

  #breakOff(open: OpenGrant, reason: string): void {
    this.#uploads.delete(open);
    for (const connection of [...this.#connections]) {
      if (connection.open === open) {
        connection.breakOff(reason);
        connection.end();
      }
    }
  }
}
