/** `lab record PORT [COMMAND...]`: real output of a real device as files, with secrets masked. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { segment } from '../cli.js';
import { EXIT, exitOfVerdict } from '../exit-code.js';
import { followJob } from '../follow-job.js';
import { beginJob } from '../start-job.js';
import { tellDetached } from '../follow-verdict.js';
import { json, lines } from '../text.js';

interface RecordOptions {
  readonly to?: string;
  readonly json?: true;
}

interface RecordingAnswer {
  readonly outputs: readonly { readonly command: string; readonly text: string }[];
}

/** Longest file name that is made of a command, characters. */
const NAME_MAX = 80;

export function addRecord(lab: Command, cli: Cli): void {
  lab
    .command('record')
    .description(
      "record what a device prints for its driver's commands, or for those given, a file each; secrets are masked",
    )
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .argument('[COMMAND...]', "commands, each as one word of the shell: 'show version'")
    .option('--to <FOLDER>', 'where the files go; default ./recording')
    .option('--json', 'one JSON document at the end')
    .action((port: string, commands: string[], options: RecordOptions) => record(cli, port, commands, options));
}

async function record(cli: Cli, port: string, commands: readonly string[], options: RecordOptions): Promise<void> {
  const { io } = cli;
  const params = commands.length === 0 ? {} : { commands: [...commands] };
  const asJson = options.json === true;
  const print = asJson ? () => undefined : (line: string) => io.out(line);
  const followed = await followJob(cli, { begin: beginJob({ port, action: 'recordOutput', params }), print });
  if (followed.kind === 'detached') {
    tellDetached(cli, followed.job, asJson);
    return;
  }
  const { job } = followed;
  const { outputs } = await (await cli.client()).get<RecordingAnswer>(`/jobs/${segment(job.id)}/recording`);
  const folder = resolve(io.cwd, options.to ?? 'recording');
  const files = await write(folder, outputs);
  if (asJson) io.out(json({ id: job.id, verdict: job.verdict, files }));
  else if (files.length > 0) io.out(files.map((file) => lines(file)).join(''));
  const code = exitOfVerdict(job.verdict);
  if (code !== EXIT.succeeded && !asJson) io.err(lines(`${job.verdict ?? 'no verdict'}: ${job.sentence}`));
  cli.exit(code);
}

async function write(folder: string, outputs: RecordingAnswer['outputs']): Promise<readonly string[]> {
  const files: string[] = [];
  if (outputs.length > 0) await mkdir(folder, { recursive: true });
  for (const { command, text } of outputs) {
    const stem = command
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, NAME_MAX);
    const twice = files.filter((file) => file.startsWith(join(folder, stem))).length;
    const file = join(folder, `${stem}${twice === 0 ? '' : `_${String(twice + 1)}`}.txt`);
    await writeFile(file, text.endsWith('\n') ? text : `${text}\n`);
    files.push(file);
  }
  return files;
}
