/** Randomness, injected so that a seed can repeat a run. */
export interface Random {
  /** Lower-case hex digits, unguessable in production: ids, one-time paths, tokens. */
  hex(digits: number): string;
  /** Whole number from 0 up to but without `limit`. */
  below(limit: number): number;
}
