/** Time as the rest of the house sees it. */
export interface Clock {
  /** Wall clock, epoch ms: for cron, records and what people read. */
  nowMs(): number;
  /** Monotonic ms: for every timeout. Never goes back. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; returns the way to cancel. */
  after(delayMs: number, callback: () => void): () => void;
  /** Resolves after `delayMs`, or rejects with the signal's reason. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
