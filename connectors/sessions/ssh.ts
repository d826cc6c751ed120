/** A console or a device's shell behind SSH, on ssh2. */
import type * as Ssh2 from 'ssh2';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { HostKeys } from '../../core/ports/host-keys.js';
import type { Credentials } from '../../core/ports/secrets.js';
import type { ByteChannel, ChannelEvents } from './byte-channel.js';
import { EarlyBytes } from './early-bytes.js';
import { algorithmsFor } from './ssh-algorithms.js';
import { checkHostKey } from './ssh-host-key.js';
import { LoginOrder, loginMethods } from './ssh-login.js';

export interface SshChannelOptions {
  readonly host: string;
  readonly port: number;
  /** Read at each opening. Errors: SECRET_MISSING. */
  readonly credentials: () => Credentials;
  /** Socket of an agent, for credentials without password and key. */
  readonly agentSocket?: string | undefined;
  /** SHA-1 signatures and CBC ciphers are allowed. */
  readonly legacyAlgorithms: boolean;
  readonly hostKeys: HostKeys;
  readonly clock: Clock;
}

/** Old devices take seconds for the arithmetic of the key exchange. ms */
const OPEN_WITHIN_MS = 30_000;
/** A dead far end is found within three of these, although a console may say nothing for days. ms */
const KEEPALIVE_MS = 30_000;
const KEEPALIVES_MAX = 3;
/** Wide enough that no prompt wraps, and less than 512, which some devices refuse. */
const WINDOW = { term: 'vt100', cols: 511, rows: 1000 };

export class SshChannel implements ByteChannel {
  readonly #options: SshChannelOptions;
  #client: Client | undefined;
  #shell: ClientChannel | undefined;

  constructor(options: SshChannelOptions) {
    this.#options = options;
  }

  get target(): string {
    return `ssh ${this.#options.host}:${String(this.#options.port)}`;
  }

  /** Errors: CONSOLE_LOGIN_REFUSED, CONSOLE_HOST_KEY_CHANGED, CONSOLE_SSH_ALGORITHMS, SECRET_MISSING, STORE_FAILED, ssh2's and the system's. */
  async open(events: ChannelEvents): Promise<void> {
    const { host, port, hostKeys, clock } = this.#options;
    const credentials = this.#options.credentials();
    const pinned = await hostKeys.of(host, port);
    // Loaded with the first session: a node's start need not wait for it.
    const { Client, utils } = await importSsh2();
    this.#assertReadable(credentials, utils);
    const client = new Client();
    this.#client = client;
    const opening = new Opening(this.target, client, events);
    const cancel = clock.after(OPEN_WITHIN_MS, () => {
      opening.fail(new Error(`not open within ${String(OPEN_WITHIN_MS / 1000)} s`));
    });
    client.on('close', () => {
      if (this.#client === client) this.#client = undefined;
      this.#shell = undefined;
      opening.closed();
    });
    try {
      this.#shell = await opening.shell(this.#config(credentials, pinned, opening));
    } finally {
      cancel();
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const shell = this.#shell;
      if (shell === undefined) {
        reject(new Error('not open'));
        return;
      }
      const onClose = (): void => {
        reject(new Error('closed'));
      };
      shell.once('close', onClose);
      shell.write(bytes, (error) => {
        shell.off('close', onClose);
        if (error == null) resolve();
        else reject(error);
      });
    });
  }

