/** `pull os|running-config|startup-config|tech PORT` */
import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { startJob } from '../start-job.js';
import type { JobOptions } from '../start-job.js';

const KINDS = [
  ['os', 'pullOs', 'the OS image that the device runs, as current'],
  ['running-config', 'pullRunningConfig', 'the configuration that the device runs'],
  ['startup-config', 'pullStartupConfig', 'the configuration that the device will start with'],
  ['tech', 'pullTech', "what the vendor's support asks for: minutes of output"],
] as const;

export function addPull(program: Command, cli: Cli): void {
  const pull = program.command('pull').description("bring what a device has into the port's store");
  for (const [kind, action, description] of KINDS) {
    pull
      .command(kind)
      .description(`${description}; Ctrl-C detaches and never cancels`)
      .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
      .option('--detach', 'print the job id and leave the job to the node')
      .option('--json', 'one JSON document at the end instead of the story')
      .action((port: string, options: JobOptions) => startJob(cli, { port, action, params: {} }, options));
  }
}
