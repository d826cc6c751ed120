/** Keeps the way to a console open: tries, is told that it broke, waits longer each time, and tries again. */
import { codeOf, fail, PortwrightError, reasonOf } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import type { Random } from '../../core/ports/random.js';
import { backOffMs } from './back-off.js';
import type { ByteChannel } from './byte-channel.js';

/** What whoever uses the channel is told. */
export interface KeptChannelEvents {
  onOpened(): void;
  onBytes(bytes: Uint8Array): void;
  /** Closed, or not opened; `code` is one of the error registry. The same news is told once. */
  onLost(reason: string, code: string): void;
  /** For the session log. */
  onNote(text: string): void;
}

export interface KeptChannelDeps {
  readonly portId: string;
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Each new try may bring a lockout nearer, and none helps before a person has acted. */
const NEEDS_A_PERSON: ReadonlySet<string> = new Set([
  'CONSOLE_LOGIN_REFUSED',
  'CONSOLE_HOST_KEY_CHANGED',
  'CONSOLE_SSH_ALGORITHMS',
]);
const PERSON_RETRY_MS = 300_000;

export class KeptChannel {
  readonly #deps: KeptChannelDeps;
  readonly #events: KeptChannelEvents;
  #running = false;
  #open = false;
  #opening: Promise<void> | undefined;
  #failures = 0;
  #failedWith = '';
  #backAtMs: number | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(deps: KeptChannelDeps, events: KeptChannelEvents) {
    this.#deps = deps;
    this.#events = events;
  }

  get open(): boolean {
    return this.#open;
  }

  /** How long ago it came back after it was away, ms; undefined where it never was. */
  get backForMs(): number | undefined {
    return this.#backAtMs === undefined ? undefined : this.#deps.clock.monotonicMs() - this.#backAtMs;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelRetry?.();
    // An opening that hangs is broken off; one that was just done is closed.
    await this.#deps.channel.close();
    await this.#opening;
    await this.#deps.channel.close();
  }

  #connect(): void {
    this.#opening = this.#tryOpen().finally(() => {
      this.#opening = undefined;
    });
  }

  async #tryOpen(): Promise<void> {
    const { channel, log, portId, clock } = this.#deps;
    try {
      await channel.open({
        onBytes: (bytes) => this.#events.onBytes(bytes),
        onClosed: (reason, fault) => this.#closed(reason, fault),
        onNote: (text) => this.#events.onNote(text),
      });
    } catch (error) {
      this.#notOpened(error);
      return;
    }
    if (this.#failures > 0) this.#backAtMs = clock.monotonicMs();
    this.#failures = 0;
    this.#failedWith = '';
    this.#open = true;
    this.#events.onNote(`console opened: ${channel.target}`);
    log.info('console opened', { port: portId, target: channel.target });
    this.#events.onOpened();
  }

  /** The first failure is news, and so is another kind of failure; the ones after it are the same news. */
  #notOpened(error: unknown): void {
    const { channel, log, portId, random } = this.#deps;
    const reason = reasonOf(error);
    const context = { port: portId, target: channel.target, reason };
    const { message, code } = error instanceof PortwrightError ? error : fail('CONSOLE_OPEN_FAILED', context, error);
    if (code !== this.#failedWith) {
      log.warn(message, { port: portId, code });
      this.#events.onNote(`console not opened: ${reason}`);
      this.#events.onLost(reason, code);
    } else log.debug(message, { port: portId, code });
    this.#failedWith = code;
    this.#retryLater(NEEDS_A_PERSON.has(code) ? PERSON_RETRY_MS : backOffMs(this.#failures, random));
  }

  #closed(reason: string, fault?: Error): void {
    const { log, portId, random } = this.#deps;
    this.#open = false;
    this.#events.onNote(`console closed: ${reason}`);
    const code = fault === undefined ? 'CONSOLE_LOST' : codeOf(fault);
    // That it cannot be opened right after is no news.
    this.#failedWith = 'CONSOLE_OPEN_FAILED';
    this.#events.onLost(reason, code);
    if (!this.#running) return;
    log.warn('console lost', { port: portId, reason, code });
    this.#retryLater(backOffMs(this.#failures, random));
  }

  #retryLater(delayMs: number): void {
    this.#failures++;
    if (!this.#running) return;
    this.#cancelRetry = this.#deps.clock.after(delayMs, () => {
      if (this.#running) this.#connect();
    });
  }
}
