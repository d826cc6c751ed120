/** `show diff PORT A B`: two configurations of a port's store, line by line. */
import type { Command } from 'commander';
import { CONFIG_TYPES } from '../../core/config.js';
import type { ConfigType } from '../../core/config.js';
import { segment, UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { json, lines } from '../text.js';

/** Unchanged lines around each change, as diff -u has them. */
const CONTEXT_LINES = 3;

export interface ConfigName {
  readonly type: ConfigType;
  readonly version: string;
}

export function addShowDiff(show: Command, cli: Cli): void {
  show
    .command('diff')
    .description('what differs between two configurations in the store: show diff 1/1 running-config previous current')
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .argument('<WORDS...>', 'A B, each [running-config|startup-config|tech] [current|previous|archive N]')
    .option('--json', 'one JSON document')
    .action(async (port: string, words: readonly string[], options: { json?: true }) => {
      const names = diffEnds(words);
      const client = await cli.client();
      const [a = '', b = ''] = await Promise.all(
        names.map(({ type, version }) =>
          client.text(`/ports/${segment(port)}/configs/${segment(type)}/${segment(version)}`),
        ),
      );
      // Loaded where it is needed: the other verbs start faster.
      const { createTwoFilesPatch } = await import('diff');
      const [from, to] = names.map(({ type, version }) => `${type} ${version}`) as [string, string];
      const patch = a === b ? '' : createTwoFilesPatch(from, to, a, b, '', '', { context: CONTEXT_LINES });
      const text = patch.replace(/^=+\n/, '');
      if (options.json === true) cli.io.out(json({ a: names[0], b: names[1], patch: text }));
      else cli.io.out(lines(text === '' ? `${from} and ${to} are the same.` : text.replace(/\n$/, '')));
    });
}

/** B is of A's type unless it says another, and each is `current` unless it says another version. Errors: UsageError. */
export function diffEnds(words: readonly string[]): readonly [ConfigName, ConfigName] {
  const [a, rest] = configName(words, 'running-config');
  const [b, behind] = configName(rest, a.type);
  if (behind.length > 0) throw new UsageError('Expected A B, such as: show diff 1/1 running-config startup-config');
  return [a, b];
}

function configName(words: readonly string[], usual: ConfigType): readonly [ConfigName, readonly string[]] {
  const [first] = words;
  if (first === undefined) throw new UsageError('Expected two configurations to compare.');
  const named = CONFIG_TYPES.find((type) => type === first);
  const rest = named === undefined ? words : words.slice(1);
  const [version, number] = rest;
  const type = named ?? usual;
  // A type alone is its current version.
  if (version === undefined || CONFIG_TYPES.some((other) => other === version))
    return [{ type, version: 'current' }, rest];
  if (version !== 'archive') return [{ type, version }, rest.slice(1)];
  return [{ type, version: `archive ${number ?? ''}` }, rest.slice(2)];
}
