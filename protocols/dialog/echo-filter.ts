/**
 * Takes the echo of a command out of its answer. The echo may stand behind a repeated prompt, be wrapped over lines,
 * be scrolled sideways as IOS does (`Router#$p://10.0.0.1/image flash:`), or be cut in two by a log message.
 */
import type { CompiledTable } from './compiled-table.js';
import { ECHO_LINES_MAX } from './limits.js';

/** A piece of a wrapped echo is at least this long; a shorter line that begins like the command is an answer. */
const PIECE_CHARS_MIN = 8;
/** A scrolled echo shows at least this much of the command's end. */
const SCROLLED_CHARS_MIN = 8;

const squeeze = (text: string): string => text.replace(/\s+/g, '');

export class EchoFilter {
  readonly #table: CompiledTable;
  readonly #prompt: string;
  readonly #command: string;
  #rest: string;
  #open = true;
  #seen = false;
  #foreign = 0;

  /** `prompt` is what stood when the command was typed; empty where it is not known. */
  constructor(table: CompiledTable, command: string, prompt: string) {
    this.#table = table;
    this.#prompt = squeeze(prompt);
    this.#command = squeeze(command);
    this.#rest = this.#command;
  }

  /** The whole echo was seen. */
  get seen(): boolean {
    return this.#seen;
  }

  /** Neither seen nor given up. */
  get awaited(): boolean {
    return this.#open;
  }

  /** The unterminated text is the beginning of the echo, and nothing else yet. */
  begins(tail: string): boolean {
    const text = squeeze(tail);
    return this.#open && text !== '' && this.#rest.startsWith(text);
  }

  /** True where the line is echo, or an empty line before it. `cut`: a log message ended it. */
  take(line: string, cut = false): boolean {
    if (!this.#open) return false;
    const text = squeeze(line);
    if (this.#isEnd(text)) {
      this.#open = false;
      this.#seen = true;
      return true;
    }
    if (text === '') return true;
    if (this.#takePiece(text, cut) || this.#takePiece(this.#withoutPrompt(text), cut)) return true;
    if (++this.#foreign >= ECHO_LINES_MAX) this.#open = false;
    return false;
  }

  #isEnd(text: string): boolean {
    if (!text.endsWith(this.#rest)) return this.#isScrolled(text);
    const before = text.slice(0, text.length - this.#rest.length);
    return before === '' || before === this.#prompt || this.#table.prompt(before) !== undefined;
  }

  #isScrolled(text: string): boolean {
    const shown = text.slice(text.lastIndexOf('$') + 1);
    return shown.length < text.length && shown.length >= SCROLLED_CHARS_MIN && this.#command.endsWith(shown);
  }

  #takePiece(text: string, cut: boolean): boolean {
    if (text === '' || !this.#rest.startsWith(text) || (!cut && text.length < PIECE_CHARS_MIN)) return false;
    this.#rest = this.#rest.slice(text.length);
    return true;
  }

  #withoutPrompt(text: string): string {
    return this.#prompt !== '' && text.startsWith(this.#prompt) ? text.slice(this.#prompt.length) : '';
  }
}
