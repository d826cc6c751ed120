/**
 * Bytes that come while a channel is still opening: whoever opened must know that it is open before the first of them
 * comes. Bounded; what does not fit is lost, oldest first.
 */

/** A banner, a motd, and the device's last screen. */
const EARLY_BYTES_MAX = 65_536;

export class EarlyBytes {
  readonly #deliver: (bytes: Uint8Array) => void;
  #kept: Uint8Array[] | undefined = [];
  #keptBytes = 0;

  constructor(deliver: (bytes: Uint8Array) => void) {
    this.#deliver = deliver;
  }

  push(bytes: Uint8Array): void {
    if (this.#kept === undefined) {
      this.#deliver(bytes);
      return;
    }
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    while (this.#keptBytes > EARLY_BYTES_MAX) this.#keptBytes -= this.#kept.shift()?.length ?? 0;
  }

  /** Forgets what was kept: it was not meant for whoever opened. */
  clear(): void {
    if (this.#kept === undefined) return;
    this.#kept = [];
    this.#keptBytes = 0;
  }

  /**
   * Delivers once the promise of the opening was heard, and from then on at once. To be called from a promise: Node runs
   * the tick when all promises that can go on have gone on, and before the next bytes are read.
   */
  release(): void {
    process.nextTick(() => {
      this.flush();
    });
  }

  flush(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const bytes of kept) this.#deliver(bytes);
  }
}
