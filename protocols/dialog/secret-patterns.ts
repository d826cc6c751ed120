/** Secrets that a device shows by itself, as a table's patterns know them: group 1 of each match is masked. */

const MASK = '•••';

/** Makes the mask for these patterns (`DialogTable.secrets`); `^` and `$` are the ends of a line. */
export function secretMask(patterns: readonly string[]): (text: string) => string {
  const compiled = patterns.map((pattern) => new RegExp(pattern, 'gmd'));
  return (text) => compiled.reduce(maskOne, text);
}

function maskOne(text: string, pattern: RegExp): string {
  let masked = '';
  let from = 0;
  for (const { indices } of text.matchAll(pattern)) {
    const [start, end] = indices?.[1] ?? [0, 0];
    if (end <= from) continue;
    masked += text.slice(from, start) + MASK;
    from = end;
  }
  return masked + text.slice(from);
}
