/**
 * The push cannot succeed any more; what is left is the truth. Every failure after the first write ends here:
 * the device gets time to come back, is read, is brought back to its former selection, and only then is judged.
 */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { codeOf, PortwrightError } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { JsonObject } from '../../core/json.js';
import { atPrompt, readDevice, standing } from '../read-device.js';
import { driverIn } from './driver-in.js';
import { isInBand } from './attempts.js';
import { selection, undoSelection } from './activate.js';
import { conclude, judgeBy } from './conclude.js';
import { mayFallBack } from './fall-back.js';
import { asBefore } from './judge.js';
import { recall, remember } from './memory.js';
import { watch } from './reload.js';
import { breakOff, endReceiver } from './settle.js';
import { settleSpeed } from './speed.js';
import { runs } from './story.js';
import { LOST, removePartials } from './stage.js';
import { hasRebooted } from './uptime.js';

/** A question that was refused still stands. */
const ASKED = ['DEVICE_UNKNOWN_QUESTION', 'DEVICE_QUESTION_WITHOUT_INTENT'];
/** How long one look waits for a prompt before the next. */
const LOOK_SILENCE_MS = 15_000;

/** What an error means: before the first write the job has simply failed, after it the device must tell. */
export function failed(context: StepContext, memory: JsonObject, error: unknown): Promise<StepOutcome> {
  const { staged, atLoader, failure, before } = recall(memory);
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  context.story(`Push OS failed: ${text}`);
  if (staged !== true && atLoader !== true) {
    const known =
      before?.osVersion === undefined
        ? 'Nothing was sent to the device'
        : `The device runs ${before.osVersion} as before; nothing was written to it`;
    const next = error instanceof PortwrightError ? error.next : '';
    return Promise.resolve({ kind: 'end', end: { verdict: 'failed', code, sentence: `${known}: ${text}. ${next}` } });
  }
  const first = failure ?? { code, text };
  return Promise.resolve({ kind: 'next', step: 'assess', memory: remember(memory, { failure: first }) });
}

export const assess: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe', 'overwrite', 'install', 'saveConfig'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const deadlineMs = context.clock.monotonicMs() + context.port.settings.rebootTimeoutMs;
    let speedSettled = false;
    for (let look = 0; ; look++) {
      try {
        speedSettled ||= await settleSpeed(context, driver, memory);
        const outcome = await lookOnce(context, driver, memory, look);
        if (outcome !== undefined) return outcome;
      } catch (error) {
        if (context.signal.aborted || !(LOST.includes(codeOf(error)) || codeOf(error) === 'DEVICE_STATE_UNEXPECTED'))
          throw error;
        await waitOpen(context, deadlineMs);
      }
      if (context.clock.monotonicMs() >= deadlineMs) return notReadable(context, memory);
    }
  },
  failed: (context, memory) => notReadable(context, memory),
};

async function waitOpen(context: StepContext, deadlineMs: number): Promise<void> {
  const dialog = await context.dialog();
  const given = new AbortController();
  const stop = (): void => given.abort();
  const cancel = context.clock.after(Math.max(0, deadlineMs - context.clock.monotonicMs()), stop);
  context.signal.addEventListener('abort', stop, { once: true });
  await dialog.line.opened(given.signal).catch(() => undefined);
  cancel();
  context.signal.removeEventListener('abort', stop);
  // A console that is open and a device that is silent would make a busy loop.
  await context.clock.sleep(1000, context.signal);
}

/** The device may still be in the middle of what failed. */
function standsInExchange(code: string): boolean {
  return code.startsWith('TRANSFER_') || ASKED.includes(code);
}

