/** `lab start FILE`, `lab list`, `lab line`: simulated devices and a bad serial line for anyone's CI, without a node; `lab record PORT`. */
import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { addRecord } from './record.js';

/** What `lab/line` takes; it checks the values. */
const LINE_OPTIONS: readonly (readonly [flags: string, meaning: string])[] = [
  ['--baud <RATE>', 'speed, 300 to 921600; default 115200'],
  ['--bit-error-rate <P>', 'probability that a data bit is turned'],
  ['--drop <P>', 'probability that a byte is lost'],
  ['--duplicate <P>', 'probability that a byte comes twice'],
  ['--stall <P>', 'probability that the line stands still before a byte'],
  ['--stall-ms <MS>', 'how long; default 500'],
  ['--disconnect <P>', 'probability that the line breaks off at a byte'],
  ['--disconnect-ms <MS>', 'how long; default 1000'],
  ['--seed <N>', 'repeats the same harm; a new one is printed'],
  ['--near <LINK>', 'symbolic link to the terminal of the program under test'],
  ['--far <LINK>', 'symbolic link to the other one'],
  ['--json', 'one JSON document when it stands, and one when it ends'],
];

export function addLab(program: Command, cli: Cli): void {
  const lab = program
    .command('lab')
    .description('simulated devices for tests and demonstrations, and recordings of real ones');
  const run = async (words: readonly string[]): Promise<void> => {
    const { runLab } = await import('../../server/offline.js');
    cli.exit((await runLab(words, (line) => cli.io.out(`${line}\n`))) === 0 ? 0 : 2);
  };
  lab
    .command('start')
    .description('run the devices of a lab file until it is ended')
    .argument('<FILE>', 'a lab file')
    .option('--json', 'say in one JSON document where the consoles are')
    .action((file: string, options: { json?: true }) =>
      run(['start', file, ...(options.json === true ? ['--json'] : [])]),
    );
  lab
    .command('list')
    .description('the devices that there are')
    .action(() => run(['list']));
  addRecord(lab, cli);
  const line = lab
    .command('line')
    .description('a slow and bad serial line between two pseudo terminals, until it is ended');
  for (const [flags, meaning] of LINE_OPTIONS) line.option(flags, meaning);
  line.action(() => run(['line', ...given(line)]));
}

/** The options as they were typed. */
function given(command: Command): string[] {
  return command.options.flatMap((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (value === true) return [option.long ?? ''];
    return typeof value === 'string' ? [`${option.long ?? ''}=${value}`] : [];
  });
}