  close(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      client.once('close', () => {
        resolve();
      });
      client.destroy();
    });
  }

  #config(credentials: Credentials, pinned: readonly string[], opening: Opening): ConnectConfig {
    const { host, port, hostKeys, agentSocket, legacyAlgorithms } = this.#options;
    const order = new LoginOrder(loginMethods({ credentials, agentSocket }));
    const types = pinned.map((line) => line.split(' ')[0] ?? '');
    return {
      host,
      port,
      username: credentials.username ?? '',
      // The deadline of `open` is the only one.
      readyTimeout: 0,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVES_MAX,
      algorithms: algorithmsFor(legacyAlgorithms, types),
      hostVerifier: (key: Buffer, verify: (ok: boolean) => void) => {
        checkHostKey({ host, port, target: this.target, hostKeys, pinned }, key).then(
          () => {
            verify(true);
          },
          (error: unknown) => {
            opening.fail(error as Error);
            verify(false);
          },
        );
      },
      authHandler: (offered: readonly string[] | null, _partial, next) => {
        const method = order.next(offered);
        if (method !== undefined) {
          next(method);
          return;
        }
        const reason = refusal(order.tried, offered ?? []);
        opening.fail(fail('CONSOLE_LOGIN_REFUSED', { target: this.target, reason }));
      },
    };
  }

  /** ssh2 passes over a key that it cannot read, and the refusal that follows would tell nothing of it. */
  #assertReadable({ privateKey, passphrase }: Credentials, utils: typeof Ssh2.utils): void {
    if (privateKey === undefined) return;
    const parsed = utils.parseKey(`${privateKey}\n`, passphrase);
    if (!(parsed instanceof Error)) return;
    throw fail('CONSOLE_LOGIN_REFUSED', { target: this.target, reason: `the private key: ${parsed.message}` }, parsed);
  }
}

async function importSsh2(): Promise<Pick<typeof Ssh2, 'Client' | 'utils'>> {
  return (await import('ssh2')).default;
}

function refusal(tried: readonly string[], offered: readonly string[]): string {
  const offers = offered.join(', ') || 'nothing';
  if (tried.length === 0) return `the server offers ${offers}, and the secret has nothing for that`;
  return `${tried.join(', ')} not accepted (the server offers ${offers})`;
}

/** ssh2's word for it: `Handshake failed: no matching key exchange algorithm`. */
function isMismatch({ level, message }: Error & { readonly level?: string }): boolean {
  return level === 'handshake' && message.includes('no matching');
}

/** From the first packet to the shell, and the news of its end. */
class Opening {
  readonly #client: Client;
  readonly #events: ChannelEvents;
  readonly #early: EarlyBytes;
  #reject: (error: Error) => void = () => undefined;
  #isOpen = false;
  #error: Error | undefined;

  constructor(target: string, client: Client, events: ChannelEvents) {
    this.#client = client;
    this.#events = events;
    this.#early = new EarlyBytes((bytes) => {
      events.onBytes(bytes);
    });
    client.on('error', (error: Error & { readonly level?: string }) => {
      this.#error ??= isMismatch(error)
        ? fail('CONSOLE_SSH_ALGORITHMS', { target, reason: error.message }, error)
        : error;
    });
  }

  async shell(config: ConnectConfig): Promise<ClientChannel> {
    const shell = await new Promise<ClientChannel>((resolve, reject) => {
      this.#reject = reject;
      // Neither a step of the handshake nor a key waits for what comes after it.
      this.#client.on('connect', () => this.#client.setNoDelay(true));
      this.#client.on('ready', () => {
        this.#client.shell(WINDOW, (error, opened) => {
          if (error === undefined) resolve(opened);
          else this.fail(error);
        });
      });
      this.#client.connect(config);
    });
    this.#listen(shell);
    this.#isOpen = true;
    this.#early.release();
    return shell;
  }

  #listen(shell: ClientChannel): void {
    const heard = (bytes: Buffer): void => {
      this.#early.push(bytes);
    };
    shell.on('data', heard);
    shell.stderr.on('data', heard);
    shell.on('error', (error: Error) => {
      this.#error ??= error;
    });
    // The shell's end is the console's end, whatever else the connection could carry.
    shell.on('close', () => {
      this.#client.end();
    });
  }

  /** The first cause counts; the connection is closed. */
  fail(error: Error): void {
    this.#error = error;
    this.#reject(error);
    this.#client.destroy();
  }

  closed(): void {
    const reason = this.#error?.message ?? 'closed by the far end';
    if (!this.#isOpen) {
      this.#reject(this.#error ?? new Error(reason));
      return;
    }
    this.#early.flush();
    this.#events.onClosed(reason);
  }
}
