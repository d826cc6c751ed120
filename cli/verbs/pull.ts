/** `pull os PORT` */
import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { startJob } from '../start-job.js';
import type { JobOptions } from '../start-job.js';

export function addPull(program: Command, cli: Cli): void {
  program
    .command('pull')
    .description("bring what a device has into the port's store")
    .command('os')
    .description('the OS image that the device runs, as current; Ctrl-C detaches and never cancels')
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .option('--detach', 'print the job id and leave the job to the node')
    .option('--json', 'one JSON document at the end instead of the story')
    .action((port: string, options: JobOptions) => startJob(cli, { port, action: 'pullOs', params: {} }, options));
}
