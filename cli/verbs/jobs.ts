/** `jobs watch|cancel ID` */
import type { Command } from 'commander';
import type { JobDetail } from '../api-answers.js';
import { segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { followToVerdict } from '../follow-verdict.js';
import { json, lines } from '../text.js';

export function addJobs(program: Command, cli: Cli): void {
  const jobs = program.command('jobs').description('watch and cancel jobs');
  jobs
    .command('watch')
    .description('tell the story of a job from its begin to its verdict; Ctrl-C stops watching')
    .argument('<ID>', 'a job id')
    .option('--json', 'one JSON document at the end instead of the story')
    .action(async (id: string, options: { json?: true }) => {
      const begin = (client: Awaited<ReturnType<Cli['client']>>): Promise<JobDetail> =>
        client.get<JobDetail>(`/jobs/${segment(id)}`);
      await followToVerdict(cli, { begin, asJson: options.json === true });
    });
  jobs
    .command('cancel')
    .description('stop a job at its next safe boundary')
    .argument('<ID>', 'a job id')
    .option('--json', 'one JSON document')
    .action(async (id: string, options: { json?: true }) => {
      const client = await cli.client();
      const answer = await client.post<{ job: JobDetail; boundary: string }>(`/jobs/${segment(id)}/cancel`);
      if (options.json === true) cli.io.out(json(answer));
      else cli.io.out(lines(cancelText(answer)));
    });
}

function cancelText({ job, boundary }: { job: JobDetail; boundary: string }): string {
  if (job.state === 'ended') return `Job ${job.id} was cancelled. ${job.sentence}`;
  return `Job ${job.id} is at step ${boundary} and stops at the next safe boundary. portwright jobs watch ${job.id}`;
}
