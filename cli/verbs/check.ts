/** `check SITE` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { SiteProblem } from '../../core/problem.js';
import { problemText } from '../../core/problem.js';
import type { Cli } from '../cli.js';
import { EXIT } from '../exit-code.js';
import { json, lines } from '../text.js';

export function addCheck(program: Command, cli: Cli): void {
  const { io } = cli;
  program
    .command('check')
    .description('name everything that is wrong in a site folder; nothing is opened')
    .argument('[SITE]', 'the site folder', '.')
    .option('--json', 'one JSON document')
    .action(async (site: string, options: { json?: true }) => {
      const { checkSite } = await import('../../server/offline.js');
      const folder = resolve(io.cwd, site);
      const { site: sound, problems } = await checkSite(folder, io.env);
      if (options.json === true) io.out(json({ ok: sound !== undefined, problems }));
      else {
        tellProblems(cli, problems);
        const count = sound?.ports.length ?? 0;
        io.out(sound === undefined ? '' : `${site} is in order: ${String(count)} port${count === 1 ? '' : 's'}\n`);
      }
      if (sound === undefined) cli.exit(EXIT.usage);
    });
}

/** Errors and warnings, one a line, on standard error. */
export function tellProblems({ io }: Cli, problems: readonly SiteProblem[]): void {
  for (const problem of problems) io.err(lines(`${problem.severity}: ${problemText(problem)}`));
}
