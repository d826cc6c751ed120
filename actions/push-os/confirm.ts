/** Stops the device's own timer that would bring its former image back: only once the new one is proved to run. */
import type { Step, StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { codeOf, reasonOf } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { atPrompt, runAll } from '../read-device.js';
import { runs } from './story.js';
import { driverIn } from './driver-in.js';
import { recall } from './memory.js';
import { slotsOf } from './slots.js';
import { LOST } from './stage.js';

export const confirm: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe', 'install'],
  async run(context, memory) {
    // Who knows what it runs by now: a restart before the confirmation brings the former image back.
    if (context.resumed) return { kind: 'next', step: 'postFacts' };
    await confirmOnce(context, driverIn(context, memory), memory);
    return { kind: 'next', step: 'finalise', memory };
  },
  async failed(context, memory, error) {
    const why = reasonOf(error);
    const facts = (await context.lastFacts())?.facts ?? {};
    // Lost, or found in a boot that nobody asked for.
    if ([...LOST, 'DEVICE_STATE_UNEXPECTED'].includes(codeOf(error))) {
      await context.raiseAlarm('pushUnknown', `The device was lost while its new image was confirmed: ${why}`);
      const sentence = `${runs(facts)}, the new image; it was lost before that was confirmed: ${why}. The verdict follows as soon as the device can be read.`;
      return { kind: 'wait', step: 'postFacts', memory, end: { verdict: 'unknown', code: codeOf(error), sentence } };
    }
    await context.raiseAlarm('pushDegraded', `The new image runs and was not confirmed: ${why}`);
    context.story(`Push OS ended degraded: ${why}`);
    const sentence = `${runs(facts)}, the new image, but it could not be confirmed: ${why}. The device may go back to its former image by itself. A person must look.`;
    return { kind: 'end', end: { verdict: 'degraded', code: codeOf(error), sentence } };
  },
};

/** Some devices refuse a second confirmation: they are asked whether one is wanted. */
async function confirmOnce(context: StepContext, driver: Driver, memory: JsonObject): Promise<void> {
  const dialog = await atPrompt(context, driver);
  const slots = slotsOf(context, driver, recall(memory));
  const { confirm: exchanges = [], confirmed } = driver.activate;
  if (confirmed !== undefined) {
    const { output } = await dialog.run(confirmed.exchange, slots, ['safe']);
    if (new RegExp(confirmed.pattern, 'm').test(output)) return;
  }
  await runAll(dialog, exchanges, slots, ['safe', 'install']);
}
