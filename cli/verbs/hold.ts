/** `hold|resume (ID | PORT | --all)` */
import type { Command } from 'commander';
import type { HoldAnswer } from '../api-answers.js';
import type { JsonObject } from '../../core/json.js';
import { durationOption, UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { ApiError } from '../node-client.js';
import { json, lines, table, time } from '../text.js';

interface HoldOptions {
  readonly all?: true;
  readonly for?: string;
  readonly reason?: string;
  readonly json?: true;
}

interface HoldsAnswer {
  readonly holds: readonly HoldAnswer[];
}

export function addHold(program: Command, cli: Cli): void {
  program
    .command('hold')
    .description('keep write actions of a job, a port or the whole node from starting; survives a restart')
    .argument('[ID|PORT]', 'a job id or a port')
    .option('--all', 'the whole node')
    .option('--for <DURATION>', 'until then, such as 4h', durationOption)
    .option('--reason <TEXT>', 'why, for whoever wonders')
    .option('--json', 'one JSON document')
    .action(async (target: string | undefined, options: HoldOptions) => {
      const { for: duration, reason = 'held by hand' } = options;
      const more = { reason, ...(duration === undefined ? {} : { for: duration }) };
      tell(cli, options, await send(cli, '/hold', target, options, more));
    });
  program
    .command('resume')
    .description('lift a hold')
    .argument('[ID|PORT]', 'a job id or a port')
    .option('--all', 'the hold on the whole node')
    .option('--json', 'one JSON document')
    .action(async (target: string | undefined, options: HoldOptions) => {
      tell(cli, options, await send(cli, '/resume', target, options, {}));
    });
}

/** What is no port may be a job. */
async function send(
  cli: Cli,
  path: string,
  target: string | undefined,
  { all }: HoldOptions,
  more: JsonObject,
): Promise<HoldsAnswer> {
  if ((target === undefined) === (all === undefined)) {
    throw new UsageError('Name a job, a port, or --all.');
  }
  const client = await cli.client();
  if (target === undefined) return client.post<HoldsAnswer>(path, { all: true, ...more });
  try {
    return await client.post<HoldsAnswer>(path, { port: target, ...more });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'PORT_UNKNOWN') throw error;
    return await client.post<HoldsAnswer>(path, { job: target, ...more });
  }
}

function tell({ io }: Cli, options: HoldOptions, answer: HoldsAnswer): void {
  if (options.json === true) io.out(json(answer));
  else if (answer.holds.length === 0) io.out(lines('Nothing is held.'));
  else io.out(table(['HELD', 'SINCE', 'UNTIL', 'REASON'], answer.holds.map(holdRow)));
}

function holdRow({ kind, portId, jobId, since, until, reason }: HoldAnswer): readonly (string | undefined)[] {
  const what = kind === 'all' ? 'the whole node' : `${kind} ${portId ?? jobId ?? ''}`;
  return [what, time(since), time(until) ?? 'resumed', reason];
}
