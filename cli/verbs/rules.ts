/** `rules check FILE…`, `rules replay LOG`, `rules explain RULE` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RuleAnswer } from '../api-answers.js';
import type { ReplayLine } from '../../server/offline.js';
import { countOption, momentOption, segment, UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { EXIT } from '../exit-code.js';
import { json, lines } from '../text.js';
import { tellProblems } from './check.js';

/** Decisions that are explained where nothing else is asked. */
const DEFAULT_DECISIONS = '3';

export function addRules(program: Command, cli: Cli): void {
  const { io } = cli;
  const rules = program.command('rules').description('check and explain rules');
  rules
    .command('check')
    .description('name what is wrong in rule files, and what to look at again; needs no node')
    .argument('<FILE...>', 'rule files')
    .option('--json', 'one JSON document')
    .action(async (files: readonly string[], options: { json?: true }) => {
      const { checkRuleFiles } = await import('../../server/offline.js');
      const problems = await checkRuleFiles(files.map((file) => resolve(io.cwd, file)));
      const ok = problems.every(({ severity }) => severity === 'warning');
      if (options.json === true) io.out(json({ ok, problems }));
      else {
        tellProblems(cli, problems);
        io.out(ok ? `${String(files.length)} file${files.length === 1 ? '' : 's'} in order\n` : '');
      }
      if (!ok) cli.exit(EXIT.usage);
    });
  rules
    .command('replay')
    .description('decide recorded events by the rules of a site, and start nothing; needs no node')
    .argument('<LOG>', 'events as show events --json prints them, or one event a line')
    .option('--rules <DIR>', 'a site, or its folder rules')
    .option('--diff <DIRS...>', 'two of them: firings that the second gains (+) and loses (-)')
    .action((log: string, options: ReplayOptions) => replayLog(cli, resolve(io.cwd, log), options));
  rules
    .command('explain')
    .description('what a rule waits for, and why it fired or did not')
    .argument('<RULE>', 'the name of a rule')
    .option('--event <ID>', 'the decision on this event')
    .option('--since <TIME>', 'events since a time, or 1h for one hour ago', momentOption(io))
    .option('--limit <N>', 'newest decisions to explain', countOption, DEFAULT_DECISIONS)
    .option('--json', 'one JSON document')
    .action(async (name: string, options: { event?: string; since?: string; limit: string; json?: true }) => {
      const client = await cli.client();
      const { event, since, limit } = options;
      const answer = await client.get<{ rule: RuleAnswer; decisions: readonly { explanation: string }[] }>(
        `/rules/${segment(name)}/decisions`,
        { event, since, limit },
      );
      if (options.json === true) io.out(json(answer));
      else {
        const told = answer.decisions.map(({ explanation }) => explanation);
        io.out(lines([answer.rule.explanation, '', ...(told.length === 0 ? ['No decision yet.'] : told)].join('\n')));
      }
    });
}

interface ReplayOptions {
  readonly rules?: string;
  readonly diff?: readonly string[];
}

/** A JSON line for each rule whose conditions held: the same bytes on each run. */
async function replayLog(cli: Cli, log: string, { rules, diff = [] }: ReplayOptions): Promise<void> {
  const folders = rules === undefined ? diff : [rules];
  if (folders.length !== (rules === undefined ? 2 : 1) || (rules !== undefined && diff.length > 0)) {
    throw new UsageError('Give --rules DIR, or --diff with two of them.');
  }
  const { replay, firingsGained } = await import('../../server/offline.js');
  const logs: (readonly ReplayLine[])[] = [];
  for (const folder of folders) {
    const { lines: decided, problems } = await replay(log, resolve(cli.io.cwd, folder), cli.io.env);
    if (problems.length > 0) {
      tellProblems(cli, problems);
      cli.exit(EXIT.usage);
      return;
    }
    logs.push(decided);
  }
  const [first = [], second = []] = logs;
  const told = (mark: string) => (line: ReplayLine) => `${mark}${JSON.stringify(line)}\n`;
  if (rules !== undefined) cli.io.out(first.map(told('')).join(''));
  else
    cli.io.out(
      [...firingsGained(second, first).map(told('- ')), ...firingsGained(first, second).map(told('+ '))].join(''),
    );
}
