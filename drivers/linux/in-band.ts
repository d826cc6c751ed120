/**
 * In-band receive on a Linux console. XMODEM: lrzsz `rx`, which says `rx: ready to receive FILE`, or busybox `rx`, which just
 * sends `C`. YMODEM: lrzsz `rb`, which says `rb waiting to receive.` and takes name and length from the file's header; busybox
 * has none. Source: lrzsz, rz(1).
 */
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { DONE, shell } from './shell.js';

/**
 * lrzsz answers a block and only then empties its input (src/lrz.c, `purgeline` after `flushmo`). A block that is there
 * sooner is lost: without a pause an emulated arm64 board got 11 blocks and no more, with 5 ms it lost none of 10,000.
 */
const TURNAROUND_MS = 5;

function receiveBy(send: string, trim: Pick<Extract<TransferProcedure, { direction: 'inBand' }>, 'trim'>) {
  return {
    direction: 'inBand',
    start: {
      send: `${send}; echo pw-rc=$?`,
      ready: '[Rr]eady to receive|waiting to receive|^C$|\\x15$',
      silenceMs: 20_000,
    },
    finish: { silenceMs: 30_000, totalMs: 60_000, success: DONE },
    blockSizes: [1024, 128],
    turnaroundMs: TURNAROUND_MS,
    ...trim,
    cleanup: [shell('rm -f {{image:path}}')],
  } as const satisfies TransferProcedure;
}

/** `command` is everything up to the file name, e.g. `rx -b -c`. */
export function xmodemBy(command: string): TransferProcedure {
  // XMODEM pads the last block: the file is cut to the length that we know.
  return receiveBy(`${command} {{image:path}}`, { trim: [shell('truncate -s {{size:int}} {{image:path}}')] });
}

/** `command` takes no file name, e.g. `rb -b -y`: it writes into the folder in which it runs. */
export function ymodemBy(command: string): TransferProcedure {
  return receiveBy(`cd {{fileSystem:path}} && ${command}`, {});
}
