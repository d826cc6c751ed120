/** `show jobs`, `show job ID` */
import type { Command } from 'commander';
import type { JobAnswer, JobDetail } from '../api-answers.js';
import { countOption, segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { json, lines, pairs, table, time } from '../text.js';

export function addShowJobs(show: Command, cli: Cli): void {
  const { io } = cli;
  show
    .command('jobs')
    .description('jobs, newest first')
    .option('--port <PORT>', 'of one port')
    .option('--state <STATE>', 'queued, running, paused, waiting or ended')
    .option('--limit <N>', 'how many', countOption)
    .option('--json', 'one JSON document')
    .action(async (options: { port?: string; state?: string; limit?: string; json?: true }) => {
      const { port, state, limit } = options;
      const answer = await (await cli.client()).get<{ jobs: JobAnswer[] }>('/jobs', { port, state, limit });
      io.out(options.json === true ? json(answer) : jobsText(answer.jobs));
    });
  show
    .command('job')
    .description('one job: steps, attempts, and what the device runs now')
    .argument('<ID>', 'a job id')
    .option('--json', 'one JSON document')
    .action(async (id: string, options: { json?: true }) => {
      const job = await (await cli.client()).get<JobDetail>(`/jobs/${segment(id)}`);
      io.out(options.json === true ? json(job) : jobText(job));
    });
}

function jobsText(jobs: readonly JobAnswer[]): string {
  if (jobs.length === 0) return lines('There are no jobs.');
  return table(
    ['JOB', 'PORT', 'ACTION', 'STATE', 'STARTED', 'ENDED', 'BY'],
    jobs.map((job) => [
      job.id,
      job.portId,
      job.action,
      stateText(job),
      time(job.startedAt),
      time(job.endedAt),
      causeText(job),
    ]),
  );
}

/** Ends with the one sentence that matters at 3 a.m. */
function jobText(job: JobDetail): string {
  const head = pairs([
    ['Job', job.id],
    ['Port', job.portId],
    ['Action', `${job.action} ${JSON.stringify(job.params)}`],
    ['By', causeText(job)],
    ['State', stateText(job)],
    ['Code', job.code],
    ['Created', time(job.createdAt)],
    ['Started', time(job.startedAt)],
    ['Ended', time(job.endedAt)],
  ]);
  const attempts = job.attempts.map((attempt) => [
    attempt.number,
    attempt.method + (attempt.variant === undefined ? '' : ` ${attempt.variant}`),
    attempt.bytes,
    attempt.seconds.toFixed(1),
    attempt.outcome,
    attempt.reason,
  ]);
  const steps = job.steps.map(({ step, phase, at, next }) => [
    time(at),
    step,
    phase,
    next === undefined ? '' : `then ${next}`,
  ]);
  return [
    head,
    attempts.length === 0 ? '' : `\n${table(['ATTEMPT', 'METHOD', 'BYTES', 'SECONDS', 'OUTCOME', 'REASON'], attempts)}`,
    steps.length === 0 ? '' : `\n${table(['TIME', 'STEP', 'PHASE', ''], steps)}`,
    `\n${lines(job.sentence)}`,
  ].join('');
}

function stateText({ state, verdict }: JobAnswer): string {
  if (verdict === undefined) return state;
  return state === 'ended' ? verdict : `${state} (${verdict})`;
}

function causeText({ cause }: JobAnswer): string {
  return cause.kind === cause.name ? cause.kind : `${cause.kind} ${cause.name}`;
}
