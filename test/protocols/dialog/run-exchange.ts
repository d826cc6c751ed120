/** Runs one exchange against a scripted device, however its bytes are cut. */
import { expect } from 'chai';
import type { DialogTable, Exchange, Intent } from '../../../core/dialog-table.js';
import { fillTemplate } from '../../../core/template.js';
import { CompiledTable, ExchangeMachine, TextReader } from '../../../protocols/dialog/index.js';
import type { ExchangeResult, Prompt } from '../../../protocols/dialog/index.js';
import { router } from './tables.js';
import { CUTTINGS, scripted, simulate } from './simulate.js';
import type { Cutting, Device, Simulated } from './simulate.js';

export interface Case {
  readonly exchange: Exchange;
  readonly device: () => Device;
  readonly table?: DialogTable;
  readonly prompt?: Prompt;
  readonly intents?: readonly Intent[];
  readonly slots?: Readonly<Record<string, string>>;
  readonly echoless?: boolean;
  /** On the line before the exchange begins. */
  readonly before?: string;
}

export const EXEC: Prompt = { state: 'exec', text: 'Router#' };

export function run(test: Case, cutting: Cutting): Simulated<ExchangeResult> & { reader: TextReader } {
  const reader = new TextReader();
  reader.push(new TextEncoder().encode(test.before ?? 'Router#'));
  const machine = new ExchangeMachine({
    exchange: test.exchange,
    ...(test.exchange.send === undefined ? {} : { command: test.exchange.send }),
    table: new CompiledTable(test.table ?? router),
    reader,
    intents: test.intents ?? ['safe'],
    fill: (template, groups) => fillTemplate(template, { ...test.slots, ...groups }),
    prompt: test.prompt ?? EXEC,
    echoless: test.echoless ?? false,
  });
  return { ...simulate(machine, reader, test.device(), cutting), reader };
}

/** The same result however the bytes are cut. */
export function runAll(test: Case): ReturnType<typeof run> {
  const [whole, ...others] = CUTTINGS.map((cutting) => run(test, cutting));
  for (const other of others) {
    expect(other.result).to.deep.equal(whole!.result);
    expect(other.typed).to.deep.equal(whole!.typed);
  }
  return whole!;
}

export const says =
  (...script: (readonly [string, string])[]): (() => Device) =>
  () => ({ on: scripted(script) });

export function outputOf(result: ExchangeResult): string {
  return result.kind === 'answered' ? result.answer.output : `(${result.kind})`;
}
