/**
 * What the TFTP server refuses, and how it says so. Anyone can send requests under any address: what they cost is bounded,
 * and they are counted and logged once a second at most.
 */
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';

/** Transfers at once. */
export const MAX_RUNS = 4096;
/** Transfers to one address that it never answered: a forged address gets no more than these. */
export const MAX_UNHEARD = 256;
/** ERROR packets to peers without a transfer, a second: who cannot be told simply asks again. */
const MAX_ANSWERS = 500;
const SECOND_MS = 1000;

export interface Refusal {
  readonly peer: string;
  readonly reason: string;
  /** TFTP error code; absent where nobody was told. */
  readonly code?: number;
}

export class TftpGate {
  readonly #clock: Clock;
  readonly #log: Log;
  #refused = 0;
  #answered = 0;
  #answersSinceMs = -Infinity;
  #loggedAtMs = -Infinity;
  #unlogged = 0;
  #newest: Refusal | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Counts one; true where the peer may be told. */
  refuse(refusal: Refusal): boolean {
    this.#refused += 1;
    this.#unlogged += 1;
    this.#newest = refusal;
    const nowMs = this.#clock.monotonicMs();
    const waitMs = this.#loggedAtMs + SECOND_MS - nowMs;
    if (waitMs <= 0) this.#write();
    else this.#cancel ??= this.#clock.after(waitMs, () => this.#write());
    return refusal.code !== undefined && this.#mayAnswer(nowMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #write(): void {
    this.stop();
    if (this.#newest === undefined) return;
    const { peer, reason, code } = this.#newest;
    this.#log.info('tftp request refused', {
      ...{ peer, reason, count: this.#unlogged },
      ...(code === undefined ? {} : { code: String(code) }),
    });
    this.#loggedAtMs = this.#clock.monotonicMs();
    this.#unlogged = 0;
  }

  #mayAnswer(nowMs: number): boolean {
    if (nowMs - this.#answersSinceMs >= SECOND_MS) {
      this.#answersSinceMs = nowMs;
      this.#answered = 0;
    }
    this.#answered += 1;
    return this.#answered <= MAX_ANSWERS;
  }
}
