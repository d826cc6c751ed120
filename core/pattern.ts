/** Users' regular expressions: RE2 syntax, linear time, whatever the text (github.com/google/re2/wiki/Syntax). */
import { RE2JS } from 're2js';

/** A compiled pattern that finds itself anywhere in a text. */
export class Pattern {
  readonly #compiled: RE2JS;
  /** Names of its groups: `(?P<intf>…)` or `(?<intf>…)`. */
  readonly groups: readonly string[];

  /** Errors: a SyntaxError-like error of the RE2 parser; `patternProblem` tells before. */
  constructor(source: string) {
    this.#compiled = RE2JS.compile(source);
    this.groups = Object.keys(this.#compiled.namedGroups());
  }

  test(text: string): boolean {
    return this.#compiled.matcher(text).find();
  }

  /** Values of the named groups, empty where a group took no part; undefined where the pattern is not found. */
  capture(text: string): Readonly<Record<string, string>> | undefined {
    const matcher = this.#compiled.matcher(text);
    if (!matcher.find()) return undefined;
    return Object.fromEntries(this.groups.map((name) => [name, matcher.group(name) ?? '']));
  }
}

/** Patterns by source, each compiled once. One book a rule set. */
export class PatternBook {
  readonly #patterns = new Map<string, Pattern>();

  get(source: string): Pattern {
    const known = this.#patterns.get(source);
    if (known !== undefined) return known;
    const pattern = new Pattern(source);
    this.#patterns.set(source, pattern);
    return pattern;
  }
}

/** Why a text is no RE2 pattern, or undefined where it is one. */
export function patternProblem(source: string): string | undefined {
  try {
    new Pattern(source);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
