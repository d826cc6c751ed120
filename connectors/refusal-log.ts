/** Counts what a server did not grant, and tells the log at most once a second: a flood must not become a flood of lines. */
import type { Clock } from '../core/ports/clock.js';
import type { Log } from '../core/ports/log.js';

const TELL_EVERY_MS = 1000;

export class RefusalLog {
  /** All so far. */
  count = 0;
  readonly #method: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #quietUntilMs = -Infinity;
  #untold = 0;
  #last = { peer: '', reason: '' };
  #cancel: (() => void) | undefined;

  constructor(method: string, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#method = method;
    this.#clock = clock;
    this.#log = log;
  }

  note(peer: string, reason: string): void {
    this.count += 1;
    this.#untold += 1;
    this.#last = { peer, reason };
    const waitMs = this.#quietUntilMs - this.#clock.monotonicMs();
    if (waitMs <= 0) this.#tell();
    else this.#cancel ??= this.#clock.after(Math.ceil(waitMs), () => this.#tell());
  }

  /** Tells what is untold and lets go of the clock. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#untold > 0) this.#tell();
  }

  #tell(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#quietUntilMs = this.#clock.monotonicMs() + TELL_EVERY_MS;
    // The newest stands for all of this second.
    this.#log.info(`${this.#method} refused`, { ...this.#last, count: this.#untold });
    this.#untold = 0;
  }
}
