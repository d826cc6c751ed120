/** Every command that README and docs show is one: the help of the command line says so, and npm's scripts. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Io } from '../../cli/io.js';
import { run } from '../../cli/run.js';
import { EXIT, exitOfVerdict } from '../../cli/exit-code.js';
import { blocksOf, codeSpans, handwrittenPages, tableOf } from './pages.js';

interface Help {
  readonly commands: readonly string[];
  readonly text: string;
}

const helps = new Map<string, Promise<Help>>();

/** The help of `portwright WORDS…`. */
function helpOf(words: readonly string[]): Promise<Help> {
  const key = words.join(' ');
  const known = helps.get(key) ?? askHelp(words);
  helps.set(key, known);
  return known;
}

async function askHelp(words: readonly string[]): Promise<Help> {
  let text = '';
  const io: Io = {
    env: {},
    cwd: '/',
    home: undefined,
    out: (more) => (text += more),
    err: (more) => (text += more),
    progress: { update: () => undefined, clear: () => undefined },
    nowMs: () => 0,
    sleep: () => Promise.resolve(),
    onSignal: () => () => undefined,
    outBytes: () => undefined,
    keys: () => () => undefined,
  };
  const exitCode = await run([...words, '--help'], io);
  expect(exitCode, `portwright ${words.join(' ')} --help`).to.equal(0);
  const [, listed = ''] = text.split(/^Commands:\n/m);
  return {
    commands: [...listed.matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help'),
    text,
  };
}

/** What stands behind `portwright`, up to the end of the command; quoted texts are one word. */
function quotedCommands(page: string): readonly string[] {
  const shell = blocksOf(page).filter(({ language }) => language === 'sh');
  const lines = [...shell.flatMap(({ text }) => text.split('\n')), ...codeSpans(page)];
  return lines.flatMap((line) => {
    const [, words] = /^(?:npx )?portwright ([a-z][^#&|;>]*)/.exec(line.replace(/"[^"]*"|\$\([^)]*\)/g, 'X')) ?? [];
    return words === undefined ? [] : [words.replace(/\s\d?$/, '').trim()];
  });
}

async function faultOf(command: string): Promise<string | undefined> {
  const words = command.split(/\s+/);
  const path: string[] = [];
  for (const word of words) {
    const { commands } = await helpOf(path);
    if (commands.includes(word)) path.push(word);
    else if (commands.length > 0 && path.length < 2) return `"${word}" is no command`;
    else break;
  }
  const { text } = await helpOf(path);
  const unknown = words.filter((word) => word.startsWith('--')).find((option) => !text.includes(option));
  return unknown === undefined ? undefined : `${unknown} is no option`;
}

describe('docs, commands', () => {
  const quoted = handwrittenPages().flatMap((page) => quotedCommands(page).map((command) => ({ page, command })));

  it('every portwright command that is shown exists, with its options', async () => {
    expect(quoted.length).to.be.greaterThan(40);
    const faults: string[] = [];
    for (const { page, command } of quoted) {
      const fault = await faultOf(command);
      if (fault !== undefined) faults.push(`${page}: portwright ${command}: ${fault}`);
    }
    expect(faults).to.deep.equal([]);
  });

  it('finds a command and an option that do not exist', async () => {
    expect(await faultOf('push config 1/1')).to.equal('"config" is no command');
    expect(await faultOf('dance')).to.equal('"dance" is no command');
    expect(await faultOf('hold --all --forever')).to.equal('--forever is no option');
    expect(await faultOf('show job ID')).to.equal(undefined);
  });

  it('docs/cli.md lists every command', async () => {
    const listed = tableOf('docs/cli.md', 'command').map(([command = '']) => command.replace(/^portwright /, ''));
    const missing: string[] = [];
    for (const verb of (await helpOf([])).commands) {
      const { commands } = await helpOf([verb]);
      const all = commands.length === 0 ? [verb] : commands.map((inner) => `${verb} ${inner}`);
      missing.push(...all.filter((name) => !listed.some((row) => `${row} `.startsWith(`${name} `))));
    }
    expect(missing).to.deep.equal([]);
  });

  it('docs/cli.md has every exit code, docs/push-os.md that of every verdict', () => {
    const codes = tableOf('docs/cli.md', 'code').map(([code]) => Number(code));
    expect(codes).to.deep.equal(Object.values(EXIT));
    for (const [verdict, , code] of tableOf('docs/push-os.md', 'exit code')) {
      expect(Number(code), verdict).to.equal(exitOfVerdict(verdict));
    }
  });

  it('every npm script that is shown exists', () => {
    const root = join(import.meta.dirname, '../..');
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const shown = handwrittenPages().flatMap((page) =>
      [...blocksOf(page).map(({ text }) => text), ...codeSpans(page)].flatMap((text) =>
        [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name),
      ),
    );
    expect(Object.keys(scripts)).to.include.members([...new Set(shown)]);
  });
});
