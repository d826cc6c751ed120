/** `copy SRC DST`: files into a port's store, out of it, and between stores. */
import type { Command } from 'commander';
import { UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { copyWithin, fetchByUrl, sendToUrl } from '../copy/by-node.js';
import { download } from '../copy/download.js';
import { copyEnds } from '../copy/ends.js';
import type { CopyOptions } from '../copy/options.js';
import { saveConfig } from '../copy/save-config.js';
import { upload } from '../copy/upload.js';

export function addCopy(program: Command, cli: Cli): void {
  program
    .command('copy')
    .description("copy a file into a port's store, out of it, or between stores: copy ./c1700.bin 1/1 os candidate")
    .argument('<WORDS...>', 'SRC DST, each a ./FILE, a URL, or PORT TYPE VERSION')
    .option('--sha256 <HEX>', "the vendor's SHA-256, to compare with")
    .option('--sha512 <HEX>', "the vendor's SHA-512, to compare with")
    .option('--md5 <HEX>', "the vendor's MD5, to compare with")
    .option('--credentials <NAME>', 'URLs: a secret of the site, for the login there')
    .option('--file-name <NAME>', "what the file is called in the store (default: the source's own name)")
    .option('--detach', 'URLs: print the job id and leave the job to the node')
    .option('--json', 'one JSON document')
    .action(async (words: readonly string[], options: CopyOptions) => {
      const { source, target } = copyEnds(words);
      if ([source, target].some((end) => end.kind === 'stored' && end.type !== 'os')) {
        if (source.kind === 'stored' && target.kind === 'file') return saveConfig(cli, source, target, options);
        if (source.kind === 'stored' && target.kind === 'url') return sendToUrl(cli, source, target.url, options);
        throw new UsageError('A configuration is copied out: PORT running-config current, then ./FILE or a URL.');
      }
      if (target.kind === 'stored') {
        if (source.kind === 'file') return upload(cli, source, target, options);
        if (source.kind === 'url') return fetchByUrl(cli, source.url, target, options);
        return copyWithin(cli, source, target, options);
      }
      if (source.kind !== 'stored') throw new UsageError('One end of a copy is a store: PORT os VERSION.');
      if (target.kind === 'url') return sendToUrl(cli, source, target.url, options);
      return download(cli, source, target, options);
    });
}
