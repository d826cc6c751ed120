/** The form of questions that no row knows, and how long such text must stand before it counts as one. */
import { COLON_STANDS_MS, QUESTION_STANDS_MS } from './limits.js';

/** `…?`, and `[confirm]`, `[yes/no]`, `(y/n)`, `[Y]es/[N]o`, `(yes,no) (no)`, `[n]` at the end, with a `?` or `:` behind. */
const ASKS =
  /(?:\?|[[(](?:confirm|ok\?|y(?:es)?|n(?:o)?|[yn]\/|yes[/,|]|y[,|]|abort|cancel|q)[^\])]*[\])](?:\w{0,8})?)\s*[?:]?\s*$/i;
const ENDS_IN_COLON = /\S\s*:\s*$/;

/** How long unterminated text must stand to be a question, ms; undefined where it has not the form of one. */
export function questionStandsMs(tail: string): number | undefined {
  if (ASKS.test(tail)) return QUESTION_STANDS_MS;
  return ENDS_IN_COLON.test(tail) ? COLON_STANDS_MS : undefined;
}

/** Prompts that count their lines (`x460.14 # `) are the same one with another number. */
export function isSamePrompt(tail: string, known = ''): boolean {
  return tail !== '' && tail.replace(/\d+/g, '0') === known.replace(/\d+/g, '0');
}
