/** `serve SITE`: runs a node until SIGTERM or Ctrl-C; SIGHUP reads the site files again. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { SiteProblem } from '../../core/problem.js';
import type { Cli } from '../cli.js';
import { errorText } from '../cli.js';
import { tellProblems } from './check.js';

export function addServe(program: Command, cli: Cli): void {
  const { io } = cli;
  program
    .command('serve')
    .description('run a node')
    .argument('[SITE]', 'the site folder', '.')
    .action(async (site: string) => {
      const { startNode } = await import('../../server/main.js');
      let stopped = Promise.resolve();
      let stopReloading = (): void => undefined;
      const starting = startNode({
        siteFolder: resolve(io.cwd, site),
        env: io.env,
        onProblem: (problem) => tellProblems(cli, [problem]),
        onListening: ({ node, address, dataDir }) => {
          // Whoever reads the line may send a signal at once.
          stopped = stopSignal(cli);
          stopReloading = io.onSignal('SIGHUP', () => void reload(cli, starting));
          io.out(`node ${node} listens on ${address}\n`);
          io.err(`The token is in ${join(dataDir, 'token')}\n`);
        },
      });
      const node = await starting;
      await stopped;
      stopReloading();
      io.err('Stopping: running jobs reach a safe boundary first.\n');
      await node.stop();
    });
}

function stopSignal({ io }: Cli): Promise<void> {
  return new Promise((done) => {
    const stops = (['SIGINT', 'SIGTERM'] as const).map((signal) =>
      io.onSignal(signal, () => {
        // A second signal finds no handler and ends the process at once.
        for (const stop of stops) stop();
        done();
      }),
    );
  });
}

async function reload(cli: Cli, node: Promise<{ reload(): Promise<readonly SiteProblem[]> }>): Promise<void> {
  try {
    const problems = await (await node).reload();
    tellProblems(cli, problems);
    const refused = problems.some(({ severity }) => severity === 'error');
    cli.io.err(
      refused ? 'The site files are wrong; the old ones stay in force.\n' : 'The site files were read again.\n',
    );
  } catch (error) {
    cli.io.err(errorText(error));
  }
}
