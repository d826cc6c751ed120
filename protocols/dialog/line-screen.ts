/**
 * Tells at little cost that none of many patterns matches a line, which is so for nearly every line of an answer. It may say
 * "perhaps" too often; it never says "none" where one matches.
 *
 * A pattern that wants a character that is rare in console text is passed over while the line has none; the others are one
 * alternation, which the regular expression engine tries in one run over the line.
 */

/** Seldom seen in answers, and in most patterns of prompts and messages. */
const RARE = '%#>$!?*<=&~^|\\@{}';
/** Numbers and names of groups mean something else in an alternation. */
const BACKREFERENCE = /\\[1-9]|\\k</;

export class LineScreen {
  readonly #wanted: readonly string[];
  readonly #others: RegExp | undefined;
  readonly #always: boolean;
  #line = '';
  #clear = false;

  constructor(patterns: readonly string[]) {
    const rare = patterns.map((pattern) => rareCharacter(pattern));
    this.#wanted = [...new Set(rare.filter((char) => char !== undefined))];
    const others = patterns.filter((_pattern, index) => rare[index] === undefined);
    this.#always = others.some((pattern) => BACKREFERENCE.test(pattern));
    this.#others = others.length === 0 || this.#always ? undefined : alternation(others);
  }

  /** No pattern matches the line. The same line is asked about several times in a row. */
  clears(line: string): boolean {
    if (line !== this.#line) {
      this.#clear = this.#clears(line);
      this.#line = line;
    }
    return this.#clear;
  }

  #clears(line: string): boolean {
    if (this.#always) return false;
    for (const char of this.#wanted) if (line.includes(char)) return false;
    return this.#others?.test(line) !== true;
  }
}

function alternation(patterns: readonly string[]): RegExp {
  // The same name may stand in several patterns.
  const nameless = patterns.map((pattern) => `(?:${pattern.replace(/\(\?<(?![=!])[^>]*>/g, '(?:')})`);
  return new RegExp(nameless.join('|'));
}

/**
 * A rare character that every text must have that this pattern matches; undefined where none is found. Looked for outside
 * groups and classes only.
 */
export function rareCharacter(pattern: string): string | undefined {
  let found: string | undefined;
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '[') at = endOfClass(pattern, at);
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '|' && depth === 0) return undefined;
    else if (char === '\\') {
      at++;
      if (depth === 0) found ??= wantedAt(pattern, at);
    } else if (depth === 0 && !'^$.*+?{}'.includes(char)) found ??= wantedAt(pattern, at);
  }
  return found;
}

/** The character here, if it is rare and nothing behind it makes it optional. */
function wantedAt(pattern: string, at: number): string | undefined {
  const char = pattern[at] ?? '';
  return RARE.includes(char) && !'?*{'.includes(pattern[at + 1] ?? ' ') ? char : undefined;
}

function endOfClass(pattern: string, from: number): number {
  for (let at = from + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}
