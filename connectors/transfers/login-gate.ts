/**
 * How many logins one address may try: ten thousand guesses must cost neither the node's time nor the next device's turn.
 * An address that failed too often is not even greeted until its oldest failure is a minute old.
 */
import type { Clock } from '../../core/ports/clock.js';

/** Failed logins of one address within the time below. A device tries a key or two and a password. */
const MOST_FAILURES = 20;
const WITHIN_MS = 60_000;
/** Addresses that are remembered; the oldest is forgotten first. */
const MOST_ADDRESSES = 10_000;
/** Connections that have not logged in yet, from one address and in all. */
const MOST_STRANGERS = 64;
const MOST_STRANGERS_EACH = 16;

export class LoginGate {
  readonly #clock: Clock;
  /** When they failed, monotonic ms, by address; the address that failed last stands last. */
  readonly #failures = new Map<string, readonly number[]>();
  readonly #strangers = new Map<string, number>();
  #strangersInAll = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Why a connection from there is not wanted now; undefined where it is. */
  refuses(address: string): string | undefined {
    if (this.#recent(address).length >= MOST_FAILURES) return 'too many failed logins';
    if (this.#strangersInAll >= MOST_STRANGERS) return 'too many connections without a login';
    if ((this.#strangers.get(address) ?? 0) >= MOST_STRANGERS_EACH) return 'too many connections of one address';
    return undefined;
  }

  /** A connection has come. Returns what is called once it has logged in or gone. */
  came(address: string): () => void {
    this.#strangersInAll += 1;
    this.#strangers.set(address, (this.#strangers.get(address) ?? 0) + 1);
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      this.#strangersInAll -= 1;
      const left = (this.#strangers.get(address) ?? 1) - 1;
      if (left === 0) this.#strangers.delete(address);
      else this.#strangers.set(address, left);
    };
  }

  failed(address: string): void {
    const failures = [...this.#recent(address), this.#clock.monotonicMs()];
    this.#failures.delete(address);
    this.#failures.set(address, failures.slice(-MOST_FAILURES));
    if (this.#failures.size <= MOST_ADDRESSES) return;
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined) this.#failures.delete(oldest);
  }

  #recent(address: string): readonly number[] {
    const sinceMs = this.#clock.monotonicMs() - WITHIN_MS;
    return (this.#failures.get(address) ?? []).filter((atMs) => atMs > sinceMs);
  }
}
