/** From a verified file to the one that boots next: configuration, install to the free slot, selection read back, commit. */
import type { Step, StepContext } from '../../core/action.js';
import type { ConfigProcedure, Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import type { Dialog, Reply } from '../../core/ports/dialog.js';
import { fillTemplate, printable } from '../../core/template.js';
import { baseName } from '../../drivers/index.js';
import { atPrompt, readDevice, runAll } from '../read-device.js';
import { driverIn } from './driver-in.js';
import { recall, remember } from './memory.js';
import type { PushMemory } from './memory.js';
import { sameImage, willReload } from './prepare.js';
import { proofOf } from './proof.js';
import { fillable, slotsOf } from './slots.js';

/** Pulls the running configuration, saves it where it would be lost, and pulls it again (the seed's story does so twice). */
export const preConfig: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'saveConfig'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const { config } = driver;
    if (config === undefined) return { kind: 'next', step: 'install' };
    const dialog = await atPrompt(context, driver);
    const running = await pullRunning(context, driver, dialog);
    if (await wouldBeLost(context, driver, config, dialog, running)) {
      if (!context.port.settings.saveConfigBeforeReboot) throw fail('PUSH_CONFIG_UNSAVED', { port: context.port.id });
      await runAll(dialog, config.save, slotsOf(context, driver, recall(memory)), ['safe', 'saveConfig']);
    }
    await pullRunning(context, driver, dialog);
    return { kind: 'next', step: 'install', memory };
  },
};

/** Whether a restart would lose what is configured: by the stored configuration, else by what the prompt says. */
async function wouldBeLost(
  context: StepContext,
  driver: Driver,
  { startup, unsaved }: ConfigProcedure,
  dialog: Dialog,
  running: Reply,
): Promise<boolean> {
  if (startup === undefined) return unsaved !== undefined && new RegExp(unsaved).test(running.state.text);
  const stored = (await dialog.run(startup, {}, ['safe'])).output;
  if (lasting(running.output, driver) === lasting(stored, driver)) return false;
  await context.keep('startup-config', stored);
  return true;
}

async function pullRunning(context: StepContext, driver: Driver, dialog: Dialog): Promise<Reply> {
  context.story('Retrieving running-config from device ...');
  const exchange = driver.config?.running ?? { silenceMs: 1 };
  const reply = await dialog.run(exchange, {}, ['safe']);
  await context.keep('running-config', reply.output);
  context.story('Complete. running-config pulled.');
  return reply;
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
  intents: ['safe', 'install', 'saveConfig'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const { install: exchanges, installed } = driver.activate;
    // From here on the selection may be changed: whoever ends this job puts it back first.
    const next = { kind: 'next', step: 'select', memory: remember(memory, { selected: true }) } as const;
    if (exchanges.length === 0) return next;
    const image = await sameImage(context, memory);
    const dialog = await atPrompt(context, driver);
    if (driver.slotNames !== undefined) await refuseRunningSlot(context, driver, dialog, recall(memory));
    const slots = slotsOf(context, driver, recall(memory));
    await runAll(dialog, exchanges, slots, ['safe', 'install', 'saveConfig']);
    if (installed !== undefined) {
      const { proved, got, wanted } = await proofOf(installed, dialog, image, slots);
      if (!proved) throw fail('PUSH_VERIFY_FAILED', { port: context.port.id, got, wanted });
      const { otherSlot } = recall(memory);
      const place = otherSlot === undefined ? 'Image' : `Slot ${otherSlot}`;
      context.story(`${place} written and read back: ${installed.algorithm} ${got}`);
    }
    return next;
  },
};

async function refuseRunningSlot(
  context: StepContext,
  driver: Driver,
  dialog: Dialog,
  { otherSlot }: PushMemory,
): Promise<void> {
  const { activeSlot } = await readDevice(context, driver, dialog);
  if (activeSlot !== undefined && activeSlot !== otherSlot) return;
  throw fail('DEVICE_STATE_UNEXPECTED', {
    port: context.port.id,
    wanted: `slot ${otherSlot ?? '?'} not running`,
    got: `running slot ${activeSlot ?? 'unknown'}`,
  });
}

export const select: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'install'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const dialog = await atPrompt(context, driver);
    const slots = slotsOf(context, driver, recall(memory));
    await runAll(dialog, fillable(driver.activate.select, slots), slots, ['safe', 'install']);
    const { selected } = driver.activate;
    const wanted = selected === undefined ? '' : fillTemplate(selected.wanted, slots);
    const got = await selection(driver, dialog, context, memory);
    if (selected !== undefined && (got === undefined || baseName(got) !== baseName(wanted))) {
      throw fail('PUSH_ACTIVATE_FAILED', { port: context.port.id, got: printable(got ?? ''), wanted });
    }
    return { kind: 'next', step: 'commit', memory };
  },
};

/** What the device says boots next; undefined where it cannot tell. */
export async function selection(
  driver: Driver,
  dialog: Dialog,
  context: StepContext,
  memory: JsonObject,
): Promise<string | undefined> {
  const { selected } = driver.activate;
  if (selected === undefined) return undefined;
  const reply = await dialog.run(selected.exchange, slotsOf(context, driver, recall(memory)), ['safe']);
  return reply.captures['selected'];
}

export const commit: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'saveConfig'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const dialog = await atPrompt(context, driver);
    await runAll(dialog, driver.activate.commit, slotsOf(context, driver, recall(memory)), ['safe', 'saveConfig']);
    const { activates } = recall(memory);
    if (activates !== undefined || willReload(context)) {
      return { kind: 'next', step: 'reload', memory: remember(memory, { reloaded: true }) };
    }
    const { fileName = '', before } = recall(memory);
    const sentence = `${fileName} is stored, verified and selected; the device still runs ${before?.osVersion ?? 'its former version'}. portwright activate ${context.port.name} finishes it.`;
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
