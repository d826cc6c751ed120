/**
 * How U-Boot takes a file over its console: `loady` and `loadx`.
 * Sources: U-Boot documentation "loady", "loadx" (doc/usage/cmd); transcripts of 2023.01 on QEMU.
 * `loady` knows the length from the file's header. `loadx` takes trailing 0x1A bytes for fill: it neither counts them nor
 * writes them to memory (seen on 2023.01), so an image that ends in 0x1A fails its proof there.
 */
import type { Exchange } from '../../core/dialog-table.js';
import type { LoaderLoad } from '../../core/driver.js';
import type { InBandMethod } from '../../core/ports/transfer.js';

const COMMANDS = { ymodem: 'loady', xmodem: 'loadx' } as const;

/** `say` makes an exchange of a command, `finish` waits for the prompt. The size that U-Boot counts is no proof. */
export function uBootLoad(method: InBandMethod, say: (send: string) => Exchange, finish: Exchange): LoaderLoad {
  return {
    method,
    direction: 'inBand',
    start: {
      ...say(`${COMMANDS[method]} {{loadAddress}}`),
      ready: `## Ready for binary \\(${method}\\) download to 0x[0-9A-Fa-f]+ at \\d+ bps`,
    },
    finish: { ...finish, success: '## Total Size\\s+= 0x[0-9a-f]+' },
    blockSizes: [1024, 128],
    cleanup: [],
  };
}
