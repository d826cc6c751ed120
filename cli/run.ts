/** The command line as a function: words in, exit code out. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { Cli } from './cli.js';
import { errorText } from './cli.js';
import { EXIT, exitOfError } from './exit-code.js';
import type { ExitCode } from './exit-code.js';
import { findClient, siteFolders } from './find-node.js';
import type { NodeOptions } from './find-node.js';
import type { Io } from './io.js';
import { addShow } from './show/show.js';
import { addAlarms } from './verbs/alarms.js';
import { addCheck } from './verbs/check.js';
import { addCopy } from './verbs/copy.js';
import { addDelete } from './verbs/delete.js';
import { addDownload } from './verbs/download.js';
import { addDrivers } from './verbs/drivers.js';
import { addHold } from './verbs/hold.js';
import { addJobs } from './verbs/jobs.js';
import { addLab } from './verbs/lab.js';
import { addNew } from './verbs/new.js';
import { addPower } from './verbs/power.js';
import { addPull } from './verbs/pull.js';
import { addPush } from './verbs/push.js';
import { addReload } from './verbs/reload.js';
import { addRules } from './verbs/rules.js';
import { addSchedule } from './verbs/schedule.js';
import { addServe } from './verbs/serve.js';
import { addTerminal } from './verbs/terminal.js';

const VERBS: readonly ((program: Command, cli: Cli) => void)[] = [
  addNew,
  addCheck,
  addServe,
  addReload,
  addPush,
  addDownload,
  addPower,
  addPull,
  addCopy,
  addDelete,
  addShow,
  addJobs,
  addHold,
  addAlarms,
  addRules,
  addSchedule,
  addTerminal,
  addDrivers,
  addLab,
];

/** Never throws; what is wrong stands on standard error. */
export async function run(words: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.succeeded;
  const program = makeProgram(io);
  const cli: Cli = {
    io,
    client: () => findClient(io, program.opts<NodeOptions>()),
    siteFolders: () => siteFolders(io, program.opts<NodeOptions>()),
    exit: (wanted) => (code = wanted),
  };
  for (const add of VERBS) add(program, cli);
  // Subcommands copy these settings when they are made, so they are set on every one of them.
  for (const command of everyCommand(program)) quietly(command, io);
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    io.progress.clear();
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.succeeded : EXIT.usage;
    io.err(errorText(error));
    return exitOfError(error);
  }
}

function makeProgram(io: Io): Command {
  return new Command('portwright')
    .description('Out-of-band automation for network devices')
    .version(version(), '-V, --version', 'print the version')
    .option('--url <URL>', `the node (default: PORTWRIGHT_URL, else the site's own, else http://127.0.0.1:7373)`)
    .option('--site <SITE>', 'the site folder whose node and token are meant (default: PORTWRIGHT_SITE, ., ./site)')
    .helpCommand(false)
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
}

function quietly(command: Command, io: Io): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('(--help tells more)');
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap((inner) => everyCommand(inner))];
}

/** From package.json, which stands one folder up in the sources and two in the build. */
function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return String((JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: unknown }).version);
    } catch {
      continue;
    }
  }
  return '0';
}
