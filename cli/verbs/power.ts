/** `power on|off|cycle|status PORT` */
import type { Command } from 'commander';
import { segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { startJob } from '../start-job.js';
import type { JobOptions } from '../start-job.js';
import { json, lines } from '../text.js';

const PORT = 'a port: its id, or its name where that is unambiguous';

const VERBS = [
  ['on', 'powerOn', 'switch on the outlet of a device'],
  ['off', 'powerOff', 'switch off the outlet of a device'],
  ['cycle', 'powerCycle', 'switch the outlet of a device off and on, watch it boot, and read it'],
] as const;

export function addPower(program: Command, cli: Cli): void {
  const power = program.command('power').description('the power of a device');
  for (const [verb, action, description] of VERBS) {
    power
      .command(verb)
      .description(description)
      .argument('<PORT>', PORT)
      .option('--detach', 'print the job id and leave the job to the node')
      .option('--json', 'one JSON document at the end instead of the story')
      .action((port: string, options: JobOptions) => startJob(cli, { port, action, params: {} }, options));
  }
  power
    .command('status')
    .description('what the controller of the outlet says now')
    .argument('<PORT>', PORT)
    .option('--json', 'one JSON document')
    .action(async (port: string, options: { json?: true }) => {
      const answer = await (await cli.client()).get<{ outlet: string; state: string }>(`/ports/${segment(port)}/power`);
      cli.io.out(options.json === true ? json(answer) : lines(`Outlet ${answer.outlet} is ${answer.state}.`));
    });
}
