/**
 * The new image came up and is not as it should be (another version, a lost unit, no SSH): by the setting `osPushFallBack` the
 * former one is selected and booted again. Once: whatever it then shows is the end.
 */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { codeOf, reasonOf } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { JsonObject } from '../../core/json.js';
import { atPrompt } from '../read-device.js';
import { undoSelection } from './activate.js';
import { driverIn } from './driver-in.js';
import { recall, remember } from './memory.js';
import type { FellBack } from './memory.js';
import { LOST } from './stage.js';
import { runs } from './story.js';
import { baseline, hasRebooted } from './uptime.js';

/** A console that is lost more often is to be mended first. */
const MOST_TRIES = 3;

/**
 * Where the way back was begun and the device has not reloaded since, it is begun again. Another unit that answers is not helped
 * by a reload; a device at its loader has other ways.
 */
export function mayFallBack(
  context: StepContext,
  driver: Driver,
  memory: JsonObject,
  { code, facts }: { readonly code: string; readonly facts: DeviceFacts },
): boolean {
  const { fellBack, slot, atLoader } = recall(memory);
  const keepsTwo = driver.capabilities.rollback === 'otherSlot' && slot !== undefined;
  if (!context.port.settings.osPushFallBack || !keepsTwo || atLoader === true || code === 'PUSH_SERIAL_CHANGED')
    return false;
  if (fellBack === undefined) return true;
  const since = hasRebooted(baseline(recall(memory)), facts, driver.uptimeStepSeconds, context.clock.nowMs());
  return fellBack.tries < MOST_TRIES && (fellBack.reloading !== true || since === 'no');
}

/** What is remembered of the image that is left: of the first time, where it is tried again. */
export function left(
  context: StepContext,
  memory: JsonObject,
  { uptimeSeconds, bootCount }: DeviceFacts,
  why: Pick<FellBack, 'code' | 'text'>,
): FellBack {
  const { fellBack } = recall(memory);
  const { code, text } = fellBack ?? why;
  const facts = {
    ...(uptimeSeconds === undefined ? {} : { uptimeSeconds }),
    ...(bootCount === undefined ? {} : { bootCount }),
  };
  return { code, text, facts, atMs: context.clock.nowMs(), tries: (fellBack?.tries ?? 0) + 1 };
}

export const fallBack: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe', 'install', 'saveConfig'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    await undoSelection(context, driver, await atPrompt(context, driver), memory);
    const { fellBack } = recall(memory);
    const led =
      fellBack === undefined
        ? memory
        : remember(memory, { reloaded: true, fellBack: { ...fellBack, reloading: true } });
    return { kind: 'next', step: 'reload', memory: led };
  },
  async failed(context, memory, error) {
    const { text = '' } = recall(memory).fellBack ?? {};
    const code = codeOf(error);
    const facts = (await context.lastFacts())?.facts ?? {};
    const why = `${text}; going back to the former image failed: ${reasonOf(error)}`;
    if ([...LOST, 'DEVICE_STATE_UNEXPECTED'].includes(code)) {
      await context.raiseAlarm('pushUnknown', why);
      const sentence = `${runs(facts)}, the new image; it was lost on the way back to the former one: ${why}. The verdict follows as soon as the device can be read.`;
      return { kind: 'wait', step: 'postFacts', memory, end: { verdict: 'unknown', code, sentence } };
    }
    await context.raiseAlarm('pushDegraded', why);
    context.story(`Push OS ended degraded: ${why}`);
    const sentence = `${runs(facts)}, but not as expected: ${why}. A person must look.`;
    return { kind: 'end', end: { verdict: 'degraded', code, sentence } };
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
