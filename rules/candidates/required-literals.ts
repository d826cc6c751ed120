/**
 * Texts of which at least one stands in every match of an RE2 pattern, so that an index can pass over rules whose
 * patterns cannot match. Careful before clever: where a pattern has syntax that is not read here (flags, `\Q`, `\x`,
 * `\p`), there is no answer, and its rule is looked at each time.
 */

/** More alternatives than this are no good sieve. */
const MAX_LITERALS = 16;

const GROUP_START = /^\((?:\?:|\?P?<\w+>)?(?!\?)/;
const REPEAT = /^(?:[*?]|\{\d+(?:,\d*)?\})\??/;
const CLASS = /^\[\^?\]?(?:\[:\^?\w+:\]|\\[^QEpPx]|[^\]\\])*\]/;
/** Escapes that stand for many characters or for a place. */
const WIDE_ESCAPE = /^\\[dDwWsSbBAz]/;
/** Punctuation stands for itself. */
const PLAIN_ESCAPE = /^\\([!-/:-@[-`{-~])/;

class Unread extends Error {}

/** At least one of these is in every text that the pattern matches; undefined where no such list is known. */
export function requiredLiterals(pattern: string): readonly string[] | undefined {
  try {
    const reader = new Reader(pattern);
    const found = reader.alternatives();
    return reader.atEnd() ? found : undefined;
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

type Literals = readonly string[] | undefined;

/** Recursive descent over the pattern's text. */
class Reader {
  #rest: string;

  constructor(pattern: string) {
    this.#rest = pattern;
  }

  atEnd(): boolean {
    return this.#rest === '';
  }

  /** `a|b|c`: one of the texts of each branch; unknown where one branch needs none. */
  alternatives(): Literals {
    const branches = [this.#sequence()];
    while (this.#take(/^\|/) !== undefined) branches.push(this.#sequence());
    const all = branches.flatMap((branch) => branch ?? []);
    return branches.includes(undefined) || all.length > MAX_LITERALS ? undefined : all;
  }

  /** Parts that must all be there, so the longest one counts. */
  #sequence(): Literals {
    let best: Literals;
    let run: string[] = [];
    const end = (): void => {
      best = better(best, run.length === 0 ? undefined : [run.join('')]);
      run = [];
    };
    while (this.#rest !== '' && !/^[|)]/.test(this.#rest)) {
      const part = this.#part();
      const isOptional = this.#take(REPEAT) !== undefined;
      const isRepeated = this.#take(/^\+\??/) !== undefined;
      if (/^[*+?]/.test(this.#rest)) throw new Unread();
      if (typeof part === 'string' && !isOptional) run.push(part);
      if (typeof part !== 'string' || isOptional || isRepeated) end();
      if (typeof part === 'object' && !isOptional) best = better(best, part);
    }
    end();
    return best;
  }

  /** A character that stands for itself, the texts of a group, or undefined for what has none. */
  #part(): string | Literals {
    const group = this.#take(GROUP_START);
    if (group !== undefined) {
      const inner = this.alternatives();
      if (this.#take(/^\)/) === undefined) throw new Unread();
      return inner;
    }
    if (this.#take(CLASS) !== undefined || this.#take(WIDE_ESCAPE) !== undefined) return undefined;
    if (this.#take(/^[.^$]/) !== undefined) return undefined;
    const escaped = this.#take(PLAIN_ESCAPE);
    if (escaped !== undefined) return escaped.slice(1);
    const character = this.#take(/^[^\\[\]()*+?{}|]/u);
    if (character === undefined) throw new Unread();
    return character;
  }

  #take(form: RegExp): string | undefined {
    const taken = form.exec(this.#rest)?.[0];
    if (taken !== undefined) this.#rest = this.#rest.slice(taken.length);
    return taken;
  }
}

/** The list whose shortest text is longer. */
function better(a: Literals, b: Literals): Literals {
  if (a === undefined || b === undefined) return a ?? b;
  return shortest(b) > shortest(a) ? b : a;
}

function shortest(literals: readonly string[]): number {
  return Math.min(...literals.map((literal) => literal.length));
}
