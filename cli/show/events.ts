/** `show events`, `show alarms` */
import type { Command } from 'commander';
import type { Event } from '../../core/event.js';
import { countOption, momentOption } from '../cli.js';
import type { Cli } from '../cli.js';
import { json, lines, table, time } from '../text.js';

interface EventOptions {
  readonly type?: string;
  readonly port?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly json?: true;
}

interface AlarmAnswer {
  readonly id: string;
  readonly portId?: string;
  readonly kind: string;
  readonly message: string;
  readonly count: number;
  readonly raisedAt: string;
  readonly lastAt: string;
}

/** Longest data of an event in a table: `--json` shows all of it. Characters. */
const DATA_WIDTH = 100;

export function addShowEvents(show: Command, cli: Cli): void {
  const { io } = cli;
  show
    .command('events')
    .description('events, the newest last')
    .option('--type <TYPE>', 'such as console.line')
    .option('--port <PORT>', 'of one port')
    .option('--since <TIME>', 'a time, or 10m for ten minutes ago', momentOption(io))
    .option('--limit <N>', 'how many of the newest', countOption)
    .option('--json', 'one JSON document')
    .action(async (options: EventOptions) => {
      const { type, port, since, limit } = options;
      const client = await cli.client();
      const answer = await client.get<{ events: { seq: number; event: Event }[] }>('/events', {
        type,
        port,
        since,
        limit,
      });
      io.out(options.json === true ? json(answer) : eventsText(answer.events));
    });
  show
    .command('alarms')
    .description('alarms that stand, newest first')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: true }) => {
      const answer = await (await cli.client()).get<{ alarms: AlarmAnswer[] }>('/alarms');
      io.out(options.json === true ? json(answer) : alarmsText(answer.alarms));
    });
}

function eventsText(events: readonly { readonly seq: number; readonly event: Event }[]): string {
  if (events.length === 0) return lines('There are no events.');
  const rows = [...events]
    .reverse()
    .map(({ seq, event }) => [seq, time(event.time), event.type, event.portid, dataText(event)]);
  return table(['SEQ', 'TIME', 'TYPE', 'PORT', 'DATA'], rows);
}

/** A console line speaks for itself. */
function dataText({ data }: Event): string {
  const { line } = data;
  const text = typeof line === 'string' ? line : JSON.stringify(data);
  return text.length > DATA_WIDTH ? `${text.slice(0, DATA_WIDTH - 1)}…` : text;
}

function alarmsText(alarms: readonly AlarmAnswer[]): string {
  if (alarms.length === 0) return lines('No alarm stands.');
  return table(
    ['ID', 'PORT', 'KIND', 'COUNT', 'SINCE', 'LAST', 'MESSAGE'],
    alarms.map(({ id, portId, kind, count, raisedAt, lastAt, message }) => [
      id,
      portId ?? '(node)',
      kind,
      count,
      time(raisedAt),
      time(lastAt),
      message,
    ]),
  );
}
