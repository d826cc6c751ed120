/** Facts again, the verdict, and the store's versions. */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { JsonObject } from '../../core/json.js';
import type { Dialog } from '../../core/ports/dialog.js';
import { atPrompt, readDevice, standing } from '../read-device.js';
import { driverIn } from './driver-in.js';
import { undoSelection } from './activate.js';
import { incomplete, judge } from './judge.js';
import type { Judgement } from './judge.js';
import { fellBackTo, left, mayFallBack, stillNew } from './fall-back.js';
import { pushedVersion, recall, remember } from './memory.js';
import type { PushMemory } from './memory.js';
import { keepPostConfig } from './post-config.js';
import { CLASSIFY_SILENCE_MS } from './prepare.js';
import { hasRebooted } from './uptime.js';
import { runs, tellFacts, tellInterfaces } from './story.js';

export const postFacts: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe', 'install', 'saveConfig'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    if (context.resumed) {
      const state = await standing(context, driver, CLASSIFY_SILENCE_MS);
      if (state.state === 'loader') return { kind: 'next', step: 'recover' };
      if (state.state === 'booting' || state.state === 'silent') return { kind: 'next', step: 'bootWatch' };
    }
    const dialog = await atPrompt(context, driver);
    const facts = await settledFacts(context, driver, dialog, recall(memory));
    const { failure, reloaded } = recall(memory);
    // It restarted by itself, was helped out of its boot loader, and has yet to be judged as a push that failed.
    if (failure !== undefined && reloaded !== true) return { kind: 'next', step: 'assess' };
    tellFacts(context, facts, driver.defaultHostnames);
    tellInterfaces(context, facts);
    return conclude(context, driver, dialog, memory, facts);
  },
};

/** Between two looks at a stack whose units still join (vendors §4, state 11). */
const LOOK_AGAIN_MS = 9_000;

/** Facts once nothing is missing any more, or once the driver's time for that is over. */
async function settledFacts(
  context: StepContext,
  driver: Driver,
  dialog: Dialog,
  { before = {} }: PushMemory,
): Promise<DeviceFacts> {
  const untilMs = context.clock.monotonicMs() + (driver.settleMs ?? 0);
  for (;;) {
    const facts = await readDevice(context, driver, dialog);
    if (!incomplete(before, facts) || context.clock.monotonicMs() >= untilMs) return facts;
    await context.clock.sleep(LOOK_AGAIN_MS, context.signal);
  }
}

/** From facts that were just read to the end, or to the promotion. */
export async function conclude(
  context: StepContext,
  driver: Driver,
  dialog: Dialog,
  memory: JsonObject,
  facts: DeviceFacts,
): Promise<StepOutcome> {
  const judgement = judgeBy(context, driver, memory, facts);
  switch (judgement.kind) {
    case 'new':
      if (recall(memory).fellBack?.reloading === true) return stillNew(context, memory, facts);
      return { kind: 'next', step: driver.activate.confirm === undefined ? 'finalise' : 'confirm', memory };
    case 'old':
      if (recall(memory).fellBack !== undefined) return fellBackTo(context, memory, facts);
      await undoSelection(context, driver, dialog, memory);
      if (hasRebooted(recall(memory), facts, driver.uptimeStepSeconds, context.clock.nowMs()) === 'no') {
        return neverReloaded(context, facts);
      }
      context.story('Push OS failed: the device runs its former image again.');
      return end(
        'rolledBack',
        'PUSH_OLD_VERSION',
        `${runs(facts)}, its former image, after the reload. The former boot selection is back in place. See show post for why it did not take the new image.`,
      );
    case 'other': {
      const context_ = { port: context.port.id, wanted: judgement.wanted, got: judgement.got };
      const why = fail(judgement.code, context_).message;
      if (mayFallBack(context, driver, memory, { code: judgement.code, facts })) {
        context.story(`The new image is not as it should be: ${why}. Going back to the former one.`);
        return {
          kind: 'next',
          step: 'fallBack',
          memory: remember(memory, { fellBack: left(context, memory, facts, { code: judgement.code, text: why }) }),
        };
      }
      await context.raiseAlarm('pushDegraded', why);
      context.story(`Push OS ended degraded: ${why}`);
      return end('degraded', judgement.code, `${runs(facts)}, but not as expected: ${why}. A person must look.`);
    }
  }
}

/** The judgement by the port's settings and the driver's way to boot. */
export function judgeBy(context: StepContext, driver: Driver, memory: JsonObject, facts: DeviceFacts): Judgement {
  return judge(recall(memory), facts, {
    compare: context.port.settings.verifyOsUpgrade,
    namesImage: driver.activate.kind !== 'installer',
  });
}

/** Its uptime has gone on: the command was given, and the device did not restart. */
function neverReloaded(context: StepContext, facts: DeviceFacts): StepOutcome {
  const error = fail('PUSH_RELOAD_NOT_SEEN', { port: context.port.id, seconds: facts.uptimeSeconds });
  context.story(`Push OS failed: ${error.message}`);
  return end('failed', error.code, `${runs(facts)} as before: ${error.message}. ${error.next}`);
}

function end(verdict: 'failed' | 'rolledBack' | 'degraded', code: string, sentence: string): StepOutcome {
  return { kind: 'end', end: { verdict, code, sentence } };
}

/** Promotion comes last: only what the device has proved becomes `current`. */
export const finalise: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe'],
  async run(context, memory) {
    if (recall(memory).onDevice !== true)
      await context.images.promote(context.port.id, pushedVersion(context, memory), context.jobId);
    await keepPostConfig(context, driverIn(context, memory));
    context.story('Push OS succeeded.');
    const facts = (await context.lastFacts())?.facts ?? {};
    return {
      kind: 'end',
      end: {
        verdict: 'succeeded',
        sentence: `${runs(facts)}; serial number and interfaces are those from before. Nothing to do.`,
      },
    };
  },
};
