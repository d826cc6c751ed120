/** Quick actions touch no device, so that they never queue behind a job: one step, which may simply run again. */
import type { Action, StepContext } from '../core/action.js';
import { codeOf, reasonOf } from '../core/errors/index.js';
import type { JsonObject } from '../core/json.js';

export interface QuickAction {
  readonly name: string;
  readonly description: string;
  /** JSON Schemas by parameter. */
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly required: readonly string[];
  /** What was done, as a sentence. */
  readonly run: (context: StepContext) => Promise<string>;
}

/** The table of steps that the runner wants. The step's name stands in journals of older versions: it is `run` for good. */
export function quickAction({ name, description, parameters, required, run }: QuickAction): Action {
  return {
    ...{ name, description, uses: 'none', intent: 'read', start: 'run' },
    parameters: { type: 'object', additionalProperties: false, required: [...required], properties: { ...parameters } },
    steps: {
      run: {
        ...{ repeatable: true, boundary: true, intents: ['safe'] },
        run: async (context) => ({ kind: 'end', end: { verdict: 'succeeded', sentence: await run(context) } }),
      },
    },
    failed: (_context, _memory, error) =>
      Promise.resolve({
        kind: 'end',
        end: {
          verdict: 'failed',
          code: codeOf(error),
          sentence: `Action ${name} did not succeed: ${reasonOf(error)}.`,
        },
      }),
  };
}
