/**
 * One armed timer for a deadline that moves all the time.
 *
 * A transfer's deadline moves later with every packet. Arming anew each time would cost more than the packet: the timer
 * stays as it is, and looks at the deadline again when it fires. Only an earlier deadline arms it anew.
 */
import type { Clock } from '../../core/ports/clock.js';

export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #dueMs = Infinity;
  #armedMs = Infinity;
  #cancel: (() => void) | undefined;

  /** `onDue` is called once each time a set deadline (monotonic ms) has come. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** `Infinity`: nothing is awaited. */
  set(dueMs: number): void {
    this.#dueMs = dueMs;
    if (dueMs < this.#armedMs) this.#arm();
  }

  /** As `set`, but only if it is earlier than what is set: the way of many who share one timer. */
  setEarlier(dueMs: number): void {
    if (dueMs < this.#dueMs) this.set(dueMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#dueMs = Infinity;
    this.#armedMs = Infinity;
  }

  #arm(): void {
    this.#cancel?.();
    this.#armedMs = this.#dueMs;
    // Whole milliseconds, rounded up: a timer that fires early would only be armed again.
    const delayMs = Math.max(0, Math.ceil(this.#dueMs - this.#clock.monotonicMs()));
    this.#cancel = this.#clock.after(delayMs, () => this.#fired());
  }

  #fired(): void {
    this.#cancel = undefined;
    this.#armedMs = Infinity;
    if (this.#dueMs === Infinity) return;
    if (this.#clock.monotonicMs() < this.#dueMs) {
      this.#arm();
      return;
    }
    this.#dueMs = Infinity;
    this.#onDue();
  }
}
