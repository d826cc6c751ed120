/** In-band receive on a Linux console with lrzsz or busybox `rx`. */
import type { TransferProcedure } from '../../core/driver.js';
import { DONE, shell } from './shell.js';

/** `command` is everything up to the file name, e.g. `rx -b -c`. */
export function xmodemBy(command: string): TransferProcedure {
  return {
    direction: 'inBand',
    start: {
      send: `${command} {{image:path}}; echo pw-rc=$?`,
      ready: '[Ww]aiting to receive|C$|\\x15$',
      silenceMs: 20_000,
    },
    finish: { silenceMs: 30_000, totalMs: 60_000, success: DONE },
    blockSizes: [1024, 128],
    // XMODEM pads the last block: the file is cut to the length that we know.
    trim: [shell('truncate -s {{size:int}} {{image:path}}')],
    cleanup: [shell('rm -f {{image:path}}')],
  };
}
