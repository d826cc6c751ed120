/**
 * Every prompt, question and message of the collections beside the checkout, said to the driver that claims it: whole and one byte
 * at a time, to its tables and, where an answer is due, to the engine.
 */
import { expect } from 'chai';
import type { Intent, QuestionRow } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import { fillPattern, fillTemplate } from '../../core/template.js';
import { DRIVERS } from '../../drivers/index.js';
import { ClassifyMachine, CompiledTable, ExchangeMachine, TextReader } from '../../protocols/dialog/index.js';
import type { ExchangeResult } from '../../protocols/dialog/index.js';
import { CUTTINGS, scripted, simulate } from '../protocols/dialog/simulate.js';
import type { Cutting } from '../protocols/dialog/simulate.js';
import { transcript } from '../support/transcripts.js';
import { PROMPT_ROWS } from './prompt-rows.js';
import type { PromptRow } from './prompt-rows.js';

const SLOTS = {
  slot: 'primary',
  otherSlot: 'secondary',
  file: 'x.bin',
  fileSystem: 'flash:',
  size: 5120,
  sizeHex: '1400',
};
const MAKES: Readonly<Record<string, string>> = {
  cisco_ios: 'cisco-ios',
  extreme_exos: 'extreme-exos',
  uboot: 'u-boot',
  linux: 'linux',
};
/** Prompts that drivers want when nothing else is running. */
const PROMPTS: Readonly<Record<string, string>> = { 'extreme-exos': 'x670.14 # ', 'u-boot': '=> ', native: 'any# ' };
const INTENTS: readonly Intent[] = ['safe', 'overwrite', 'erase', 'reload', 'saveConfig', 'discardConfig'];

const cases = DRIVERS.flatMap((driver): readonly Case[] => {
  const own = (PROMPT_ROWS[driver.id] ?? []).map((one) => ({ driver, also: true, ...one }));
  // What the classic says, its successor says too; what ends a command and what a boot tells are each one's own.
  const classic = driver.id === 'cisco-iosxe' ? (PROMPT_ROWS['cisco-ios'] ?? []) : [];
  return [...classic.map((one) => ({ driver, also: false, ...one })), ...own];
});

/** Readings that differ between a driver and the one whose texts it shares. */
const OWN = /^(?:ends|milestone)/;

describe('what devices say, driver by driver', () => {
  for (const { driver, also, text, reads } of cases) {
    it(`${driver.id}: ${text}`, () => {
      const wanted = reads.split(', ').filter((reading) => reading !== 'nothing' && (also || !OWN.test(reading)));
      for (const chunk of [text.length, 1]) {
        const read = readings(driver, heard(text, chunk)).filter((reading) => also || !OWN.test(reading));
        expect(read, `${String(chunk)} at a time`).to.deep.equal(wanted);
      }
    });
  }
});

interface Case extends PromptRow {
  readonly driver: Driver;
  /** Also what ends commands and what a boot tells is compared. */
  readonly also: boolean;
}

const ENGINE: Readonly<Record<string, ((one: Case, name: string, cutting: Cutting) => void) | undefined>> = {
  question(one, name, cutting) {
    const row = one.driver.dialog.questions.find(({ id }) => id === name);
    if (row === undefined) throw new Error(`no question ${name}`);
    const wanted = ask(one, INTENTS, cutting);
    expect(wanted.typed.slice(1)).to.deep.equal(answered(row, fillTemplate(row.answer, { file: 'x.bin' })));
    if (row.intent === 'safe') return;
    const { result, typed } = ask(one, ['safe'], cutting);
    if (row.otherwise === undefined) expect(result).to.include({ kind: 'questionWithoutIntent', id: name });
    else expect(typed.slice(1)).to.deep.equal(answered(row, row.otherwise));
  },
  pager(one, _name, cutting) {
    expect(ask(one, ['safe'], cutting).typed.slice(1)).to.deep.equal([' ']);
  },
  failure(one, name, cutting) {
    const { result } = ask({ ...one, text: `${one.text}\n${promptOf(one.driver)}` }, ['safe'], cutting);
    expect(result.kind === 'failed' && result.failure.class).to.equal(name);
  },
  countdown(one, _name, cutting) {
    const { result, typed } = classify(one, cutting);
    expect([result.state, typed]).to.deep.equal(['booting', []]);
  },
  prompt(one, name, cutting) {
    expect(classify(one, cutting).result.state).to.equal(name);
  },
};

const answered = (row: QuestionRow, text: string): readonly string[] => (row.key === false ? [`${text}\r`] : [text]);

const promptOf = (driver: Driver): string => PROMPTS[driver.id] ?? (driver.id === 'linux' ? 'root@gw:~# ' : 'Router#');

