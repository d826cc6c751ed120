/** The machine's own time. */
import { performance } from 'node:perf_hooks';
import type { Clock } from '../../core/ports/clock.js';

/** Node's timers hold a 32-bit number of ms; a longer wait would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const dueMs = this.monotonicMs() + delayMs;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const leftMs = Math.ceil(dueMs - this.monotonicMs());
      // A timer may fire up to 1 ms early by this clock: waking again is better than telling a lie.
      timer = setTimeout(() => (this.monotonicMs() >= dueMs ? callback() : arm()), clamp(leftMs));
    };
    arm();
    return () => {
      clearTimeout(timer);
    };
  }

  async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.after(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

function clamp(delayMs: number): number {
  return Math.min(LONGEST_TIMER_MS, Math.max(0, delayMs));
}
