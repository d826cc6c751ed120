/**
 * execute: types one command at the device of the port, and may look for a pattern in the answer and put what it finds into
 * variables. A question that the device asks is never answered with yes.
 */
import { textParam } from '../core/action.js';
import type { Action, StepContext } from '../core/action.js';
import { parseDuration } from '../core/duration.js';
import { codeOf, fail, reasonOf } from '../core/errors/index.js';
import type { JobEnd } from '../core/job.js';
import type { JsonObject } from '../core/json.js';
import { Pattern, patternProblem } from '../core/pattern.js';
import { valueOfText } from '../core/value-text.js';
import { atPrompt } from './read-device.js';
import { COMMAND, typed } from './typed-command.js';
import { VARIABLE_NAME, VARIABLE_SCOPE } from './values.js';

/** Where the rule says nothing: longest silence before the prompt, ms. */
const TIMEOUT_MS = 30_000;

interface Capture {
  readonly group: string;
  readonly name: string;
  readonly scope?: 'system' | 'monitor';
}

export const execute: Action = {
  name: 'execute',
  description: 'Type one command at the device; look for a pattern in the answer and put its groups into variables.',
  parameters: {
    type: 'object',
    required: ['command'],
    additionalProperties: false,
    properties: {
      command: { ...COMMAND, description: 'one line; a slot in it has a type, as {{match.intf:word}}' },
      pattern: { type: 'string', maxLength: 1000, description: 'an RE2 pattern that the answer must have' },
      mustMatch: { type: 'boolean', description: 'false: an answer without it leaves the variables; true by default' },
      timeout: { type: 'string', pattern: '^\\d{1,4}[smh]$', description: 'longest silence, 30s by default' },
      captures: {
        type: 'array',
        maxItems: 20,
        items: {
          type: 'object',
          required: ['group', 'name'],
          additionalProperties: false,
          properties: { group: { type: 'string', maxLength: 64 }, name: VARIABLE_NAME, scope: VARIABLE_SCOPE },
        },
        description: 'named groups of the pattern and the variables that take them: `group`, `name`, `scope`',
      },
    },
  },
  deviceParams: ['command'],
  uses: 'line',
  intent: 'write',
  start: 'type',
  steps: {
    type: {
      ...{ repeatable: false, boundary: true, mayPause: true, intents: ['safe'] },
      async run(context) {
        return { kind: 'end', end: await run(context) };
      },
      rederive(context) {
        const command = textParam(context.params, 'command');
        const { code, message, next } = fail('EXECUTE_INTERRUPTED', { port: context.port.id, command });
        return Promise.resolve({ kind: 'end', end: { verdict: 'unknown', code, sentence: `${message}. ${next}` } });
      },
    },
  },
  failed: (_context, _memory, error) =>
    Promise.resolve({
      kind: 'end',
      end: { verdict: 'failed', code: codeOf(error), sentence: `The command did not succeed: ${reasonOf(error)}.` },
    }),
};

async function run(context: StepContext): Promise<JobEnd> {
  const { params, driver, port } = context;
  const command = textParam(params, 'command');
  const pattern = patternOf(params);
  const silenceMs = 'timeout' in params ? (parseDuration(textParam(params, 'timeout')) ?? TIMEOUT_MS) : TIMEOUT_MS;
  const send = typed('execute', command);
  const dialog = await atPrompt(context, driver);
  const { output } = await dialog.run({ send, silenceMs }, {}, ['safe']);
  if (pattern === undefined) return succeeded(`The device took "${command}".`);
  const groups = pattern.capture(output);
  if (groups === undefined && params['mustMatch'] === false)
    return succeeded(`The answer to "${command}" has nothing of the pattern.`);
  if (groups === undefined) throw fail('EXECUTE_NO_MATCH', { port: port.id, command });
  for (const { group, name, scope = 'monitor' } of (params['captures'] ?? []) as unknown as readonly Capture[]) {
    const text = groups[group] ?? '';
    await context.values.set({ scope, portId: port.id, name }, valueOfText(text), context.jobId);
  }
  return succeeded(`The answer to "${command}" has what the pattern wants.`);
}

/** Errors: ACTION_PARAMS. */
function patternOf(params: JsonObject): Pattern | undefined {
  if (!('pattern' in params)) return undefined;
  const source = textParam(params, 'pattern');
  const problem = patternProblem(source);
  if (problem === undefined) return new Pattern(source);
  throw fail('ACTION_PARAMS', {
    action: 'execute',
    pointer: '/pattern',
    wanted: `an RE2 pattern (${problem})`,
    got: source,
  });
}

function succeeded(sentence: string): JobEnd {
  return { verdict: 'succeeded', sentence };
}
