/** alarm: tells people. Touches no device, so it never queues behind a job. */
import { textParam } from '../core/action.js';
import type { Action } from '../core/action.js';
import { codeOf } from '../core/errors/index.js';

export const alarm: Action = {
  name: 'alarm',
  description: 'Raise an alarm on the port.',
  parameters: {
    type: 'object',
    required: ['message'],
    additionalProperties: false,
    properties: {
      message: { type: 'string', minLength: 1, maxLength: 1000 },
      kind: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,40}$' },
    },
  },
  uses: 'none',
  intent: 'read',
  start: 'raise',
  steps: {
    raise: {
      repeatable: true,
      boundary: true,
      intents: ['safe'],
      async run(context) {
        const kind = 'kind' in context.params ? textParam(context.params, 'kind') : 'rule';
        await context.raiseAlarm(kind, textParam(context.params, 'message'));
        return { kind: 'end', end: { verdict: 'succeeded', sentence: 'The alarm was raised.' } };
      },
    },
  },
  failed: (_context, _memory, error) =>
    Promise.resolve({
      kind: 'end',
      end: { verdict: 'failed', code: codeOf(error), sentence: `The alarm could not be raised: ${String(error)}` },
    }),
};
