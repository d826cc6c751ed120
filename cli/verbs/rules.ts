/** `rules check FILE…`, `rules replay LOG`, `rules import-uplogix FILE`, `rules explain RULE|EVENT` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RuleAnswer } from '../api-answers.js';
import type { ReplayLine } from '../../server/offline.js';
import { countOption, momentOption, segment, UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { EXIT } from '../exit-code.js';
import { ApiError } from '../node-client.js';
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
    .command('import-uplogix')
    .description('Uplogix rules as a rule file on standard output, remarks on their lines beside it; needs no node')
    .argument('<FILE>', 'config text, a transcript, or a Markdown page')
    .option('--monitors', 'the monitors of the text instead, as a file of monitors/')
    .option('--json', 'one JSON document of rules, monitors and remarks')
    .action((file: string, options: ImportOptions) => importUplogix(cli, resolve(io.cwd, file), options));
  rules
    .command('explain')
    .description('why a rule fired or did not, or what every rule made of one event')
    .argument('<RULE|EVENT>', 'the name of a rule, or the id of an event')
    .option('--event <ID>', 'the decision on this event')
    .option('--since <TIME>', 'events since a time, or 1h for one hour ago', momentOption(io))
    .option('--limit <N>', 'newest decisions to explain', countOption, DEFAULT_DECISIONS)
    .option('--json', 'one JSON document')
    .action(async (name: string, options: ExplainOptions) => {
      await explain(cli, name, options);
    });
}

interface ImportOptions {
  readonly monitors?: true;
  readonly json?: true;
}

async function importUplogix(cli: Cli, file: string, options: ImportOptions): Promise<void> {
  const { importUplogixFile } = await import('../../server/offline.js');
  const { io } = cli;
  const { rules, monitors, remarks } = await importUplogixFile(file);
  if (options.json === true) io.out(json({ rules, monitors, remarks }));
  else if (options.monitors === true) io.out(json(monitors));
  else {
    if (rules.length > 0) io.out(json(rules));
    for (const { line, kind, code, text } of remarks) io.err(lines(`line ${String(line)}: ${kind} ${code}: ${text}`));
    io.err(`${String(rules.length)} rules, which only observe.\n`);
  }
  if (rules.length === 0) cli.exit(EXIT.usage);
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

interface ExplainOptions {
  readonly event?: string;
  readonly since?: string;
  readonly limit: string;
  readonly json?: true;
}

interface Explained {
  readonly rule: RuleAnswer;
  readonly decisions: readonly { readonly explanation: string }[];
}

/** What is no rule may be an event. */
async function explain(cli: Cli, name: string, { event, since, limit, json: asJson }: ExplainOptions): Promise<void> {
  const client = await cli.client();
  const show = (answer: Omit<Explained, 'rule'>, head: readonly string[]): void => {
    const told = answer.decisions.map(({ explanation }) => explanation);
    if (asJson === true) cli.io.out(json(answer));
    else cli.io.out(lines([...head, ...(told.length === 0 ? ['No decision yet.'] : told)].join('\n')));
  };
  try {
    const answer = await client.get<Explained>(`/rules/${segment(name)}/decisions`, { event, since, limit });
    show(answer, [answer.rule.explanation, '']);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'RULE_UNKNOWN') throw error;
    const about = await client
      .get<Omit<Explained, 'rule'>>(`/events/${segment(name)}/decisions`)
      .catch((other: unknown) => {
        throw other instanceof ApiError && other.code === 'EVENT_UNKNOWN' ? error : other;
      });
    show(about, []);
  }
}
