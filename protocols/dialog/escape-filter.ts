/**
 * Takes terminal control sequences out of a stream, wherever chunks cut them (ECMA-48, xterm control sequences).
 * Done: CSI, OSC, DCS, SOS, PM, APC, two-character and charset escapes. The few that move within a line or erase it
 * are handed on, because pagers and line editors use them. Never answered: reports such as `ESC[6n`, which busybox ash
 * sends at every prompt; a console that got an answer would read it as typing.
 */
import { ESCAPE_CHARS_MAX } from './limits.js';

export type TerminalInput =
  | { readonly kind: 'char'; readonly char: string }
  /** CSI K: erases from the cursor (0), to it (1), or the whole line (2). */
  | { readonly kind: 'eraseLine'; readonly part: number }
  /** CSI C and D: moves the cursor; negative is left. */
  | { readonly kind: 'move'; readonly columns: number }
  /** CSI G: puts the cursor to a column, from 0. */
  | { readonly kind: 'column'; readonly column: number };

type State = 'ground' | 'escape' | 'charset' | 'csi' | 'string' | 'stringEscape';

const ESC = '\x1b';
const BEL = '\x07';
/** CAN and SUB end any sequence (ECMA-48 §8.3.6, §8.3.148). */
const CANCELLERS = new Set(['\x18', '\x1a']);
/** OSC, DCS, SOS, PM and APC run up to ST or BEL. */
const STRING_STARTERS = new Set([']', 'P', 'X', '^', '_']);

export class EscapeFilter {
  #state: State = 'ground';
  #parameters = '';
  #length = 0;

  /** No sequence has begun. */
  get idle(): boolean {
    return this.#state === 'ground';
  }

  /** Passes what is text, and the line movements, to `sink`. */
  push(text: string, sink: (input: TerminalInput) => void): void {
    for (const char of text) this.#char(char, sink);
  }

  #char(char: string, sink: (input: TerminalInput) => void): void {
    if (this.#state === 'ground') {
      if (char === ESC) this.#enter('escape');
      else sink({ kind: 'char', char });
      return;
    }
    // A line end inside a sequence, or an endless one, is line noise: what follows is text again.
    if (char === '\n' || ++this.#length > ESCAPE_CHARS_MAX) {
      this.#state = 'ground';
      sink({ kind: 'char', char });
      return;
    }
    if (CANCELLERS.has(char)) this.#state = 'ground';
    else this.#inside(char, sink);
  }

  #inside(char: string, sink: (input: TerminalInput) => void): void {
    switch (this.#state) {
      case 'escape':
        this.#escape(char);
        return;
      case 'charset':
        if (char >= '0' && char <= '~') this.#state = 'ground';
        return;
      case 'csi':
        this.#csi(char, sink);
        return;
      case 'string':
        if (char === BEL) this.#state = 'ground';
        else if (char === ESC) this.#state = 'stringEscape';
        return;
      case 'stringEscape':
        // ESC \ is ST; any other escape ends the string and begins anew.
        if (char === '\\') this.#state = 'ground';
        else this.#escape(char);
        return;
      case 'ground':
        return;
    }
  }

  #escape(char: string): void {
    if (char === '[') this.#enter('csi');
    else if (STRING_STARTERS.has(char)) this.#enter('string');
    else if (char >= ' ' && char <= '/') this.#enter('charset');
    else if (char === ESC) this.#enter('escape');
    else this.#state = 'ground';
  }

  #csi(char: string, sink: (input: TerminalInput) => void): void {
    if (char === ESC) {
      this.#enter('escape');
      return;
    }
    if (char < '@' || char > '~') {
      this.#parameters += char;
      return;
    }
    this.#state = 'ground';
    const movement = movementOf(char, this.#parameters);
    if (movement !== undefined) sink(movement);
  }

  #enter(state: State): void {
    this.#state = state;
    this.#parameters = '';
    this.#length = 0;
  }
}

function movementOf(final: string, parameters: string): TerminalInput | undefined {
  const count = /^\d{1,4}$/.test(parameters) ? Number(parameters) : undefined;
  switch (final) {
    case 'K':
      return { kind: 'eraseLine', part: count ?? 0 };
    case 'C':
      return { kind: 'move', columns: count ?? 1 };
    case 'D':
      return { kind: 'move', columns: -(count ?? 1) };
    case 'G':
      return { kind: 'column', column: (count ?? 1) - 1 };
    default:
      return undefined;
  }
}
