/** Words and quoted texts of a line. Quotes have no escapes: `"\"` is one backslash. */

export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

const WORD = /"([^"]*)"?|[^\s"]+/g;

export function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(WORD)].map(([whole, inner]) => ({ text: inner ?? whole, quoted: inner !== undefined }));
}

/** A value that may stand in quotes: from the first to the last of them. An opening one that nothing closes is left out. */
export function unquoted(text: string): { readonly value: string; readonly unclosed: boolean } {
  const trimmed = text.trim();
  if (!trimmed.startsWith('"')) return { value: trimmed, unclosed: false };
  if (trimmed.length > 1 && trimmed.endsWith('"')) return { value: trimmed.slice(1, -1), unclosed: false };
  return { value: trimmed.slice(1), unclosed: true };
}
