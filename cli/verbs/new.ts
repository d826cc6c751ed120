/** `new SITE` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../cli.js';

export function addNew(program: Command, { io }: Cli): void {
  program
    .command('new')
    .description('write a first site folder with one port')
    .argument('<SITE>', 'a folder that is not there yet, or empty')
    .action(async (site: string) => {
      const { newSite } = await import('../../server/offline.js');
      const files = await newSite(resolve(io.cwd, site));
      for (const file of files) io.out(`${site.replace(/\/+$/, '')}/${file}\n`);
      io.err(`Next: read ${site}/README.md, then portwright check ${site}\n`);
    });
}
