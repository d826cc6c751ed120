/** Entries of a console log as lines: pieces that a line came in are put together again. */
import { printable } from '../core/template.js';
import type { EntryAnswer } from './api-answers.js';

const MARK: Readonly<Record<EntryAnswer['direction'], string>> = { in: '<', out: '>', note: '#' };

/** Line ends as devices send them: CR LF, CR CR LF, LF, and a bare CR that starts a line over. A CR at the end waits. */
const LINE_END = /\r*\n|\r+(?![\r\n]|$)/;

interface Open {
  readonly direction: EntryAnswer['direction'];
  readonly at: string;
  readonly text: string;
}

export class ConsoleText {
  #open: Open | undefined;

  /** Every line that is whole; what is not stays until its end comes. */
  lines(entries: readonly EntryAnswer[]): string {
    return entries.map((entry) => this.#take(entry)).join('');
  }

  /** The unfinished line, a prompt mostly. */
  rest(): string {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? '' : lineText(open);
  }

  #take({ at, direction, text }: EntryAnswer): string {
    const same = this.#open?.direction === direction && direction !== 'note';
    const before = same ? '' : this.rest();
    const start = this.#open ?? { at, direction, text: '' };
    const pieces = (start.text + text).split(LINE_END);
    const open = pieces.pop() ?? '';
    const whole = pieces.map((piece, i) => lineText({ direction, text: piece, at: i === 0 ? start.at : at })).join('');
    this.#open = open === '' ? undefined : { direction, text: open, at: pieces.length === 0 ? start.at : at };
    return before + whole + (direction === 'note' ? this.rest() : '');
  }
}

/** `03:04:05 < text` */
function lineText({ at, direction, text }: Open): string {
  const clock = /T(\d\d:\d\d:\d\d)/.exec(at)?.[1] ?? at;
  return `${clock} ${MARK[direction]} ${printable(text.replace(/\r+$/, ''))}`.trimEnd() + '\n';
}
