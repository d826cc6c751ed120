/** One line of a log: JSON with short names, so that a line is whole or it is not a line (a torn one is left out). */
import type { TranscriptEntry } from '../../core/ports/transcript-store.js';

/** An entry and the key of what it belongs to, where a log holds more than one thing. */
export interface LogLine {
  readonly key: string;
  readonly entry: TranscriptEntry;
}

/** `t` epoch ms, `d` direction, `k` key, `x` text. */
export function encodeLine({ key, entry }: LogLine): string {
  const { atMs, direction, text } = entry;
  return `${JSON.stringify({ t: atMs, d: direction, ...(key === '' ? {} : { k: key }), x: text })}\n`;
}

/** The entries of this key among whole lines; anything else is no line of ours and is left out. */
export function decodeLines(text: string, key: string): TranscriptEntry[] {
  return text.split('\n').flatMap((line) => decodeLine(line, key) ?? []);
}

function decodeLine(line: string, key: string): TranscriptEntry | undefined {
  if (line === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { t, d, k, x } = value as { t?: unknown; d?: unknown; k?: unknown; x?: unknown };
  if ((k ?? '') !== key || typeof t !== 'number' || typeof x !== 'string') return undefined;
  return d === 'in' || d === 'out' || d === 'note' ? { atMs: t, direction: d, text: x } : undefined;
}
