/**
 * One line as a terminal shows it: CR, backspace and the line movements overwrite instead of adding.
 * U-Boot counts down with backspaces, pagers rub themselves out, shells redraw their line.
 */
import type { TerminalInput } from './escape-filter.js';
import { LINE_CHARS_MAX } from './limits.js';

/**
 * Line editors assume this width on a serial line. They wrap by writing one character into the next row (a blank, or
 * readline: the one that comes) and CR: what follows overwrites that character, not the line.
 */
const WRAP_COLUMNS = 80;
/** Farthest column that a movement may reach: no row of blanks a thousand wide from line noise. */
const MOVE_COLUMN_MAX = 512;
/** Neither shown nor text: NUL, BEL, ACK, SO, SI, XON, XOFF, DEL, and the C1 controls. */
const DROPPED = new Set('\x00\x07\x06\x0e\x0f\x11\x13\x7f');

export class LineEditor {
  /** The line while nothing in it was overwritten; the cursor is at its end. */
  #plain = '';
  /** The line by columns, once the cursor went back. */
  #cells: string[] | undefined;
  #column = 0;
  /** Columns that were cut out in front: the margin is counted from the real beginning of the line. */
  #cutColumns = 0;
  /** The cursor went back: blanks at the end are what an erasure left. */
  #rewritten = false;

  /** The line as it stands. */
  get text(): string {
    const text = this.#joined;
    return this.#rewritten ? text.replace(/ +$/, (blanks) => blanks.slice(0, this.#blanksKept(blanks.length))) : text;
  }

  /** Takes one input; returns the finished line where this ended it. */
  handle(input: TerminalInput): string | undefined {
    switch (input.kind) {
      case 'char':
        return this.#char(input.char);
      case 'eraseLine':
        this.#erase(input.part);
        return undefined;
      case 'move':
        this.#moveTo(this.#column + input.columns);
        return undefined;
      case 'column':
        this.#moveTo(input.column);
        return undefined;
    }
  }

  /** As `handle` with each of these characters, all of them printable ASCII. False where that needs a closer look. */
  append(text: string): boolean {
    if (this.#cells !== undefined || this.#column + text.length >= LINE_CHARS_MAX) return false;
    this.#plain += text;
    this.#column += text.length;
    return true;
  }

  /** As `append`, and the end of the line, behind a CR or not; undefined where that needs a closer look. */
  appendLine(text: string, behindCr: boolean): string | undefined {
    if (!this.append(text)) return undefined;
    this.#rewritten ||= behindCr;
    return this.#finish();
  }

  /** Takes the text out and begins an empty line, which what follows may rub out further. */
  cut(): string {
    const { text } = this;
    const columns = this.#cutColumns + this.#column;
    this.#clear();
    this.#cutColumns = columns;
    this.#rewritten = true;
    return text;
  }

  #char(char: string): string | undefined {
    switch (char) {
      case '\n':
        return this.#finish();
      case '\r':
        this.#carriageReturn();
        return undefined;
      case '\b':
        this.#moveTo(this.#column - 1);
        return undefined;
      default:
        if (DROPPED.has(char) || (char >= '\x80' && char <= '\x9f')) return undefined;
        return this.#put(char);
    }
  }

  #put(char: string): string | undefined {
    if (this.#cells === undefined) this.#plain += char;
    else this.#cells[this.#column] = char;
    this.#column++;
    return this.#width >= LINE_CHARS_MAX ? this.#finish() : undefined;
  }

  #carriageReturn(): void {
    const columns = this.#cutColumns + this.#column;
    const wraps = columns > WRAP_COLUMNS && columns % WRAP_COLUMNS === 1 && this.#column === this.#width;
    this.#moveTo(wraps ? this.#column - 1 : 0);
  }

  #moveTo(column: number): void {
    const target = Math.max(0, column);
    const cells = this.#columns();
    if (target < this.#column) this.#rewritten ||= cells.length > 0 && target < cells.length;
    const reach = Math.min(target, Math.max(MOVE_COLUMN_MAX, cells.length));
    while (cells.length < reach) cells.push(' ');
    this.#column = reach;
  }

  #erase(part: number): void {
    const cells = this.#columns();
    this.#rewritten = true;
    if (part === 0) cells.length = Math.min(cells.length, this.#column);
    else cells.fill(' ', 0, part === 2 ? cells.length : this.#column + 1);
  }

  /** Blanks up to the cursor were put there on purpose: the one after a prompt. */
  #blanksKept(blanks: number): number {
    return Math.max(0, Math.min(blanks, this.#column - (this.#width - blanks)));
  }

  #finish(): string {
    const text = this.#joined;
    const line = this.#rewritten ? text.trimEnd() : text;
    this.#clear();
    return line;
  }

  get #joined(): string {
    return this.#cells?.join('') ?? this.#plain;
  }

  get #width(): number {
    return this.#cells?.length ?? this.#column;
  }

  /** The line by columns, from now on. */
  #columns(): string[] {
    this.#cells ??= Array.from(this.#plain);
    return this.#cells;
  }

  #clear(): void {
    this.#plain = '';
    this.#cells = undefined;
    this.#column = 0;
    this.#cutColumns = 0;
    this.#rewritten = false;
  }
}
