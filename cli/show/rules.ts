/** `show rules`, `show schedules` */
import type { Command } from 'commander';
import type { RuleAnswer, ScheduleAnswer } from '../api-answers.js';
import type { Cli } from '../cli.js';
import { json, lines, table, time } from '../text.js';

export function addShowRules(show: Command, cli: Cli): void {
  const { io } = cli;
  show
    .command('rules')
    .description('all rules; "rules explain RULE" tells why one fired or did not')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: true }) => {
      const answer = await (await cli.client()).get<{ rules: RuleAnswer[] }>('/rules');
      io.out(options.json === true ? json(answer) : rulesText(answer.rules));
    });
  show
    .command('schedules')
    .description('all schedules with their next run')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: true }) => {
      const answer = await (await cli.client()).get<{ schedules: ScheduleAnswer[] }>('/schedules');
      io.out(options.json === true ? json(answer) : schedulesText(answer.schedules));
    });
}

function rulesText(rules: readonly RuleAnswer[]): string {
  if (rules.length === 0) return lines('The site has no rules.');
  const rows = rules.map(({ name, on, ports, actions, mode }) => [
    name,
    on.join(' '),
    filterText(ports),
    chainText(actions),
    mode,
  ]);
  return table(['RULE', 'ON', 'PORTS', 'ACTIONS', 'MODE'], rows);
}

function schedulesText(schedules: readonly ScheduleAnswer[]): string {
  if (schedules.length === 0) return lines('The site has no schedules.');
  const rows = schedules.map(({ name, cron, timezone, ports, actions, next }) => [
    name,
    cron,
    timezone,
    filterText(ports),
    chainText(actions),
    time(next),
  ]);
  return table(['SCHEDULE', 'CRON', 'TIME ZONE', 'PORTS', 'ACTIONS', 'NEXT'], rows);
}

function filterText(ports: Readonly<Record<string, string>>): string {
  return (
    Object.entries(ports)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ') || 'all'
  );
}

function chainText(actions: readonly { readonly action: string }[]): string {
  return actions.map(({ action }) => action).join(' > ');
}
