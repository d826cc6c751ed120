/** `copy SRC DST`: files into a port's store. */
import type { Command } from 'commander';
import { UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { fetchByUrl } from '../copy/by-node.js';
import { copyEnds } from '../copy/ends.js';
import type { CopyOptions } from '../copy/options.js';
import { upload } from '../copy/upload.js';

export function addCopy(program: Command, cli: Cli): void {
  program
    .command('copy')
    .description("copy a file into a port's store: copy ./c1700.bin 1/1 os candidate")
    .argument('<WORDS...>', 'SRC DST: ./FILE or a URL, then PORT os VERSION')
    .option('--sha256 <HEX>', "the vendor's SHA-256, to compare with")
    .option('--sha512 <HEX>', "the vendor's SHA-512, to compare with")
    .option('--md5 <HEX>', "the vendor's MD5, to compare with")
    .option('--credentials <NAME>', 'URLs: a secret of the site, for the login there')
    .option('--file-name <NAME>', "what the file is called in the store (default: the source's own name)")
    .option('--detach', 'URLs: print the job id and leave the job to the node')
    .option('--json', 'one JSON document')
    .action(async (words: readonly string[], options: CopyOptions) => {
      const { source, target } = copyEnds(words);
      if (target.kind === 'stored') {
        if (source.kind === 'file') return upload(cli, source, target, options);
        if (source.kind === 'url') return fetchByUrl(cli, source.url, target, options);
      }
      throw new UsageError('A copy goes into a store: ./FILE or a URL, then PORT os VERSION.');
    });
}
