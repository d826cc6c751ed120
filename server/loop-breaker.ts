/**
 * Stops a rule that feeds itself: its action makes an event that fires it again. Such a rule would fill the disk and,
 * with a write action, push for ever. A rule may fire so often on one port within a minute; what is above waits.
 */

/** Far above what any sound rule does on one port: a person who wants more writes no rule but a program. */
const MOST_FIRINGS = 20;
const WITHIN_MS = 60_000;

export class LoopBreaker {
  /** Moments of the newest firings by rule and port, oldest first. */
  readonly #firings = new Map<string, number[]>();

  /** Counts a firing; where it is one too many, says until when the rule rests on this port, epoch ms. */
  fire(rule: string, portId: string, nowMs: number): number | undefined {
    const key = JSON.stringify([rule, portId]);
    const recent = (this.#firings.get(key) ?? []).filter((atMs) => atMs > nowMs - WITHIN_MS);
    this.#firings.set(key, recent);
    const [oldest] = recent;
    if (recent.length >= MOST_FIRINGS && oldest !== undefined) return oldest + WITHIN_MS;
    recent.push(nowMs);
    return undefined;
  }
}