function ask(
  { driver, text }: Case,
  intents: readonly Intent[],
  cutting: Cutting,
): { result: ExchangeResult; typed: readonly string[] } {
  const reader = new TextReader();
  const prompt = promptOf(driver);
  reader.push(new TextEncoder().encode(prompt));
  const machine = new ExchangeMachine({
    ...{ table: new CompiledTable(driver.dialog), reader, intents, command: 'do it' },
    exchange: { send: 'do it', silenceMs: 60_000 },
    fill: (template, groups) => fillTemplate(template, { file: 'x.bin', ...groups }),
    prompt: { state: 'exec', text: prompt },
  });
  let said = 0;
  const on = (typed: string) => {
    const words =
      said++ === 0 ? `${typed.replace('\r', '')}\r\n${crLf(text)}` : `${typed.replace('\r', '')}\r\n${prompt}`;
    return [[20, words] as const];
  };
  return simulate(machine, reader, { on }, cutting);
}

function classify({ driver, text }: Case, cutting: Cutting) {
  const reader = new TextReader();
  const machine = new ClassifyMachine({ table: new CompiledTable(driver.dialog), reader, silenceMs: 30_000 });
  const again = scripted([['\r', `\r\n${crLf(text)}`]]);
  return simulate(machine, reader, { first: [[0, crLf(text)]], on: again }, cutting);
}

const crLf = (text: string): string => text.replaceAll('\n', '\r\n');

function heard(text: string, chunk: number): readonly string[] {
  const reader = new TextReader();
  const bytes = new TextEncoder().encode(crLf(text));
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  return [...reader.takeLines(), reader.tail];
}

/** All that a driver sees in a text that stands at its console, in a fixed order. */
function readings(driver: Driver, lines: readonly string[]): readonly string[] {
  const table = new CompiledTable(driver.dialog);
  const tail = lines.at(-1) ?? '';
  const text = lines.join('\n');
  const question = table.question(tail, lines.slice(0, -1))?.row.id;
  const failure = table.failure(tail)?.class;
  const shows = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => new RegExp(pattern, 'm').test(text));
  const milestones = driver.boot.milestones.filter(({ pattern }) => shows([pattern]));
  return [
    ...named('prompt', table.prompt(tail)?.state),
    ...(table.pagerAnswer(tail) === undefined ? [] : ['pager']),
    ...named('question', question),
    ...(shows(driver.login.failures) ? ['loginFailure'] : []),
    ...named('failure', failure),
    ...(table.isNoise(tail) ? ['noise'] : []),
    ...(table.isCountdown(tail) ? ['countdown'] : table.isBoot(tail) ? ['boot'] : []),
    ...(shows(endings(driver)) ? ['ends'] : []),
    ...milestones.map(({ id }) => `milestone ${id}`),
  ];
}

const named = (kind: string, name: string | undefined): readonly string[] =>
  name === undefined ? [] : [`${kind} ${name}`];

/** Every `ready` and `success` that any exchange of the driver waits for. */
function endings(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? key === 'ready' || key === 'success'
        ? [fillPattern(value, SLOTS)]
        : []
      : endings(value),
  );
}

for (const cutting of CUTTINGS) {
  describe(`what devices say, to the engine, ${cutting}`, () => {
    for (const one of cases) {
      const [kind = '', name = ''] = one.reads.split(', ')[0]?.split(' ') ?? [];
      const engine = ENGINE[kind];
      if (engine !== undefined)
        it(`${one.driver.id}: ${one.text}`, () => {
          engine(one, name, cutting);
        });
    }
  });
}

describe('collections of prompts, entry by entry', () => {
  const rowsOf = (entry: string, driverId?: string): readonly PromptRow[] =>
    Object.entries(PROMPT_ROWS)
      .filter(([id]) => driverId === undefined || id === driverId)
      .flatMap(([, rows]) => rows)
      .filter(({ of }) => of.includes(entry));

  it('prompts.json', function () {
    const makes = JSON.parse(transcript(this, 'prompts.json')) as Record<string, Record<string, string | string[]>>;
    for (const [make, driverId] of Object.entries(MAKES)) {
      const driver = DRIVERS.find(({ id }) => id === driverId);
      for (const [key, value] of Object.entries(makes[make] ?? {}))
        for (const [index, pattern] of [value].flat().entries()) {
          const entry = Array.isArray(value) ? `${make}.${key}.${String(index)}` : `${make}.${key}`;
          // What is typed to turn the pager off is no text of the device.
          if (key === 'pager_off') expect(driver?.login.prepare, entry).to.include(pattern);
          else {
            expect(rowsOf(entry, driverId), entry).not.to.deep.equal([]);
            const isWord = key.endsWith('_literal');
            for (const { text } of rowsOf(entry, driverId))
              expect(
                isWord ? text.startsWith(pattern) : new RegExp(pattern, 'm').test(text),
                `${entry}: ${text}`,
              ).to.equal(true);
          }
        }
    }
  });
});
