/**
 * `lab line`: runs a paced, noisy line until it is ended.
 *
 *   node dist/lab/main.js line --baud 115200 --bit-error-rate 1e-6 --seed 7
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { BAUD_RATES } from '../../core/serial-line.js';
import { PacedLine } from './paced-line.js';
import type { PacedLineOptions } from './paced-line.js';

/** Option on the command line → where it goes, and what it may be. */
const RATES = {
  'bit-error-rate': 'bitErrorRate',
  drop: 'dropRate',
  duplicate: 'duplicateRate',
  stall: 'stallRate',
  disconnect: 'disconnectRate',
} as const;
const TIMES = { 'stall-ms': 'stallMs', 'disconnect-ms': 'disconnectMs' } as const;

const DEFAULT_BAUD = 115_200;
const SEEDS = 1_000_000;

export const LINE_USAGE =
  'line [--baud RATE] [--bit-error-rate P] [--drop P] [--duplicate P] [--stall P] [--stall-ms MS] [--disconnect P] [--disconnect-ms MS] [--seed N] [--near LINK] [--far LINK] [--json]';

export type LineArguments =
  | { readonly kind: 'line'; readonly options: PacedLineOptions; readonly json: boolean }
  /** What was wanted and what came. */
  | { readonly kind: 'wrong'; readonly text: string };

/** Reads the words after `line`. */
export function lineArguments(words: readonly string[]): LineArguments {
  const text = { type: 'string' } as const;
  const names = ['baud', 'seed', 'near', 'far', ...Object.keys(RATES), ...Object.keys(TIMES)];
  const options = { json: { type: 'boolean' }, ...Object.fromEntries(names.map((name) => [name, text])) } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args: [...words], options }));
  } catch (error) {
    return { kind: 'wrong', text: (error as Error).message };
  }
  const given = (name: string): string | undefined => values[name] as string | undefined;
  const numbers = [...ratesOf(given), ...timesOf(given), baudOf(given('baud')), seedOf(given('seed'))];
  const wrong = numbers.find((one) => typeof one === 'string');
  if (wrong !== undefined) return { kind: 'wrong', text: wrong };
  const [near, far] = [given('near'), given('far')];
  const links = { ...(near === undefined ? {} : { near }), ...(far === undefined ? {} : { far }) };
  return {
    kind: 'line',
    json: values['json'] === true,
    options: { ...(Object.fromEntries(numbers as [string, number][]) as unknown as PacedLineOptions), ...links },
  };
}

type Given = (name: string) => string | undefined;
type Parsed = readonly [string, number] | string;

function ratesOf(given: Given): Parsed[] {
  return Object.entries(RATES).flatMap(([name, key]) =>
    number(name, key, given(name), 0, 1, 'a probability from 0 to 1'),
  );
}

function timesOf(given: Given): Parsed[] {
  return Object.entries(TIMES).flatMap(([name, key]) => number(name, key, given(name), 0, 3_600_000, 'milliseconds'));
}

function number(
  name: string,
  key: string,
  text: string | undefined,
  least: number,
  most: number,
  wanted: string,
): Parsed[] {
  if (text === undefined) return [];
  const value = text.trim() === '' ? NaN : Number(text);
  return value >= least && value <= most ? [[key, value]] : [`--${name}: expected ${wanted}, got ${text}`];
}

function baudOf(text = String(DEFAULT_BAUD)): Parsed {
  const baudRate = Number(text);
  return BAUD_RATES.includes(baudRate)
    ? ['baudRate', baudRate]
    : `--baud: expected one of ${BAUD_RATES.join(', ')}, got ${text}`;
}

function seedOf(text = String(randomInt(SEEDS))): Parsed {
  return /^\d{1,9}$/.test(text) ? ['seed', Number(text)] : `--seed: expected a number of up to 9 digits, got ${text}`;
}

/** Runs until SIGTERM or SIGINT; the line `ready` (with `--json` one JSON document) says that both ends stand. Errors: LAB_CONSOLE_FAILED. */
export async function runLine(words: readonly string[], print: (line: string) => void): Promise<number> {
  const read = lineArguments(words);
  if (read.kind === 'wrong') {
    print(read.text);
    print(`usage: ${LINE_USAGE}`);
    return 2;
  }
  const { options, json } = read;
  const line = new PacedLine(options);
  await line.start();
  const { near, far } = line;
  const ready = { kind: 'ready', near, far, seed: options.seed, baudRate: options.baudRate };
  for (const text of json
    ? [JSON.stringify(ready)]
    : [`near ${near ?? ''}`, `far ${far ?? ''}`, `seed ${String(options.seed)}`, 'ready'])
    print(text);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  const counts = line.counts();
  await line.stop();
  for (const text of json ? [JSON.stringify({ kind: 'ended', ...counts })] : told(counts)) print(text);
  return 0;
}

function told(counts: ReturnType<PacedLine['counts']>): readonly string[] {
  return Object.entries(counts).map(([way, { bytes, mishaps }]) => {
    const harmed = Object.entries(mishaps).map(([mishap, times]) => `${String(times)} ${mishap}`);
    return `${way === 'toFar' ? 'near to far' : 'far to near'}: ${String(bytes)} bytes, ${harmed.join(', ')}`;
  });
}
