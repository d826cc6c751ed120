/** `push os PORT VERSION` */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { JobDetail } from '../api-answers.js';
import type { Cli } from '../cli.js';
import { followToVerdict, tellDetached } from '../follow-verdict.js';
import type { NodeClient } from '../node-client.js';

interface PushOptions {
  readonly stageOnly?: true;
  readonly detach?: true;
  readonly json?: true;
}

export function addPush(program: Command, cli: Cli): void {
  const push = program.command('push').description('push an OS image to a device');
  push
    .command('os')
    .description('push an OS image, reload the device and prove the new version; Ctrl-C detaches and never cancels')
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .argument('<VERSION>', 'candidate, current, previous, or a name')
    .option('--stage-only', 'bring the image to the device and do not reload it')
    .option('--detach', 'print the job id and leave the job to the node')
    .option('--json', 'one JSON document at the end instead of the story')
    .action(async (port: string, version: string, options: PushOptions) => {
      const params = { version, ...(options.stageOnly === true ? { stageOnly: true } : {}) };
      // One key for one command: a request that is sent twice starts one job.
      const headers = { 'idempotency-key': randomUUID() };
      const begin = (client: NodeClient): Promise<JobDetail> =>
        client.post<JobDetail>('/jobs', { port, action: 'pushOs', params }, headers);
      const asJson = options.json === true;
      if (options.detach === true) tellDetached(cli, await begin(await cli.client()), asJson);
      else await followToVerdict(cli, { begin, asJson });
    });
}
