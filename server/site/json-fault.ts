/** Where a JSON text (RFC 8259) is wrong, for messages: engines say only that it is. Also finds a key that stands twice. */

export interface JsonFault {
  /** Index into the text, UTF-16 units. */
  readonly offset: number;
  readonly wanted: string;
}

/** Deepest nesting that is read: no site file needs a tenth of it, and the scanner stays within its stack. */
const MAX_DEPTH = 200;

const BLANK = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The first fault, or undefined where the text is one JSON value without repeated keys. */
export function findJsonFault(text: string): JsonFault | undefined {
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  #at = 0;
  #fault: JsonFault | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): JsonFault | undefined {
    this.#take(BLANK);
    if (this.#value(0) && this.#at < this.#text.length) this.#fail('nothing after the value');
    return this.#fault;
  }

  #value(depth: number): boolean {
    if (depth > MAX_DEPTH) return this.#fail(`at most ${String(MAX_DEPTH)} levels`);
    const next = this.#text[this.#at];
    if (next === '{') return this.#list('}', () => this.#members(depth));
    if (next === '[') return this.#list(']', () => this.#elements(depth));
    const taken = this.#take(STRING) ?? this.#take(SCALAR);
    if (taken === undefined) return this.#fail('a JSON value');
    this.#take(BLANK);
    return true;
  }

  #list(close: string, inner: () => boolean): boolean {
    this.#skip();
    if (this.#text[this.#at] !== close && !inner()) return false;
    if (this.#text[this.#at] !== close) return this.#fail(`"," or "${close}"`);
    this.#skip();
    return true;
  }

  #elements(depth: number): boolean {
    do {
      if (!this.#value(depth + 1)) return false;
    } while (this.#comma());
    return true;
  }

  #members(depth: number): boolean {
    const seen = new Set<string>();
    do {
      const start = this.#at;
      const key = this.#take(STRING);
      if (key === undefined) return this.#fail('a key in double quotes');
      if (seen.has(key)) return this.#fail('each key once', start);
      seen.add(key);
      this.#take(BLANK);
      if (this.#text[this.#at] !== ':') return this.#fail('":" after the key');
      this.#skip();
      if (!this.#value(depth + 1)) return false;
    } while (this.#comma());
    return true;
  }

  #comma(): boolean {
    if (this.#text[this.#at] !== ',') return false;
    this.#skip();
    return true;
  }

  /** One character and the blanks after it. */
  #skip(): void {
    this.#at += 1;
    this.#take(BLANK);
  }

  #take(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const taken = token.exec(this.#text)?.[0];
    this.#at += taken?.length ?? 0;
    return taken;
  }

  #fail(wanted: string, offset: number = this.#at): false {
    this.#fault ??= { offset, wanted };
    return false;
  }
}
