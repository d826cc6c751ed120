/**
 * reboot: one reload command and the truth about it. The running configuration is saved first where it would be lost, as in a
 * push; then the device must be seen to restart, come up, and be what it was.
 *
 *   up → preFacts → preConfig → reload → bootWatch → proved
 *                                  recover ◄── at the loader
 */
import type { Action, Step, StepOutcome } from '../core/action.js';
import { codeOf, fail, reasonOf } from '../core/errors/index.js';
import { atPrompt, readDevice } from './read-device.js';
import { preConfig } from './push-os/activate.js';
import { runs } from './push-os/story.js';
import { driverIn } from './push-os/driver-in.js';
import { ledTo } from './push-os/led-to.js';
import { asBefore, incomplete } from './push-os/judge.js';
import { loaderStands, recover } from './push-os/loader.js';
import { recall } from './push-os/memory.js';
import { classify, preFacts } from './push-os/prepare.js';
import { bootWatch, reload } from './push-os/reload.js';
import { hasRebooted } from './push-os/uptime.js';

/** A device at its boot loader is not up: what it needs is a push. */
const up: Step = {
  ...classify,
  async run(context, memory) {
    await context.reloadBudget.check();
    const outcome = await classify.run(context, memory);
    if (outcome.kind !== 'next' || outcome.step !== 'loaderFacts') return outcome;
    throw fail('DEVICE_AT_LOADER', { port: context.port.id, prompt: 'its boot loader' });
  },
};

const proved: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const facts = await readDevice(context, driver, await atPrompt(context, driver));
    const { before = {} } = recall(memory);
    const port = context.port.id;
    if (hasRebooted(recall(memory), facts, driver.uptimeStepSeconds, context.clock.nowMs()) === 'no') {
      const error = fail('PUSH_RELOAD_NOT_SEEN', { port, seconds: facts.uptimeSeconds });
      return end('failed', `${runs(facts)}: ${error.message}. ${error.next}`, error.code);
    }
    if (!asBefore(before, facts) || incomplete(before, facts) || before.serialNumber !== facts.serialNumber) {
      await context.raiseAlarm('rebootDegraded', `${runs(facts)} after a reboot, which is not as it was before.`);
      return end('degraded', `${runs(facts)}, which is not as it was before. A person must look.`, 'REBOOT_CHANGED');
    }
    context.story('Reboot succeeded.');
    return end('succeeded', `${runs(facts)}; it has restarted, and is as it was before. Nothing to do.`);
  },
};

function end(verdict: 'succeeded' | 'failed' | 'degraded', sentence: string, code?: string): StepOutcome {
  return { kind: 'end', end: { verdict, sentence, ...(code === undefined ? {} : { code }) } };
}

export const reboot: Action = {
  name: 'reboot',
  description: 'Save the configuration where it would be lost, reload the device, and prove that it is back as it was.',
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  uses: 'line',
  intent: 'write',
  start: 'up',
  steps: {
    up,
    preFacts: ledTo(preFacts, 'gate', 'preConfig'),
    preConfig: ledTo(preConfig, 'install', 'reload', { reloaded: true }),
    reload: ledTo(reload, 'postFacts', 'proved'),
    bootWatch: ledTo(bootWatch, 'postFacts', 'proved'),
    recover: ledTo(recover, 'postFacts', 'proved'),
    loaderStands,
    proved,
  },
  failed(context, memory, error) {
    const code = codeOf(error);
    const { before, reloaded } = recall(memory);
    context.story(`Reboot failed: ${reasonOf(error)}`);
    // Refused by the budget it was journalled, and not sent.
    if (reloaded !== true || code === 'RELOAD_BUDGET') {
      const known = before?.osVersion === undefined ? 'Nothing was sent to the device' : 'The device was not reloaded';
      return Promise.resolve(end('failed', `${known}: ${reasonOf(error)}.`, code));
    }
    const sentence = `The device could not be read after its reload: ${reasonOf(error)}. The port is held; the verdict follows as soon as it can be read.`;
    return Promise.resolve({ kind: 'wait', step: 'bootWatch', memory, end: { verdict: 'unknown', code, sentence } });
  },
};
