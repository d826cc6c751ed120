/** `drivers list`, `drivers parse DRIVER COMMAND FILE` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { json, table } from '../text.js';

export function addDrivers(program: Command, { io, ...cli }: Cli): void {
  const drivers = program.command('drivers').description('what the drivers can do; needs no node');
  drivers
    .command('list')
    .description("all drivers, the site's own too: make, transfer methods, and on what they were seen to work")
    .option('--json', 'one JSON document')
    .action(async (options: { json?: true }) => {
      const { listDrivers } = await import('../../server/offline.js');
      const found = await listDrivers(cli.siteFolders());
      if (options.json === true) io.out(json({ drivers: found }));
      else {
        const rows = found.map(({ id, make, osType, methods, loader, verifiedOn }) => {
          const seen = verifiedOn.map(({ model, osVersion }) => `${model} ${osVersion}`).join('; ');
          return [id, make, osType, methods.join(' '), loader, seen === '' ? 'nothing yet' : seen];
        });
        io.out(table(['DRIVER', 'MAKE', 'OS', 'METHODS', 'LOADER', 'VERIFIED ON'], rows));
      }
    });
  drivers
    .command('parse')
    .description("the facts that a driver reads from a file of one command's real output, as JSON")
    .argument('<DRIVER>', 'a driver, such as cisco-ios')
    .argument('<COMMAND>', 'the command that gave the output, such as "show version"')
    .argument('<FILE>', 'the file with the output')
    .action(async (driver: string, command: string, file: string) => {
      const { parseFactsFile } = await import('../../server/offline.js');
      io.out(json(await parseFactsFile(driver, command, resolve(io.cwd, file), cli.siteFolders())));
    });
}
