/** In-band receive on a Linux console: lrzsz `rx`, which says `rx: ready to receive FILE`, or busybox `rx`, which just sends `C`. */
import type { TransferProcedure } from '../../core/driver.js';
import { DONE, shell } from './shell.js';

/**
 * lrzsz answers a block and only then empties its input (src/lrz.c, `purgeline` after `flushmo`). A block that is there
 * sooner is lost: without a pause an emulated arm64 board got 11 blocks and no more, with 5 ms it lost none of 10,000.
 */
const TURNAROUND_MS = 5;

/** `command` is everything up to the file name, e.g. `rx -b -c`. */
export function xmodemBy(command: string): TransferProcedure {
  return {
    direction: 'inBand',
    start: {
      send: `${command} {{image:path}}; echo pw-rc=$?`,
      ready: '[Rr]eady to receive|^C$|\\x15$',
      silenceMs: 20_000,
    },
    finish: { silenceMs: 30_000, totalMs: 60_000, success: DONE },
    blockSizes: [1024, 128],
    turnaroundMs: TURNAROUND_MS,
    // XMODEM pads the last block: the file is cut to the length that we know.
    trim: [shell('truncate -s {{size:int}} {{image:path}}')],
    cleanup: [shell('rm -f {{image:path}}')],
  };
}