async function lookOnce(
  context: StepContext,
  driver: Driver,
  memory: JsonObject,
  look: number,
): Promise<StepOutcome | undefined> {
  const { failure, reloaded, atLoader } = recall(memory);
  if (
    look === 0 &&
    (context.resumed || standsInExchange(failure?.code ?? '')) &&
    reloaded !== true &&
    atLoader !== true
  ) {
    if (isInBand(context.attempts.at(-1)?.method)) await endReceiver(context);
    await breakOff(context, driver);
  }
  const state = await standing(context, driver, LOOK_SILENCE_MS);
  if (state.state === 'silent') return undefined;
  if (state.state === 'loader') return { kind: 'next', step: atLoader === true ? 'loaderStands' : 'recover' };
  if (state.state === 'booting') {
    await watch(context, driver);
    return undefined;
  }
  const dialog = await atPrompt(context, driver);
  const facts = await readDevice(context, driver, dialog);
  return asFound(context, driver, memory, facts);
}

/** By what was just read: it runs the new image by whatever restart, or is as it was. */
async function asFound(
  context: StepContext,
  driver: Driver,
  memory: JsonObject,
  facts: DeviceFacts,
): Promise<StepOutcome> {
  const { reloaded, selected } = recall(memory);
  const dialog = await context.dialog();
  // A push that was stopped right before its reload command has not reloaded anything.
  const rebooted = hasRebooted(recall(memory), facts, driver.uptimeStepSeconds, context.clock.nowMs());
  if (reloaded === true && rebooted !== 'no') return conclude(context, driver, dialog, memory, facts);
  if (selected === true && rebooted !== 'no' && judgeBy(context, driver, memory, facts).kind === 'new') {
    context.story('The device has restarted by itself, with the image that was verified and selected.');
    return conclude(context, driver, dialog, memory, facts);
  }
  // By itself into an image that is not as it should be.
  const judgement = judgeBy(context, driver, memory, facts);
  if (selected === true && judgement.kind === 'other' && mayFallBack(context, driver, memory, { ...judgement, facts }))
    return conclude(context, driver, dialog, memory, facts);
  return asItWas(context, driver, memory, facts);
}

async function asItWas(
  context: StepContext,
  driver: Driver,
  memory: JsonObject,
  facts: DeviceFacts,
): Promise<StepOutcome> {
  const { before = {}, failure, selected } = recall(memory);
  const dialog = await context.dialog();
  if (selected === true) await undoSelection(context, driver, dialog, memory);
  else await removePartials(context, dialog, memory, driver);
  const restarted = hasRebooted(recall(memory), facts, driver.uptimeStepSeconds, context.clock.nowMs()) === 'yes';
  const boots = selected === true ? await selection(driver, dialog, context, memory) : undefined;
  const why = `${failure?.text ?? 'the push was stopped'}${restarted ? '; the device has restarted meanwhile' : ''}`;
  if (!asBefore(before, facts)) {
    await context.raiseAlarm('pushDegraded', `The device changed while the push failed: ${why}`);
    return {
      kind: 'end',
      end: {
        verdict: 'degraded',
        code: failure?.code ?? 'UNEXPECTED',
        sentence: `${runs(facts)}, which is not what it ran before: ${why}. A person must look.`,
      },
    };
  }
  const next = boots === undefined ? '' : ` It boots ${boots} next.`;
  return {
    kind: 'end',
    end: {
      verdict: 'failed',
      code: failure?.code ?? 'UNEXPECTED',
      sentence: `${runs(facts)} as before: ${why}.${next} Correct the cause and push again.`,
    },
  };
}

async function notReadable(context: StepContext, memory: JsonObject): Promise<StepOutcome> {
  const { failure } = recall(memory);
  const why = failure?.text ?? 'the push failed';
  await context.raiseAlarm('pushUnknown', `The device could not be read after: ${why}`);
  return {
    kind: 'wait',
    step: 'assess',
    memory: remember(memory, { gaveUp: true }),
    end: {
      verdict: 'unknown',
      code: failure?.code ?? 'DEVICE_SILENT',
      sentence: `The device could not be read after: ${why}. The port is held; check power and cable. The verdict follows as soon as the device can be read.`,
    },
  };
}
