/** Our connection to a device's or a host's SSH server, for the clients of SFTP and SCP. */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Client, ClientChannel, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { PortwrightError, fail, reasonOf } from '../../core/errors/index.js';
import type { HostKeys } from '../../core/ports/host-keys.js';
import type { RemoteFile } from '../../core/ports/transfer.js';
import type { TransferWatch } from '../../core/transfer-watch.js';
import { sshAlgorithms } from './ssh-algorithms.js';

/** RFC 4250 §4.1. */
const SSH_PORT = 22;
/** Signatures that a key of this type can make (RFC 8332 §3). */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

export interface SshDial {
  readonly remote: RemoteFile;
  readonly hostKeys: HostKeys;
  readonly watch: TransferWatch;
}

/** A logged-in connection. It is closed when `watch` breaks off. */
export class SshDialled {
  readonly #client: Client;
  readonly socket: Socket;

  constructor(client: Client, socket: Socket) {
    this.#client = client;
    this.socket = socket;
  }

  /** Errors: TRANSFER_REFUSED where the server has no such thing. */
  open(method: string, what: { readonly subsystem: string } | { readonly command: string }): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      const opened = (error: Error | undefined, channel: ClientChannel): void => {
        if (error === undefined) resolve(channel);
        else reject(fail('TRANSFER_REFUSED', { method, reason: error.message }, error));
      };
      this.#client.once('close', () => reject(new Error('the connection was closed')));
      if ('subsystem' in what) this.#client.subsys(what.subsystem, opened);
      else this.#client.exec(what.command, opened);
    });
  }

  close(): void {
    this.#client.end();
    this.socket.destroySoon();
  }
}

/**
 * Connects, proves the server by its host key (kept at the first meeting), and logs in with what the remote's credentials
 * have. Errors: TRANSFER_TRANSPORT, TRANSFER_REFUSED (another host key, no common algorithm, the login).
 */
export async function dialSsh({ remote, hostKeys, watch }: SshDial): Promise<SshDialled> {
  const { method } = watch;
  const { host, port = SSH_PORT } = remote;
  const pinned = await hostKeys.of(host, port);
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const socket = connect({ host, port, noDelay: true });
  watch.signal.addEventListener('abort', () => socket.destroy(), { once: true });
  const known = new KnownHost({ host, port, pinned, hostKeys, method });
  try {
    await connected(socket);
    await ready(client, { ...loginOf(remote), ...algorithmsFor(remote, pinned), sock: socket, ...known.config });
  } catch (error) {
    socket.destroy();
    throw known.refusal ?? dialError(method, error);
  }
  // Whatever ends the connection later ends its channels, and they tell.
  client.on('error', () => undefined);
  watch.alive();
  return new SshDialled(client, socket);
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}

function ready(client: Client, config: ConnectConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('ready', resolve);
    client.on('error', reject);
    client.once('close', () => reject(new Error('the connection was closed')));
    // What this throws, for a private key that it cannot read, rejects.
    client.connect(config);
  });
}

function loginOf({ credentials = {} }: RemoteFile): ConnectConfig {
  const { username = '', password, privateKey, passphrase } = credentials;
  return {
    username,
    // The transfer's own limits are the only ones.
    readyTimeout: 0,
    tryKeyboard: false,
    ...(password === undefined ? {} : { password }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

/** The types of pinned keys first, so that the server shows the same one again. */
function algorithmsFor(remote: RemoteFile, pinned: readonly string[]): Pick<ConnectConfig, 'algorithms'> {
  const algorithms = sshAlgorithms(remote.legacyAlgorithms ?? false);
  const offered: readonly ServerHostKeyAlgorithm[] = algorithms.serverHostKey;
  const types = pinned.map((line) => line.split(' ')[0] ?? '');
  const known = new Set(types.flatMap((type) => SIGNATURES[type] ?? [type]));
  const serverHostKey = [...offered.filter((name) => known.has(name)), ...offered.filter((name) => !known.has(name))];
  return { algorithms: { ...algorithms, serverHostKey } };
}

/** ssh2 says by `level` how far it had come. */
function dialError(method: string, error: unknown): Error {
  const level: unknown = error instanceof Error && 'level' in error ? error.level : undefined;
  if (error instanceof PortwrightError) return error;
  const reason = reasonOf(error);
  if (level === 'client-authentication') return fail('TRANSFER_REFUSED', { method, reason: 'the login failed' }, error);
  if (level === 'handshake') return fail('TRANSFER_REFUSED', { method, reason }, error);
  if (reason.startsWith('Cannot parse privateKey')) return fail('TRANSFER_REFUSED', { method, reason }, error);
  return fail('TRANSFER_TRANSPORT', { method, reason }, error);
}

interface KnownHostDeps {
  readonly host: string;
  readonly port: number;
  readonly pinned: readonly string[];
  readonly hostKeys: HostKeys;
  readonly method: string;
}

/** Trust on first use: the first key of an address is kept; another one later is refused before anything is sent. */
class KnownHost {
  readonly #deps: KnownHostDeps;
  refusal: Error | undefined;

  constructor(deps: KnownHostDeps) {
    this.#deps = deps;
  }

  get config(): Pick<ConnectConfig, 'hostVerifier'> {
    return {
      hostVerifier: (key: Buffer, verify: (isRight: boolean) => void) => {
        this.#check(key).then(
          () => verify(true),
          (error: unknown) => {
            this.refusal = error as Error;
            verify(false);
          },
        );
      },
    };
  }

  async #check(shown: Buffer): Promise<void> {
    const { host, port, pinned, hostKeys, method } = this.#deps;
    const type = shown.toString('latin1', 4, 4 + Math.min(shown.readUInt32BE(0), 64));
    const line = `${type} ${shown.toString('base64')}`;
    if (pinned.includes(line)) return;
    if (pinned.length === 0) {
      await hostKeys.pin(host, port, line);
      return;
    }
    const wanted = pinned.map((one) => fingerprint(Buffer.from(one.split(' ')[1] ?? '', 'base64'))).join(' or ');
    const reason = `${host}:${port} shows the host key ${fingerprint(shown)}, known is ${wanted}`;
    throw fail('TRANSFER_REFUSED', { method, reason });
  }
}

/** As OpenSSH prints it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
