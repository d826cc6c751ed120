/** `push os PORT VERSION`, `activate PORT`, `reboot PORT` */
import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { planText } from '../plan-text.js';
import type { PlanAnswer } from '../plan-text.js';
import { startJob } from '../start-job.js';
import type { JobOptions } from '../start-job.js';
import { json } from '../text.js';

const PORT = 'a port: its id, or its name where that is unambiguous';
const DETACH = 'print the job id and leave the job to the node';
const AS_JSON = 'one JSON document at the end instead of the story';

interface PushOptions extends JobOptions {
  readonly stageOnly?: true;
  readonly plan?: true;
}

export function addPush(program: Command, cli: Cli): void {
  const push = program.command('push').description('push an OS image to a device');
  push
    .command('os')
    .description('push an OS image, reload the device and prove the new version; Ctrl-C detaches and never cancels')
    .argument('<PORT>', PORT)
    .argument('<VERSION>', 'candidate, current, previous, or a name')
    .option('--stage-only', 'bring the image to the device and do not reload it; activate finishes it')
    .option('--plan', 'show what it would do, and do nothing')
    .option('--detach', DETACH)
    .option('--json', AS_JSON)
    .action(async (port: string, version: string, options: PushOptions) => {
      const params = { version, ...(options.stageOnly === true ? { stageOnly: true } : {}) };
      if (options.plan === true) {
        const answer = await (await cli.client()).post<PlanAnswer>('/plans', { port, action: 'pushOs', params });
        cli.io.out(options.json === true ? json(answer) : planText(answer));
        return;
      }
      await startJob(cli, { port, action: 'pushOs', params }, options);
    });
  const verbs = [
    ['activate', 'finish a staged push: verify the image again, reload the device and prove the new version'],
    ['reboot', 'save the configuration where it would be lost, reload the device and prove that it is back as it was'],
  ] as const;
  for (const [action, description] of verbs) {
    program
      .command(action)
      .description(description)
      .argument('<PORT>', PORT)
      .option('--detach', DETACH)
      .option('--json', AS_JSON)
      .action((port: string, options: JobOptions) => startJob(cli, { port, action, params: {} }, options));
  }
}
