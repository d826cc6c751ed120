/**
 * Time in a simulated device. What a device takes (boots, erases, hashes) is shortened by `timeScale`; what it shows
 * (uptime, stamps of log lines) runs like the wall clock, so that "0 minutes" after a reload stays true.
 */

import type { Clock } from '../core/ports/clock.js';

/** Where a lab takes its time from: the machine's own, or a simulated one. */
export type LabTime = Pick<Clock, 'nowMs' | 'monotonicMs' | 'after'>;

export const WALL_TIME: LabTime = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

const MINUTE_MS = 60_000;
const UNITS: readonly (readonly [string, number])[] = [
  ['week', 7 * 24 * 60],
  ['day', 24 * 60],
  ['hour', 60],
  ['minute', 1],
];
/** Where the calendar of a router without a battery starts: 1 March 1993. */
const EPOCH_MS = Date.UTC(1993, 2, 1);
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

export class DeviceClock {
  readonly #time: LabTime;
  readonly #timeScale: number;
  readonly #isUnset: () => boolean;
  #upSinceMs = 0;

  /** `isUnset`: whether the calendar has lost its date, and begins in 1970. */
  constructor(time: LabTime, timeScale: number, isUnset: () => boolean = () => false) {
    this.#time = time;
    this.#timeScale = timeScale;
    this.#isUnset = isUnset;
  }

  /** The device's date. */
  get now(): Date {
    return new Date(this.#isUnset() ? this.uptimeMs : this.#time.nowMs());
  }

  /** `Thu, 26 Nov 2026 06:38:09 GMT` */
  get dateText(): string {
    return this.now.toUTCString();
  }

  /** As IOS shows it, with the star of a clock that nobody has set: `*06:38:09.123 UTC Thu Nov 26 2026`. */
  get iosText(): string {
    const [weekday = '', day = '', month = '', year = ''] = this.dateText.replace(',', '').split(' ');
    return `*${this.now.toISOString().slice(11, 23)} UTC ${weekday} ${month} ${String(Number(day))} ${year}`;
  }

  /** The operating system starts now, or started `agoMs` ago. */
  restart(agoMs = 0): void {
    this.#upSinceMs = this.#time.monotonicMs() - agoMs;
  }

  get uptimeMs(): number {
    return this.#time.monotonicMs() - this.#upSinceMs;
  }

  /** As `show version` says it: `14 hours, 22 minutes`. */
  get uptimeText(): string {
    let minutes = Math.floor(this.uptimeMs / MINUTE_MS);
    const parts: string[] = [];
    for (const [unit, size] of UNITS) {
      const count = Math.floor(minutes / size);
      minutes -= count * size;
      if (count > 0) parts.push(`${String(count)} ${unit}${count === 1 ? '' : 's'}`);
    }
    return parts.length === 0 ? '0 minutes' : parts.join(', ');
  }

  /** Stamp of a log line, with the star of a clock that was never set: `*Mar  1 00:00:05.123`. */
  get logStamp(): string {
    const date = new Date(EPOCH_MS + this.uptimeMs);
    const month = MONTHS[date.getUTCMonth()] ?? '';
    const day = String(date.getUTCDate()).padStart(2, ' ');
    return `*${month} ${day} ${date.toISOString().slice(11, 23)}`;
  }

  /** Wall-clock ms that `deviceMs` of the device take. */
  wallMs(deviceMs: number): number {
    return deviceMs / this.#timeScale;
  }

  /** Monotonic ms of the lab: for how long something took. */
  get monotonicMs(): number {
    return this.#time.monotonicMs();
  }

  /** Calls back once after so many wall-clock ms; returns the way to cancel. */
  after(wallMs: number, callback: () => void): () => void {
    return this.#time.after(wallMs, callback);
  }

  /** Waits for device milliseconds. Rejects with the signal's reason. */
  sleep(deviceMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = this.after(this.wallMs(deviceMs), () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }
}
