/**
 * activate: finishes what a push has staged, with everything that a push proves. The device is read first, the staged image
 * is verified on it once more, the selection is made and read back again; then it reloads as in a push.
 */
import { textParam } from '../core/action.js';
import type { Action, Step } from '../core/action.js';
import { fail } from '../core/errors/index.js';
import { recall, remember } from './push-os/memory.js';
import { pushOs } from './push-os/push-os.js';

const recallStaged: Step = {
  repeatable: true,
  boundary: true,
  mayPause: true,
  intents: ['safe'],
  async run(context, memory) {
    const port = context.port.id;
    const staged = await context.formerWrite();
    if (staged?.end?.verdict !== 'staged') throw fail('ACTIVATE_NOTHING_STAGED', { port });
    const { sha256 = '', fileName = '', version: remembered, onDevice, expectedVersion } = recall(staged.memory);
    if (onDevice === true) {
      const told = expectedVersion === undefined ? {} : { expectedVersion };
      const led = { ...{ onDevice, fileName, activates: staged.id }, ...told };
      return { kind: 'next', step: 'classify', memory: remember(memory, led) };
    }
    const version = remembered ?? textParam(staged.params, 'version');
    const image = await context.image(version);
    if (image?.sha256 !== sha256) throw fail('ACTIVATE_IMAGE_CHANGED', { port, version, fileName });
    return {
      kind: 'next',
      step: 'checkImage',
      memory: remember(memory, { version, activates: staged.id }),
    };
  },
};

export const activate: Action = {
  name: 'activate',
  description: 'Finish a staged push: verify the staged image again, reload the device, and prove the new version.',
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  uses: 'line',
  intent: 'write',
  start: 'recallStaged',
  steps: { recallStaged, ...pushOs.steps },
  failed: pushOs.failed,
};
