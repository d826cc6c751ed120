/** `show …`: what the node knows; `--json` gives one JSON document on every one. */
import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { addShowConsole } from './console.js';
import { addShowDiff } from './diff.js';
import { addShowEvents } from './events.js';
import { addShowJobs } from './jobs.js';
import { addShowPorts } from './ports.js';
import { addShowRules } from './rules.js';

export function addShow(program: Command, cli: Cli): void {
  const show = program.command('show').description('show ports, jobs, events, rules, schedules, alarms, transcripts');
  addShowPorts(show, cli);
  addShowDiff(show, cli);
  addShowJobs(show, cli);
  addShowEvents(show, cli);
  addShowRules(show, cli);
  addShowConsole(show, cli);
}
