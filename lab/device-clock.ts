/**
 * Time in a simulated device. What a device takes (boots, erases, hashes) is shortened by `timeScale`; what it shows
 * (uptime, stamps of log lines) runs like the wall clock, so that "0 minutes" after a reload stays true.
 */

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
  readonly #timeScale: number;
  readonly #isUnset: () => boolean;
  #upSinceMs = 0;

  /** `isUnset`: whether the calendar has lost its date, and begins in 1970. */
  constructor(timeScale: number, isUnset: () => boolean = () => false) {
    this.#timeScale = timeScale;
    this.#isUnset = isUnset;
  }

  /** The device's date. */
  get now(): Date {
    return new Date(this.#isUnset() ? this.uptimeMs : Date.now());
  }

  /** `Thu, 26 Nov 2026 06:38:09 GMT` */
  get dateText(): string {
    return this.now.toUTCString();
  }

  /** The operating system starts now, or started `agoMs` ago. */
  restart(agoMs = 0): void {
    this.#upSinceMs = performance.now() - agoMs;
  }

  get uptimeMs(): number {
    return performance.now() - this.#upSinceMs;
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

  /** Waits for device milliseconds. Rejects with the signal's reason. */
  sleep(deviceMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, this.wallMs(deviceMs));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }
}
