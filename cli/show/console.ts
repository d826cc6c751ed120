/** `show transcript JOB`, `show post PORT`, `show console PORT`: what was said on a line, as text that no terminal can be hurt by. */
import type { Command } from 'commander';
import type { EntryAnswer } from '../api-answers.js';
import { momentOption, segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { ConsoleText } from '../console-text.js';
import type { NodeClient } from '../node-client.js';
import { json, lines } from '../text.js';

interface Entries {
  readonly entries: readonly EntryAnswer[];
}

/** How often a followed console is asked for more, ms. */
const FOLLOW_EVERY_MS = 1000;

export function addShowConsole(show: Command, cli: Cli): void {
  const { io } = cli;
  show
    .command('transcript')
    .description('what a job saw (<), said (>) and told (#)')
    .argument('<JOB>', 'a job id')
    .option('--json', 'one JSON document')
    .action(async (job: string, options: { json?: true }) => {
      const answer = await (await cli.client()).get<Entries>(`/jobs/${segment(job)}/transcript`);
      io.out(options.json === true ? json(answer) : textOf(answer.entries));
    });
  show
    .command('post')
    .description('what the device printed in its last boot that a job watched')
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .option('--json', 'one JSON document')
    .action(async (port: string, options: { json?: true }) => {
      const answer = await (await cli.client()).get<Entries>(`/ports/${segment(port)}/post`);
      if (options.json === true) io.out(json(answer));
      else io.out(answer.entries.length === 0 ? lines('No job has watched a boot yet.') : textOf(answer.entries));
    });
  show
    .command('console')
    .description("a port's console log: from the device (<), to it (>), remarks (#)")
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .option('--since <TIME>', 'a time, or 10m for ten minutes ago', momentOption(io))
    .option('--follow', 'go on with what comes, until Ctrl-C')
    .option('--json', 'one JSON document')
    .action(async (port: string, options: { since?: string; follow?: true; json?: true }) => {
      const client = await cli.client();
      const path = `/ports/${segment(port)}/console`;
      if (options.follow === true) {
        await follow(cli, client, path, options.since);
        return;
      }
      const answer = await client.get<Entries>(path, { since: options.since });
      io.out(options.json === true ? json(answer) : textOf(answer.entries));
    });
}

function textOf(entries: readonly EntryAnswer[]): string {
  const text = new ConsoleText();
  return text.lines(entries) + text.rest();
}

/** Asks again from the last moment seen; what came in that very millisecond is told once. */
async function follow({ io }: Cli, client: NodeClient, path: string, since: string | undefined): Promise<void> {
  const stop = new AbortController();
  const stopListening = io.onSignal('SIGINT', () => stop.abort());
  const text = new ConsoleText();
  let from = since ?? new Date(io.nowMs()).toISOString();
  let seen: string[] = [];
  while (!stop.signal.aborted) {
    const { entries } = await client.get<Entries>(path, { since: from });
    const before = [...seen];
    const fresh = entries.filter((entry) => {
      const at = before.indexOf(JSON.stringify(entry));
      if (at >= 0) before.splice(at, 1);
      return at < 0;
    });
    io.out(fresh.length === 0 ? text.rest() : text.lines(fresh));
    from = entries.at(-1)?.at ?? from;
    const last = entries.filter(({ at }) => at === from).map((entry) => JSON.stringify(entry));
    seen = entries.length === 0 ? seen : last;
    await io.sleep(FOLLOW_EVERY_MS);
  }
  stopListening();
}
