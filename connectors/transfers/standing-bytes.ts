/** What was said on the line and is no finished line of text. */
import type { Line } from '../../core/ports/line.js';

const LF = 0x0a;

/**
 * A receiver's first request often comes together with the words before it (`…at 115200 bps...\r\nC`), which a dialogue has
 * read: whoever waits for it reads it here. U-Boot asks again only 4.25 s later.
 */
export function standingBytes(line: Line): Uint8Array {
  const recent = line.recent?.() ?? new Uint8Array(0);
  return recent.slice(recent.lastIndexOf(LF) + 1);
}
