/** `lab start FILE`, `lab list`: simulated devices for anyone's CI; needs no node. */
import type { Command } from 'commander';
import type { Cli } from '../cli.js';

export function addLab(program: Command, cli: Cli): void {
  const lab = program.command('lab').description('simulated devices for tests and demonstrations; needs no node');
  const run = async (words: readonly string[]): Promise<void> => {
    const { runLab } = await import('../../server/offline.js');
    cli.exit((await runLab(words, (line) => cli.io.out(`${line}\n`))) === 0 ? 0 : 2);
  };
  lab
    .command('start')
    .description('run the devices of a lab file until it is ended')
    .argument('<FILE>', 'a lab file')
    .option('--json', 'say in one JSON document where the consoles are')
    .action((file: string, options: { json?: true }) =>
      run(['start', file, ...(options.json === true ? ['--json'] : [])]),
    );
  lab
    .command('list')
    .description('the devices that there are')
    .action(() => run(['list']));
}
