/** A channel whose server asks for a login in the stream (`console.credentials`). */
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Credentials } from '../../core/ports/secrets.js';
import type { ByteChannel, ChannelEvents, ModemLines } from './byte-channel.js';
import { EarlyBytes } from './early-bytes.js';
import { ServerLogin } from './server-login.js';
import type { LoginStep } from './server-login.js';

export interface LoggedInChannelDeps {
  readonly channel: ByteChannel;
  /** Read at each opening. Errors: SECRET_MISSING. */
  readonly credentials: () => Credentials;
  readonly clock: Clock;
}

export class LoggedInChannel implements ByteChannel {
  readonly #deps: LoggedInChannelDeps;

  constructor(deps: LoggedInChannelDeps) {
    this.#deps = deps;
  }

  get target(): string {
    return this.#deps.channel.target;
  }

  get baudRate(): number | undefined {
    return this.#deps.channel.baudRate;
  }

  /** Errors: CONSOLE_LOGIN_REFUSED, SECRET_MISSING, those of the channel. */
  async open(events: ChannelEvents): Promise<void> {
    const { channel, credentials, clock } = this.#deps;
    const opening = new Opening(channel, clock, credentials(), events);
    await channel.open(opening);
    try {
      await opening.done();
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#deps.channel.write(bytes);
  }

  close(): Promise<void> {
    return this.#deps.channel.close();
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const { channel } = this.#deps;
    if (channel.setBaudRate === undefined) throw this.#fixed();
    await channel.setBaudRate(baudRate);
  }

  async sendBreak(durationMs: number): Promise<void> {
    const { channel } = this.#deps;
    if (channel.sendBreak === undefined) throw this.#fixed();
    await channel.sendBreak(durationMs);
  }

  async setModemLines(lines: ModemLines): Promise<void> {
    const { channel } = this.#deps;
    if (channel.setModemLines === undefined) throw this.#fixed();
    await channel.setModemLines(lines);
  }

  #fixed(): Error {
    return fail('CONSOLE_SETTING_REFUSED', { target: this.target, reason: 'this console has no serial line of ours' });
  }
}

/** From the open channel to the end of the login. */
class Opening implements ChannelEvents {
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  readonly #events: ChannelEvents;
  readonly #early: EarlyBytes;
  #login: ServerLogin | undefined;
  #settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  #isIn = false;
  #fault: Error | undefined;
  #cancel = (): void => undefined;

  constructor(channel: ByteChannel, clock: Clock, credentials: Credentials, events: ChannelEvents) {
    this.#channel = channel;
    this.#clock = clock;
    this.#events = events;
    this.#early = new EarlyBytes((bytes) => {
      events.onBytes(bytes);
    });
    this.#login = new ServerLogin(credentials, clock.monotonicMs());
  }

  async done(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
      if (this.#fault === undefined) this.#take({ kind: 'wait' });
      else reject(this.#fault);
    });
    this.#early.release();
  }

  onBytes(bytes: Uint8Array): void {
    this.#early.push(bytes);
    const step = this.#login?.heard(Buffer.from(bytes).toString('latin1'), this.#clock.monotonicMs());
    if (step !== undefined) this.#take(step);
  }

  onNote(text: string): void {
    this.#events.onNote?.(text);
  }

  onClosed(reason: string, fault?: Error): void {
    this.#cancel();
    this.#login = undefined;
    if (this.#isIn) {
      this.#early.flush();
      this.#events.onClosed(reason, fault);
      return;
    }
    this.#fault ??= fault ?? new Error(reason);
    this.#settle?.reject(this.#fault);
  }

  #take(step: LoginStep): void {
    this.#cancel();
    switch (step.kind) {
      case 'type':
        this.#early.clear();
        this.#channel.write(new TextEncoder().encode(step.text)).catch((error: unknown) => this.#settle?.reject(error));
        break;
      case 'in':
        this.#login = undefined;
        this.#isIn = true;
        this.#settle?.resolve();
        break;
      case 'refused':
        this.#login = undefined;
        this.#fault = fail('CONSOLE_LOGIN_REFUSED', { target: this.#channel.target, reason: step.reason });
        this.#settle?.reject(this.#fault);
        break;
      case 'wait':
        break;
    }
    this.#wait();
  }

  #wait(): void {
    const login = this.#login;
    if (login === undefined) return;
    this.#cancel = this.#clock.after(Math.max(0, login.nextDeadlineMs() - this.#clock.monotonicMs()), () => {
      this.#take(login.late());
    });
  }
}
