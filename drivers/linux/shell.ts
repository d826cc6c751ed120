/** Shell commands whose exit status is read back: a shell prompt alone says nothing about success. */
import type { Exchange } from '../../core/dialog-table.js';

/** Seen in the answer when the command ended with status 0. The echoed command itself ends in `pw-rc=$?`. */
export const DONE = '^pw-rc=0$';
const COMMAND_SILENCE_MS = 120_000;
/** A silent copy of a large image over a slow path; the transfer's own stall limit is the server's. */
export const TRANSFER_SILENCE_MS = 600_000;

export function shell(command: string, more: Partial<Exchange> = {}): Exchange {
  return { send: `${command}; echo pw-rc=$?`, success: DONE, silenceMs: COMMAND_SILENCE_MS, ...more };
}

/** Free space where images are staged, in POSIX form. */
export const FREE_SPACE = 'df -Pk {{fileSystem:path}}';
