/** One SSH connection of a device: its login, then SFTP or SCP for the one file that its login is for. */
import type { Socket } from 'node:net';
import type { Connection, ServerChannel, Session } from 'ssh2';
import type { Clock } from '../../core/ports/clock.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import { parseScpCommand } from '../../protocols/scp/command.js';
import { ChannelLink } from './channel-link.js';
import { DeadlineTimer } from './deadline-timer.js';
import type { Grants } from './grants.js';
import type { OpenGrant } from './open-grant.js';
import { scpService } from './scp-serve.js';
import { SftpServe } from './sftp-serve.js';
import { SshLogin } from './ssh-login.js';
import type { ChannelService, ServeDeps } from './ssh-serve.js';
import type { SshUpload } from './ssh-upload.js';

/** From the first byte to the login, ms. */
const LOGIN_WITHIN_MS = 30_000;
/** Nothing moved for this long, ms: a device may erase its flash in the middle, which takes minutes. */
const IDLE_MS = 300_000;
/** Channels at once. */
const MOST_CHANNELS = 4;

export interface SshConnectionDeps {
  readonly connection: Connection;
  readonly socket: Socket;
  readonly address: string;
  readonly grants: Grants;
  readonly clock: Clock;
  readonly upload: (open: OpenGrant) => SshUpload | undefined;
  onLogin(): void;
  onLoginFailed(reason: string): void;
  onRefused(reason: string): void;
  onFetch(method: 'sftp' | 'scp', open: OpenGrant, fetch: Fetch): void;
}

export class SshConnection {
  readonly #deps: SshConnectionDeps;
  readonly #login: SshLogin;
  readonly #timer: DeadlineTimer;
  readonly #services = new Set<ChannelService>();

  constructor(deps: SshConnectionDeps) {
    const { grants, address, clock } = deps;
    this.#deps = deps;
    this.#login = new SshLogin({
      ...{ grants, address },
      onFailed: (reason) => deps.onLoginFailed(reason),
      onTooMany: () => this.end(),
    });
    this.#timer = new DeadlineTimer(clock, () => this.#late());
  }

  /** Whose file it is here for, once it has logged in. */
  get open(): OpenGrant | undefined {
    return this.#login.open;
  }

  start(): void {
    const { connection, clock } = this.#deps;
    this.#timer.set(clock.monotonicMs() + LOGIN_WITHIN_MS);
    connection.on('authentication', (context) => this.#login.attempt(context));
    connection.on('ready', () => {
      this.#deps.onLogin();
      this.#active();
    });
    connection.on('session', (accept, reject) => {
      if (this.#services.size >= MOST_CHANNELS) reject();
      else this.#session(accept());
    });
    connection.on('close', () => {
      this.#timer.stop();
      this.breakOff('the client went away');
    });
  }

  /** Running transfers are broken off; their client is told. */
  breakOff(reason: string): void {
    for (const service of [...this.#services]) service.breakOff(reason);
  }

  /** What was sent still leaves. */
  end(): void {
    this.#deps.connection.end();
  }

  /** No shell, no terminal, no environment, no forwarding: what has no listener is refused by ssh2. */
  #session(session: Session): void {
    session.on('subsystem', (accept, reject, { name }) => {
      if (name === 'sftp') this.#serve(accept(), 'sftp', (deps) => new SftpServe(deps));
      else this.#refuse(reject, `subsystem ${name.slice(0, 40)}`);
    });
    session.on('exec', (accept, reject, { command }) => {
      const asked = parseScpCommand(command);
      if (asked === undefined) this.#refuse(reject, 'a command other than scp');
      else this.#serve(accept(), 'scp', (deps) => scpService(deps, asked));
    });
  }

  #refuse(reject: (() => void) | undefined, what: string): void {
    this.#deps.onRefused(what);
    // A client that wants no answer gets none.
    reject?.();
  }

  #serve(channel: ServerChannel, method: 'sftp' | 'scp', make: (deps: ServeDeps) => ChannelService): void {
    const { open } = this.#login;
    if (open === undefined) {
      channel.close();
      return;
    }
    const upload = this.#deps.upload(open);
    const link = new ChannelLink(channel, this.#deps.socket, () => this.#active());
    const service = make({
      ...{ open, link, peer: this.#deps.address, clock: this.#deps.clock },
      ...(upload === undefined ? {} : { upload }),
      onEnded: (fetch) => this.#deps.onFetch(method, open, fetch),
    });
    this.#services.add(service);
    void service.run().then(({ exitStatus }) => {
      this.#services.delete(service);
      link.flush();
      link.detach();
      channel.exit(exitStatus);
      channel.end();
    });
  }

  #active(): void {
    this.#timer.set(this.#deps.clock.monotonicMs() + IDLE_MS);
  }

  #late(): void {
    this.#deps.onRefused(this.open === undefined ? 'no login in time' : 'nothing moved for too long');
    this.breakOff('nothing moved for too long');
    this.#deps.connection.end();
    this.#deps.socket.destroy();
  }
}
