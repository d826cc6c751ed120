/**
 * pullOs: the image that the device runs into the port's file store, as `current`; what was current moves to `previous`.
 * Nothing is written on the device.
 *
 *   find → compare → fetch ⟲ → keep → end
 *             └ the stored one is what it runs → end
 */
import type { Action } from '../../core/action.js';
import { codeOf, reasonOf } from '../../core/errors/index.js';
import { compare, find } from './find.js';
import { fetchImage, keep, letGo } from './fetch.js';

export const pullOs: Action = {
  name: 'pullOs',
  description: "Bring the OS image that the device runs into the port's file store, as current.",
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  uses: 'line',
  intent: 'read',
  start: 'find',
  steps: { find, compare, fetch: fetchImage, keep },
  async failed(context, _memory, error) {
    await letGo(context);
    context.story(`Pull OS failed: ${reasonOf(error)}`);
    return {
      kind: 'end',
      end: {
        verdict: 'failed',
        code: codeOf(error),
        sentence: `The image was not pulled: ${reasonOf(error)}. Nothing was written on the device.`,
      },
    };
  },
};
