/** Follows a job and ends the command with what CONTRACT says about its verdict. */
import type { JobDetail } from './api-answers.js';
import type { Cli } from './cli.js';
import { EXIT, exitOfVerdict } from './exit-code.js';
import { followJob } from './follow-job.js';
import type { FollowOptions } from './follow-job.js';
import { json, lines } from './text.js';

export interface VerdictOptions {
  readonly begin: FollowOptions['begin'];
  /** One JSON document at the end instead of the story. */
  readonly asJson: boolean;
}

export async function followToVerdict(cli: Cli, { begin, asJson }: VerdictOptions): Promise<void> {
  const { io } = cli;
  const print = asJson ? () => undefined : (line: string) => io.out(line);
  const followed = await followJob(cli, { begin, print });
  if (followed.kind === 'detached') {
    tellDetached(cli, followed.job, asJson);
    return;
  }
  const { job } = followed;
  const code = exitOfVerdict(job.verdict);
  if (asJson) io.out(json(job));
  else if (code !== EXIT.succeeded) io.err(lines(`${job.verdict ?? 'no verdict'}: ${job.sentence}`));
  cli.exit(code);
}

/** The job goes on; its id is the only thing on standard output, for scripts. */
export function tellDetached(cli: Cli, job: JobDetail, asJson: boolean): void {
  cli.io.out(asJson ? json(job) : `${job.id}\n`);
  cli.io.err(`The job goes on. portwright jobs watch ${job.id}\n`);
  cli.exit(EXIT.detached);
}
