/** `schedule next [NAME] [--cron EXPR --timezone TZ]` */
import type { Command } from 'commander';
import type { ScheduleAnswer } from '../api-answers.js';
import { countOption, momentOption, UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { json } from '../text.js';
import { fail } from '../../core/errors/index.js';

interface NextOptions {
  readonly cron?: string;
  readonly timezone?: string;
  readonly from?: string;
  readonly count: string;
  readonly json?: true;
}

const DEFAULT_COUNT = '5';
const DEFAULT_TIMEZONE = 'UTC';

export function addSchedule(program: Command, cli: Cli): void {
  const { io } = cli;
  const schedule = program.command('schedule').description('look at schedules');
  schedule
    .command('next')
    .description('the next runs of a schedule, or of an expression (needs no node)')
    .argument('[NAME]', 'a schedule of the node')
    .option('--cron <EXPR>', 'a cron expression')
    .option('--timezone <TZ>', `an IANA time zone (default: ${DEFAULT_TIMEZONE})`)
    .option('--from <TIME>', 'runs after this moment (default: now)', momentOption(io))
    .option('--count <N>', 'how many', countOption, DEFAULT_COUNT)
    .option('--json', 'one JSON document')
    .action(async (name: string | undefined, options: NextOptions) => {
      const { nextRuns } = await import('../../server/offline.js');
      const { cron, timezone } = await expression(cli, name, options);
      const fromMs = options.from === undefined ? io.nowMs() : Date.parse(options.from);
      const runs = nextRuns({ cron, timezone, fromMs, count: Number(options.count) });
      const times = runs.map((ms) => new Date(ms).toISOString().replace('.000Z', 'Z'));
      if (options.json === true) io.out(json({ cron, timezone, runs: times }));
      else for (const [i, at] of times.entries()) io.out(`${at}  ${localText(runs[i] ?? 0, timezone)}\n`);
    });
}

async function expression(
  cli: Cli,
  name: string | undefined,
  { cron, timezone = DEFAULT_TIMEZONE }: NextOptions,
): Promise<{ readonly cron: string; readonly timezone: string }> {
  if ((name === undefined) === (cron === undefined)) throw new UsageError('Name a schedule, or give --cron EXPR.');
  if (cron !== undefined) return { cron, timezone };
  const client = await cli.client();
  const { schedules } = await client.get<{ schedules: ScheduleAnswer[] }>('/schedules');
  const found = schedules.find((schedule) => schedule.name === name);
  if (found === undefined) throw fail('SCHEDULE_UNKNOWN', { schedule: name });
  return found;
}

/** The same moment as the clock on the wall there shows it: `Sat 2026-01-03 02:00 America/Chicago`. */
function localText(ms: number, timezone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, weekday: 'short' });
  return `${day.format(ms)} ${format.format(ms)} ${timezone}`;
}
