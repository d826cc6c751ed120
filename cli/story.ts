/**
 * The story of a job, each line once. Lines come live over the event stream; what was told before, or while the
 * connection was away, stands in the transcript as notes. Both meet here.
 */
import { printable } from '../core/template.js';
import type { EntryAnswer } from './api-answers.js';

/** The transcript and the event of one line are stamped one after the other, ms. */
const SAME_LINE_MS = 50;

/** The node's own remarks in a transcript stand in parentheses: `(console opened)`. */
function isStory({ direction, text }: EntryAnswer): boolean {
  return direction === 'note' && !text.startsWith('(');
}

export class Story {
  readonly #print: (line: string) => void;
  #told = 0;
  /** Lines of the last catching up that may still come live. */
  #known: EntryAnswer[] = [];

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** The transcript, read after the stream was opened. */
  catchUp(transcript: readonly EntryAnswer[]): void {
    const notes = transcript.filter(isStory);
    const missed = notes.slice(this.#told);
    this.#known = [...missed];
    for (const { text } of missed) this.#tell(text);
  }

  live(line: string, time: string): void {
    const at = Date.parse(time);
    const known = this.#known.findIndex(
      (note) => note.text === line && Math.abs(Date.parse(note.at) - at) <= SAME_LINE_MS,
    );
    if (known >= 0) this.#known.splice(known, 1);
    else this.#tell(line);
  }

  #tell(line: string): void {
    this.#told += 1;
    this.#print(`${printable(line)}\n`);
  }
}
