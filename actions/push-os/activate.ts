/** From a verified file to the one that boots next: configuration, install to the free slot, selection read back, commit. */
import type { Step, StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import type { Dialog } from '../../core/ports/dialog.js';
import { fillTemplate, printable } from '../../core/template.js';
import { baseName, driverFor } from '../../drivers/index.js';
import { atPrompt, readDevice, runAll } from '../read-device.js';
import { recall, remember } from './memory.js';
import { sameImage } from './prepare.js';
import { fillable, slotsOf } from './slots.js';

/** Pulls the running configuration, saves it where it would be lost, and pulls it again (the seed's story does so twice). */
export const preConfig: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'saveConfig'],
  async run(context, memory) {
    const driver = driverFor(context.port);
    if (driver.config === undefined) return { kind: 'next', step: 'install' };
    const dialog = await atPrompt(context, driver);
    const running = await pullRunning(context, driver, dialog);
    const startup =
      driver.config.startup === undefined ? running : (await dialog.run(driver.config.startup, {}, ['safe'])).output;
    if (lasting(running, driver) !== lasting(startup, driver)) {
      if (!context.port.settings.saveConfigBeforeReboot) throw fail('PUSH_CONFIG_UNSAVED', { port: context.port.id });
      await context.keep('startup-config', startup);
      await runAll(dialog, driver.config.save, {}, ['safe', 'saveConfig']);
    }
    await pullRunning(context, driver, dialog);
    return { kind: 'next', step: 'install', memory };
  },
};

async function pullRunning(context: StepContext, driver: Driver, dialog: Dialog): Promise<string> {
  context.story('Retrieving running-config from device ...');
  const exchange = driver.config?.running ?? { silenceMs: 1 };
  const { output } = await dialog.run(exchange, {}, ['safe']);
  await context.keep('running-config', output);
  context.story('Complete. running-config pulled.');
  return output;
}

/** The configuration without lines that change from pull to pull. */
function lasting(config: string, driver: Driver): string {
  const volatile = (driver.config?.volatile ?? []).map((pattern) => new RegExp(pattern));
  return config
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !volatile.some((pattern) => pattern.test(line)))
    .join('\n');
}

/** Writes the slot that does not run. Which one that is, is read again right before. */
export const install: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'install'],
  async run(context, memory) {
    const driver = driverFor(context.port);
    const { install: exchanges, installed } = driver.activate;
    // From here on the selection may be changed: whoever ends this job puts it back first.
    const next = { kind: 'next', step: 'select', memory: remember(memory, { selected: true }) } as const;
    if (exchanges.length === 0) return next;
    const image = await sameImage(context, memory);
    const dialog = await atPrompt(context, driver);
    const { otherSlot } = recall(memory);
    const { activeSlot } = await readDevice(context, driver, dialog);
    if (activeSlot === undefined || activeSlot === otherSlot) {
      throw fail('DEVICE_STATE_UNEXPECTED', {
        port: context.port.id,
        wanted: `slot ${otherSlot ?? '?'} not running`,
        got: `running slot ${activeSlot ?? 'unknown'}`,
      });
    }
    const slots = slotsOf(context, driver, recall(memory));
    await runAll(dialog, exchanges, slots, ['safe', 'install']);
    if (installed !== undefined) {
      const got = (await dialog.run(installed.exchange, slots, ['safe'])).captures['hash']?.toLowerCase() ?? '';
      const wanted = image[installed.algorithm];
      if (got !== wanted) throw fail('PUSH_VERIFY_FAILED', { port: context.port.id, got, wanted });
      context.story(`Slot ${otherSlot ?? ''} written and read back: ${installed.algorithm} ${got}`);
    }
    return next;
  },
};

export const select: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'install'],
  async run(context, memory) {
    const driver = driverFor(context.port);
    const dialog = await atPrompt(context, driver);
    const slots = slotsOf(context, driver, recall(memory));
    await runAll(dialog, fillable(driver.activate.select, slots), slots, ['safe', 'install']);
    const wanted = fillTemplate(driver.activate.wanted, slots);
    const got = await selection(driver, dialog, context, memory);
    if (got === undefined || baseName(got) !== baseName(wanted)) {
      throw fail('PUSH_ACTIVATE_FAILED', { port: context.port.id, got: printable(got ?? ''), wanted });
    }
    return { kind: 'next', step: 'commit', memory };
  },
};

/** What the device says boots next. */
export async function selection(
  driver: Driver,
  dialog: Dialog,
  context: StepContext,
  memory: JsonObject,
): Promise<string | undefined> {
  const reply = await dialog.run(driver.activate.selected, slotsOf(context, driver, recall(memory)), ['safe']);
  return reply.captures['selected'];
}

export const commit: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'saveConfig'],
  async run(context, memory) {
    const driver = driverFor(context.port);
    const dialog = await atPrompt(context, driver);
    await runAll(dialog, driver.activate.commit, slotsOf(context, driver, recall(memory)), ['safe', 'saveConfig']);
    if (context.port.settings.forceReboot && context.params['stageOnly'] !== true) {
      return { kind: 'next', step: 'reload', memory: remember(memory, { reloaded: true }) };
    }
    const { fileName = '', before } = recall(memory);
    const sentence = `${fileName} is stored, verified and selected; the device still runs ${before?.osVersion ?? 'its former version'}. Reload it when it suits.`;
    context.story('Push OS staged.');
    return { kind: 'end', end: { verdict: 'staged', sentence } };
  },
};

/** Puts the former selection back, after the push has failed or the device came up with its old image. */
export async function undoSelection(
  context: StepContext,
  driver: Driver,
  dialog: Dialog,
  memory: JsonObject,
): Promise<void> {
  const slots = slotsOf(context, driver, recall(memory));
  await runAll(dialog, fillable(driver.activate.undo, slots), slots, ['safe', 'install', 'saveConfig']);
}
