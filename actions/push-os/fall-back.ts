/**
 * The new image came up and is not as it should be (another version, a lost unit, no SSH): by the setting `osPushFallBack` the
 * former one is selected and booted again. Once: whatever it then shows is the end.
 */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { codeOf } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { JsonObject } from '../../core/json.js';
import { atPrompt, readDevice, standing } from '../read-device.js';
import { undoSelection } from './activate.js';
import { driverIn } from './driver-in.js';
import { recall } from './memory.js';
import type { FellBack } from './memory.js';
import { CLASSIFY_SILENCE_MS } from './prepare.js';
import { commandReload } from './reload.js';
import { runs } from './story.js';
import { hasRebooted } from './uptime.js';

/** Another unit that answers is not helped by a reload; a device at its loader has other ways. */
export function mayFallBack(context: StepContext, driver: Driver, memory: JsonObject, code: string): boolean {
  const { fellBack, slot, atLoader } = recall(memory);
  const keepsTwo = driver.capabilities.rollback === 'otherSlot' && slot !== undefined;
  return (
    context.port.settings.osPushFallBack &&
    keepsTwo &&
    fellBack === undefined &&
    atLoader !== true &&
    code !== 'PUSH_SERIAL_CHANGED'
  );
}

export function left(context: StepContext, { uptimeSeconds }: DeviceFacts, code: string, text: string): FellBack {
  return { code, text, atMs: context.clock.nowMs(), ...(uptimeSeconds === undefined ? {} : { uptimeSeconds }) };
}

export const fallBack: Step = {
  repeatable: false,
  boundary: false,
  intents: ['safe', 'install', 'saveConfig', 'reload'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const dialog = await atPrompt(context, driver);
    await undoSelection(context, driver, dialog, memory);
    await commandReload(context, driver, dialog, memory);
    return { kind: 'next', step: 'bootWatch' };
  },
  async rederive(context, memory) {
    const driver = driverIn(context, memory);
    const state = await standing(context, driver, CLASSIFY_SILENCE_MS);
    if (state.state === 'loader') return { kind: 'next', step: 'recover' };
    if (state.state === 'booting' || state.state === 'silent') return { kind: 'next', step: 'bootWatch' };
    const facts = await readDevice(context, driver, await atPrompt(context, driver));
    const { uptimeSeconds, atMs } = recall(memory).fellBack ?? { atMs: 0 };
    const since = { before: uptimeSeconds === undefined ? {} : { uptimeSeconds }, beforeAtMs: atMs };
    if (hasRebooted(since, facts, driver.uptimeStepSeconds, context.clock.nowMs()) === 'no')
      return fallBack.run(context, memory);
    return { kind: 'next', step: 'postFacts' };
  },
  async failed(context, memory, error) {
    const { text = '' } = recall(memory).fellBack ?? {};
    const facts = (await context.lastFacts())?.facts ?? {};
    const why = `${text}; going back to the former image failed: ${error instanceof Error ? error.message : String(error)}`;
    await context.raiseAlarm('pushDegraded', why);
    context.story(`Push OS ended degraded: ${why}`);
    const sentence = `${runs(facts)}, but not as expected: ${why}. A person must look.`;
    return { kind: 'end', end: { verdict: 'degraded', code: codeOf(error), sentence } };
  },
};

/** It runs its former image again, which was the aim. */
export function fellBackTo(context: StepContext, memory: JsonObject, facts: DeviceFacts): StepOutcome {
  const { code = 'PUSH_OLD_VERSION', text = '' } = recall(memory).fellBack ?? {};
  context.story('Push OS rolled back: the device runs its former image again.');
  const sentence = `${runs(facts)}, its former image: the new one came up and was left again, because ${text}. See show post for its boot.`;
  return { kind: 'end', end: { verdict: 'rolledBack', code, sentence } };
}

/** The reload back brought up the new image once more, and now all of it. */
export async function stillNew(context: StepContext, memory: JsonObject, facts: DeviceFacts): Promise<StepOutcome> {
  const { text = '' } = recall(memory).fellBack ?? {};
  await context.raiseAlarm('pushDegraded', `The device did not go back to its former image after: ${text}`);
  context.story('Push OS ended degraded: the device did not go back to its former image.');
  const sentence = `${runs(facts)}, the new image, although the former one was selected after: ${text}. A person must look.`;
  return { kind: 'end', end: { verdict: 'degraded', code: 'PUSH_OLD_VERSION', sentence } };
}
