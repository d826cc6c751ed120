/**
 * A device that was lost before its reload (a pulled cable, a power cut) and is back as it was: the push begins again with
 * fresh facts, as often as the setting `osPushRetries` allows, and at most three times. Nobody was told anything yet, and nothing was reloaded.
 */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { JsonObject } from '../../core/json.js';
import { atPrompt } from '../read-device.js';
import { driverIn } from './driver-in.js';
import { forget, recall, remember } from './memory.js';
import { removePartials } from './stage.js';
import { hasRebooted } from './uptime.js';

const LOSSES = ['CONSOLE_LOST', 'DEVICE_RESTARTED'];
/** Power or a line that goes more often is to be mended first. */
const MOST_LOSSES = 3;

/** `assess`, and where it finds a lost device as before, the way back to `preFacts`. */
export function retried(assess: Step): Step {
  return {
    ...assess,
    run: async (context, memory) => again(context, memory, await assess.run(context, memory)),
  };
}

async function again(context: StepContext, memory: JsonObject, outcome: StepOutcome): Promise<StepOutcome> {
  const { losses = 0, selected } = recall(memory);
  if (outcome.kind !== 'end' || outcome.end.verdict !== 'failed' || !(await wasLost(context, memory))) return outcome;
  if (losses >= Math.min(context.port.settings.osPushRetries, MOST_LOSSES)) return outcome;
  const driver = driverIn(context, memory);
  // Where nothing was selected, assess has taken the partial file away.
  if (selected === true) await removePartials(context, await atPrompt(context, driver), memory, driver);
  context.story('The device is back as it was. Push OS begins again.');
  return {
    kind: 'next',
    step: 'preFacts',
    memory: remember(forget(forget(memory, 'failure'), 'selected'), { losses: losses + 1 }),
  };
}

async function wasLost(context: StepContext, memory: JsonObject): Promise<boolean> {
  const { failure, reloaded, atLoader, gaveUp, fellBack } = recall(memory);
  if (failure === undefined || fellBack !== undefined || reloaded === true || atLoader === true || gaveUp === true)
    return false;
  if (LOSSES.includes(failure.code)) return true;
  const facts = (await context.lastFacts())?.facts;
  const { uptimeStepSeconds } = driverIn(context, memory);
  const restarted = facts !== undefined && hasRebooted(recall(memory), facts, uptimeStepSeconds, context.clock.nowMs());
  return failure.code === 'DEVICE_STATE_UNEXPECTED' && restarted === 'yes';
}
