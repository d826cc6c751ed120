/** clearCounters: of one interface, or of all; the device's own words or smaller numbers are the proof. */
import type { Action, StepContext } from '../../core/action.js';
import { codeOf, fail, reasonOf } from '../../core/errors/index.js';
import type { CounterProcedure } from '../../core/interface-procedure.js';
import type { JobEnd } from '../../core/job.js';
import type { Dialog } from '../../core/ports/dialog.js';
import { nameOf, procedureOf, sayAll } from './read-interface.js';
import { atPrompt } from '../read-device.js';
import { INTERFACE } from './switch-interface.js';

export const clearCounters: Action = {
  name: 'clearCounters',
  description: 'Clear the counters of an interface, or of all, and read back that they are.',
  parameters: { type: 'object', additionalProperties: false, properties: { interface: INTERFACE } },
  ...{ deviceParams: ['interface'], uses: 'line', intent: 'write', start: 'clear' },
  steps: {
    clear: {
      ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
      async run(context) {
        return { kind: 'end', end: await clear(context) };
      },
    },
  },
  failed: (_context, _memory, error) => {
    const sentence = `The counters were not proved to be cleared: ${reasonOf(error)}.`;
    return Promise.resolve({ kind: 'end', end: { verdict: 'failed', code: codeOf(error), sentence } });
  },
};

async function clear(context: StepContext): Promise<JobEnd> {
  const { port, driver, params } = context;
  const { counters } = procedureOf(context);
  if (counters === undefined) throw fail('COUNTERS_NOT_KNOWN', { port: port.id, driver: driver.id });
  const name = 'interface' in params ? nameOf(context) : undefined;
  const dialog = await atPrompt(context, context.driver);
  const before = counters.proof.kind === 'less' ? await read(context, dialog, counters, name) : [];
  await sayAll(context, dialog, counters.clear, name);
  const after = await read(context, dialog, counters, name);
  const of = name ?? 'all interfaces';
  if (!areCleared(counters, before, after)) throw fail('COUNTERS_NOT_CLEARED', { port: port.id, name: of });
  context.story(`Counters of ${of} are cleared.`);
  return { verdict: 'succeeded', sentence: `The counters of ${of} are cleared (read from the device). Nothing to do.` };
}

/** Errors: as Dialog.run. */
async function read(
  context: StepContext,
  dialog: Dialog,
  counters: CounterProcedure,
  name: string | undefined,
): Promise<readonly string[]> {
  const { output } = await dialog.run(counters.read, name === undefined ? {} : { interface: name }, ['safe']);
  const lines = [...output.matchAll(new RegExp(counters.line, 'gm'))].map(([line]) => line);
  if (lines.length === 0) throw fail('INTERFACE_NOT_READ', { port: context.port.id, name: name ?? 'any' });
  return lines;
}

function areCleared({ proof }: CounterProcedure, before: readonly string[], after: readonly string[]): boolean {
  if (proof.kind === 'told') return after.every((line) => new RegExp(proof.pattern).test(line));
  const left = sum(after);
  return left === 0n || left < sum(before);
}

/** Counters of 64 bits: no floating point. The first column is the interface's own number. */
function sum(lines: readonly string[]): bigint {
  const numbers = lines.flatMap((line) =>
    line
      .trim()
      .split(/\s+/)
      .slice(1)
      .filter((word) => /^\d+$/.test(word)),
  );
  return numbers.reduce((total, number) => total + BigInt(number), 0n);
}
