/** What one transfer attempt leaves in the job: method, variant, bytes, seconds, why it ended. */
import type { StepContext } from '../core/action.js';
import { codeOf, reasonOf } from '../core/errors/index.js';
import type { AttemptRecord } from '../core/job.js';
import type { TransferMethod } from '../core/settings.js';

export interface LoggedAttempt {
  readonly number: number;
  readonly method: TransferMethod;
  /** In-band only. */
  readonly blockSize?: number;
  readonly predictedSeconds?: number | undefined;
}

export class AttemptLog {
  readonly #context: StepContext;
  readonly #attempt: LoggedAttempt;
  readonly #startedMs: number;
  #bytes = 0;

  constructor(context: StepContext, attempt: LoggedAttempt) {
    this.#context = context;
    this.#attempt = attempt;
    this.#startedMs = context.clock.monotonicMs();
  }

  readonly onBytes = (bytes: number): void => {
    this.#bytes = bytes;
  };

  /** Since it began. */
  get seconds(): number {
    return (this.#context.clock.monotonicMs() - this.#startedMs) / 1000;
  }

  succeeded(): Promise<void> {
    return this.#context.recordAttempt(this.#record('succeeded'));
  }

  /** What the node itself broke off is recorded as interrupted and does not count as an attempt. */
  failed(error: unknown): Promise<void> {
    const outcome = this.#context.signal.aborted ? 'interrupted' : 'failed';
    return this.#context.recordAttempt({ ...this.#record(outcome), code: codeOf(error), reason: reasonOf(error) });
  }

  #record(outcome: AttemptRecord['outcome']): AttemptRecord {
    const { number, method, blockSize, predictedSeconds } = this.#attempt;
    return {
      number,
      method,
      ...(blockSize === undefined ? {} : { variant: String(blockSize) }),
      ...(predictedSeconds === undefined ? {} : { predictedSeconds }),
      bytes: this.#bytes,
      seconds: this.seconds,
      outcome,
    };
  }
}
