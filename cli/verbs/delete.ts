/** `delete os PORT NAME` */
import type { Command } from 'commander';
import type { ImageAnswer } from '../api-answers.js';
import { segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { json, lines } from '../text.js';

export function addDelete(program: Command, cli: Cli): void {
  program
    .command('delete')
    .description("take a file out of a port's store")
    .command('os')
    .description('take an OS file away: one with a name of its own, or the candidate; what rotates stays')
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .argument('<NAME>', 'a name, or candidate')
    .option('--json', 'one JSON document')
    .action(async (port: string, name: string, options: { json?: true }) => {
      const image = await (await cli.client()).delete<ImageAnswer>(`/ports/${segment(port)}/os/${segment(name)}`);
      cli.io.out(options.json === true ? json(image) : lines(`Deleted ${image.fileName}, os ${name} of ${port}.`));
    });
}
