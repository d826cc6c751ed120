/**
 * What a person types, for the log: whole lines as they were typed, and nothing of what was typed at a question for a password.
 * Keys come one by one, each echoed; logged one by one they would be unreadable, and no secret in them would be found.
 */

/** A device that asks so does not echo the answer. */
const SECRET_QUESTION = /(?:pass(?:word|phrase|code)|secret|\bpin|community)\b[^\r\n]{0,60}[:?>][ \t]*$/i;
/** Somebody leans on a key, or pastes: logged in pieces of this size. */
const LINE_CHARS_MAX = 4096;
/** End of the device's last line that is looked at. */
const TAIL_CHARS = 200;

export class TypedKeys {
  #text = '';
  #tail = '';
  #isSecret = false;

  /** What the device says: its last line tells what the next keys are. */
  heard(text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL_CHARS);
  }

  /** Takes decoded keys; the lines that they end, as they are logged. */
  typed(text: string): readonly string[] {
    const lines: string[] = [];
    for (const key of text) {
      if (this.#text === '') this.#isSecret = SECRET_QUESTION.test(this.#tail);
      this.#text += key;
      if (key !== '\r' && key !== '\n' && this.#text.length < LINE_CHARS_MAX) continue;
      lines.push(...this.rest());
    }
    return lines;
  }

  /** What was typed and not ended. */
  rest(): readonly string[] {
    const text = this.#text;
    this.#text = '';
    if (text === '') return [];
    // The answer is given: what is typed next answers what comes next.
    this.#tail = '';
    return [this.#isSecret ? '•••' : text];
  }
}
