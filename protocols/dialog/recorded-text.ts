/** What a file of recorded console bytes says, as a terminal would have shown it. */
import { TextReader } from './text-reader.js';

/** The reader's queue is bounded; it is emptied after each piece. Bytes. */
const PIECE_BYTES = 65_536;

/**
 * Escape sequences are gone, and what a pager wrote and wiped off again (`--More--`, backspaces, blanks) with them.
 * Lines end in `\n`; the last one may be unterminated.
 */
export function recordedText(bytes: Uint8Array): string {
  const reader = new TextReader();
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    reader.push(bytes.subarray(at, at + PIECE_BYTES));
    lines.push(...reader.takeLines());
  }
  return [...lines, reader.tail].join('\n');
}
