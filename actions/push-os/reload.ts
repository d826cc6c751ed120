/**
 * The one reload command, and the listen-only watch.
 *
 * The command is journalled before it goes out. After a crash between the two, memory alone cannot tell whether
 * it was sent; the device can: an uptime that has gone on since the facts before the push means that it was not.
 * Only then is it sent again. Where the uptime cannot decide, it counts as sent.
 */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { codeOf } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import type { BootResult } from '../../core/ports/dialog.js';
import { printable } from '../../core/template.js';
import { atPrompt, readDevice, standing } from '../read-device.js';
import { driverIn } from './driver-in.js';
import { recall, remember } from './memory.js';
import { CLASSIFY_SILENCE_MS } from './prepare.js';
import { slotsOf } from './slots.js';
import { baseline, hasRebooted } from './uptime.js';

export const reload: Step = {
  repeatable: false,
  boundary: true,
  intents: ['safe', 'reload', 'saveConfig'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const dialog = await atPrompt(context, driver);
    await context.reloadBudget.spend();
    context.story(driver.reload.story);
    try {
      const { exchange, seenWithinMs } = driver.reload;
      await dialog.run(
        { ...exchange, silenceMs: seenWithinMs },
        slotsOf(context, driver, recall(memory)),
        reload.intents,
      );
    } catch (error) {
      // Silence or a cut line after the command proves nothing either way: the watch and the facts will tell.
      if (!['DEVICE_SILENT', 'DEVICE_RESTARTED', 'CONSOLE_LOST'].includes(codeOf(error))) throw error;
    }
    return { kind: 'next', step: 'bootWatch' };
  },
  async rederive(context, memory) {
    const driver = driverIn(context, memory);
    const state = await standing(context, driver, CLASSIFY_SILENCE_MS);
    if (state.state === 'loader') return { kind: 'next', step: 'recover' };
    if (state.state === 'booting' || state.state === 'silent') return { kind: 'next', step: 'bootWatch' };
    const dialog = await atPrompt(context, driver);
    const facts = await readDevice(context, driver, dialog);
    if (hasRebooted(baseline(recall(memory)), facts, driver.uptimeStepSeconds, context.clock.nowMs()) === 'no')
      return reload.run(context, memory);
    return { kind: 'next', step: 'postFacts' };
  },
};

export const bootWatch: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    if (context.resumed) {
      const state = await standing(context, driver, CLASSIFY_SILENCE_MS);
      if (state.state === 'loader') return { kind: 'next', step: 'recover' };
      if (state.state !== 'booting' && state.state !== 'silent') return { kind: 'next', step: 'postFacts' };
    }
    const result = await watch(context, driver);
    return afterBoot(context, memory, result);
  },
};

/** Listens till the device is up or stays away; keeps the boot text as `post`. */
export async function watch(context: StepContext, driver: Driver): Promise<BootResult> {
  const dialog = await context.dialog();
  dialog.useTable(driver.dialog);
  const { rebootTimeoutMs, rebootCapMs } = context.port.settings;
  const result = await dialog.watchBoot({
    boot: driver.boot,
    ...(driver.loader === undefined ? {} : { loader: driver.loader.dialog }),
    silenceMs: rebootTimeoutMs,
    capMs: rebootCapMs ?? driver.boot.capMs,
    onMilestone: (story) => context.story(printable(story)),
  });
  await context.keep('post', result.text);
  return result;
}

async function afterBoot(context: StepContext, memory: JsonObject, result: BootResult): Promise<StepOutcome> {
  switch (result.kind) {
    case 'up':
      context.story('Post complete.');
      return { kind: 'next', step: 'postFacts', memory };
    case 'loader':
      return { kind: 'next', step: 'recover', memory };
    case 'loop':
    case 'silent':
    case 'cap':
      return away(context, remember(memory, {}), result);
  }
}

async function away(context: StepContext, memory: JsonObject, result: BootResult): Promise<StepOutcome> {
  const code = result.kind === 'loop' ? 'BOOT_LOOP' : 'PUSH_BOOT_TIMEOUT';
  const why =
    result.kind === 'loop'
      ? `it has booted ${String(result.boots)} times`
      : `it is ${result.kind === 'silent' ? 'silent' : 'not at a prompt'}`;
  await context.raiseAlarm('pushUnknown', `After the reload the device does not come up: ${why}.`);
  return {
    kind: 'wait',
    step: 'bootWatch',
    memory,
    end: {
      verdict: 'unknown',
      code,
      sentence: `The device was reloaded and could not be read since: ${why}. The port is held; look at its console. The verdict follows as soon as the device can be read.`,
    },
  };
}
