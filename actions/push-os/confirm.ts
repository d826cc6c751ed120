/** Stops the device's own timer that would bring its former image back: only once the new one is proved to run. */
import type { Step } from '../../core/action.js';
import { codeOf } from '../../core/errors/index.js';
import { atPrompt, runAll } from '../read-device.js';
import { runs } from './conclude.js';
import { driverIn } from './driver-in.js';
import { recall } from './memory.js';
import { slotsOf } from './slots.js';

export const confirm: Step = {
  // Confirming what is confirmed already changes nothing.
  repeatable: true,
  boundary: false,
  intents: ['safe', 'install'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const dialog = await atPrompt(context, driver);
    const slots = slotsOf(context, driver, recall(memory));
    await runAll(dialog, driver.activate.confirm ?? [], slots, ['safe', 'install']);
    return { kind: 'next', step: 'finalise', memory };
  },
  async failed(context, _memory, error) {
    const why = error instanceof Error ? error.message : String(error);
    await context.raiseAlarm('pushDegraded', `The new image runs and was not confirmed: ${why}`);
    context.story(`Push OS ended degraded: ${why}`);
    const facts = (await context.lastFacts())?.facts ?? {};
    const sentence = `${runs(facts)}, the new image, but it could not be confirmed: ${why}. The device may go back to its former image by itself. A person must look.`;
    return { kind: 'end', end: { verdict: 'degraded', code: codeOf(error), sentence } };
  },
};
