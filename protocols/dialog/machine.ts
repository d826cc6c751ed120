/** The form of every dialogue engine: inputs and the time go in, outputs and the next deadline come out. */

export type DialogInput =
  | { readonly kind: 'start' }
  /** Bytes were pushed into the reader that the engine shares with its owner. */
  | { readonly kind: 'received' }
  /** The deadline that the engine asked for has come. */
  | { readonly kind: 'time' };

export type DialogOutput<Result> =
  /** `secret`: a credential, for nobody's eyes. */
  | { readonly kind: 'write'; readonly text: string; readonly secret: boolean }
  /** What the story says about a boot milestone. */
  | { readonly kind: 'story'; readonly story: string }
  /** The last output: the engine does nothing any more. */
  | { readonly kind: 'done'; readonly result: Result };

export interface DialogMachine<Result> {
  handle(input: DialogInput, nowMs: number): readonly DialogOutput<Result>[];
  /** When to call again with `time`, on the clock of `nowMs`; undefined once done. */
  nextDeadlineMs(): number | undefined;
}

/** Deadlines of one evaluation: what has not come yet is remembered, the earliest is the next. */
export class Deadlines {
  #nowMs = 0;
  #nextMs = Number.POSITIVE_INFINITY;

  begin(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#nextMs = Number.POSITIVE_INFINITY;
  }

  /** True once `delayMs` have gone since `sinceMs`; else the moment is remembered. */
  passed(sinceMs: number, delayMs: number): boolean {
    const dueMs = sinceMs + delayMs;
    if (this.#nowMs >= dueMs) return true;
    this.#nextMs = Math.min(this.#nextMs, dueMs);
    return false;
  }

  get nextMs(): number | undefined {
    return Number.isFinite(this.#nextMs) ? this.#nextMs : undefined;
  }
}
