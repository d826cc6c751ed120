/**
 * What the TFTP server refuses, and how it says so. Anyone can send requests under any address: what they cost is bounded,
 * and they are counted and logged once a second at most.
 */
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import { RefusalLog } from '../refusal-log.js';

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
  /** TFTP error code; absent where nobody is told. */
  readonly code?: number;
}

export class TftpGate {
  readonly #clock: Clock;
  readonly #refusals: RefusalLog;
  #answered = 0;
  #answersSinceMs = -Infinity;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#refusals = new RefusalLog('tftp', { clock, log });
  }

  /** Since the start. */
  get refused(): number {
    return this.#refusals.count;
  }

  /** Counts one; true where the peer may be told. */
  refuse({ peer, reason, code }: Refusal): boolean {
    this.#refusals.note(peer, code === undefined ? reason : `${reason} (error ${code})`);
    return code !== undefined && this.#mayAnswer();
  }

  stop(): void {
    this.#refusals.stop();
  }

  #mayAnswer(): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#answersSinceMs >= SECOND_MS) {
      this.#answersSinceMs = nowMs;
      this.#answered = 0;
    }
    this.#answered += 1;
    return this.#answered <= MAX_ANSWERS;
  }
}
