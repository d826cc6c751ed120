/** alarm and clearAlarm: tell people, and say that it is over. */
import { textParam } from '../core/action.js';
import type { Action } from '../core/action.js';
import { codeOf } from '../core/errors/index.js';
import type { JsonObject } from '../core/json.js';
import { quickAction } from './quick.js';

const KIND: JsonObject = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,40}$' };
/** What stands where a rule names no kind. */
const DEFAULT_KIND = 'rule';

export const alarm: Action = {
  name: 'alarm',
  description: 'Raise an alarm on the port.',
  parameters: {
    type: 'object',
    required: ['message'],
    additionalProperties: false,
    properties: { message: { type: 'string', minLength: 1, maxLength: 1000 }, kind: KIND },
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
        await context.raiseAlarm(kindOf(context.params), textParam(context.params, 'message'));
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

export const clearAlarm = quickAction({
  name: 'clearAlarm',
  description: 'Clear an alarm of the port; nothing happens where none stands.',
  parameters: { kind: KIND },
  required: [],
  async run(context) {
    const kind = kindOf(context.params);
    await context.clearAlarm(kind);
    return `No alarm of kind ${kind} stands any more.`;
  },
});

function kindOf(params: JsonObject): string {
  return 'kind' in params ? textParam(params, 'kind') : DEFAULT_KIND;
}
