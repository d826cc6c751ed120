/**
 * recordOutput: what a device prints for its driver's own commands, or for others, kept beside the job with secrets masked.
 * It is how a recording for a new driver or a test is made on a real device; it changes nothing there.
 */
import type { Action, StepContext } from '../core/action.js';
import { codeOf, fail, reasonOf } from '../core/errors/index.js';
import { fillTemplate } from '../core/template.js';
import { COMMAND, typed } from './typed-command.js';
import { atPrompt, fileSystemOf, propertySlots } from './read-device.js';

/** Longest silence of a device that thinks about a command, ms: `show tech-support` begins late. */
const SILENCE_MS = 30_000;

export const recordOutput: Action = {
  name: 'recordOutput',
  description: "Record what a device prints for its driver's commands, or for others, with secrets masked.",
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      commands: {
        type: 'array',
        minItems: 1,
        maxItems: 100,
        items: COMMAND,
        description: "what is typed, line by line; the driver's own commands by default",
      },
    },
  },
  uses: 'line',
  intent: 'read',
  start: 'record',
  steps: {
    record: {
      ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
      async run(context) {
        const dialog = await atPrompt(context, context.driver);
        const commands = commandsOf(context);
        for (const command of commands) {
          if (context.signal.aborted) throw fail('TRANSFER_ABORTED', { method: 'job', reason: 'the node is stopping' });
          const exchange = { send: typed('recordOutput', command), silenceMs: SILENCE_MS, ignoreFailures: true };
          const { output } = await dialog.run(exchange, {}, ['safe']);
          await context.keep('recording', `${command}\n${output}`);
          context.story(`${command}: ${String(output.split('\n').length)} lines`);
        }
        const sentence = `${String(commands.length)} commands were recorded; nothing was changed.`;
        return { kind: 'end', end: { verdict: 'succeeded', sentence } };
      },
    },
  },
  failed(_context, _memory, error) {
    const sentence = `The recording broke off: ${reasonOf(error)}. Nothing was changed.`;
    return Promise.resolve({ kind: 'end', end: { verdict: 'failed', code: codeOf(error), sentence } });
  },
};

function commandsOf(context: StepContext): readonly string[] {
  const { commands } = context.params;
  if (Array.isArray(commands)) return commands.map(String);
  const { driver } = context;
  const slots = { ...driver.slots, ...propertySlots(context), fileSystem: fileSystemOf(context, driver, {}) };
  return driver.facts.flatMap(({ exchange: { send } }) => (send === undefined ? [] : [fillTemplate(send, slots)]));
}
