/** `alarms ack|clear ID` */
import type { Command } from 'commander';
import { segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { json, lines } from '../text.js';

const VERBS = [
  ['ack', 'say that an alarm was seen; it stands until it is cleared', 'was seen'],
  ['clear', 'clear an alarm', 'is cleared'],
] as const;

export function addAlarms(program: Command, cli: Cli): void {
  const alarms = program.command('alarms').description('acknowledge and clear alarms');
  for (const [verb, description, done] of VERBS) {
    alarms
      .command(verb)
      .description(description)
      .argument('<ID>', 'an alarm id of show alarms')
      .option('--json', 'one JSON document')
      .action(async (id: string, options: { json?: true }) => {
        const answer = await (await cli.client()).post<{ id: string }>(`/alarms/${segment(id)}/${verb}`, {});
        cli.io.out(options.json === true ? json(answer) : lines(`Alarm ${answer.id} ${done}.`));
      });
  }
}
