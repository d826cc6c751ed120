/** `reload` */
import type { Command } from 'commander';
import type { SiteProblem } from '../../core/problem.js';
import type { Cli } from '../cli.js';
import { EXIT } from '../exit-code.js';
import { json } from '../text.js';
import { tellProblems } from './check.js';

export function addReload(program: Command, cli: Cli): void {
  program
    .command('reload')
    .description('make the node read its site files again; with an error in them it keeps the old ones')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: true }) => {
      const client = await cli.client();
      const { problems } = await client.post<{ problems: SiteProblem[] }>('/reload');
      if (options.json === true) cli.io.out(json({ problems }));
      else {
        tellProblems(cli, problems);
        cli.io.out('The site files were read again.\n');
      }
      cli.exit(EXIT.succeeded);
    });
}
