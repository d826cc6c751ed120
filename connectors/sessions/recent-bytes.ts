/** The last bytes of a console, so that whoever claims the line knows what stands on it before typing. */

/** Enough for a screen with its prompt or question. */
const RECENT_BYTES_MAX = 4_096;
/** Older lines say nothing about now; what stands unterminated still does. */
const RECENT_AGE_MS = 60_000;
const LF = 0x0a;

export class RecentBytes {
  #bytes = new Uint8Array(0);
  #atMs = 0;

  add(bytes: Uint8Array, nowMs: number): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined.slice(-RECENT_BYTES_MAX);
    this.#atMs = nowMs;
  }

  /** A transfer or another connection made what was heard before meaningless. */
  clear(): void {
    this.#bytes = new Uint8Array(0);
  }

  read(nowMs: number): Uint8Array {
    if (nowMs - this.#atMs <= RECENT_AGE_MS) return this.#bytes;
    return this.#bytes.slice(this.#bytes.lastIndexOf(LF) + 1);
  }
}
