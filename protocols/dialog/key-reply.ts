/**
 * A keystroke that may want a RETURN behind it (`QuestionRow.key: 'thenReturn'`). A device that reads single keys goes on
 * at once; one that reads lines shows the key and waits. Only the second gets the RETURN: to the first it would be an
 * answer to whatever it asks next.
 */
import { KEY_WAITS_MS } from './limits.js';
import type { Deadlines } from './machine.js';

export class KeyReply {
  #key: string | undefined;
  #typedMs = 0;

  typed(key: string, nowMs: number): void {
    this.#key = key;
    this.#typedMs = nowMs;
  }

  /** A line has ended since: the key was taken. */
  taken(): void {
    this.#key = undefined;
  }

  /** Whether a RETURN is due: the device has shown nothing but the key, and long enough. */
  returnDue(tail: string, deadlines: Deadlines): boolean {
    if (this.#key === undefined) return false;
    const shown = tail.trim();
    if (shown !== '' && shown !== this.#key) this.taken();
    else if (deadlines.passed(this.#typedMs, KEY_WAITS_MS)) {
      this.taken();
      return true;
    }
    return false;
  }
}
