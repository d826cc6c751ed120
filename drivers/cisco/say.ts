/** Commands at an IOS prompt, and how long their answers may be silent. */
import type { Exchange } from '../../core/dialog-table.js';

/** Longest silence of an ordinary command: `show` on a busy small CPU takes seconds (vendors §6: 60 s). */
const COMMAND_SILENCE_MS = 60_000;
/** IOS computes MD5 at 1–3 MB/s and prints dots meanwhile; netmiko allows 300 s. */
export const VERIFY_SILENCE_MS = 300_000;
/** A copy prints `!` or `.` every few datagrams; the stall limit of vendors §6. */
export const COPY_SILENCE_MS = 60_000;

export const say = (send: string, more: Partial<Exchange> = {}): Exchange => ({
  send,
  silenceMs: COMMAND_SILENCE_MS,
  ...more,
});
