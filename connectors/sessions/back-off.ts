/** How long to wait before the next attempt to open a console: doubling, bounded, with jitter. */
import type { Random } from '../../core/ports/random.js';

/** A pulled USB adapter is often back at once. */
const FIRST_MS = 250;
/** A console server that is down for hours is found again within this. */
const LONGEST_MS = 30_000;

/** Delay before attempt `failures + 1`, ms. Half of it is random, so that forty ports of one console server spread. */
export function backOffMs(failures: number, random: Random): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return fullMs / 2 + random.below(fullMs / 2 + 1);
}
