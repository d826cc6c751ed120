/**
 * The console's speed around an in-band transfer of a push. The journal says that it may be raised before it is, and says
 * so until the old speed is proved: whoever goes on after a failure, a restart of the node or a reset of the device looks
 * for the device first. A reset brings it back at its own speed by itself; that is found in the same way.
 */
import type { StepContext } from '../../core/action.js';
import type { Driver, LoaderTable } from '../../core/driver.js';
import { fail, PortwrightError } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import type { LineSpeed } from '../../core/line-speed.js';
import type { DeviceState } from '../../core/ports/dialog.js';
import { printable } from '../../core/template.js';
import { raiseSpeed, restoreSpeed, whyNone } from '../line-speed.js';
import type { SpeedPlan, SpeedScene } from '../line-speed.js';
import { atPrompt, withLoaderPrompts } from '../read-device.js';
import { recall, remember } from './memory.js';
import { breakOffText } from './settle.js';
import { slotsOf } from './slots.js';

/** A device that was just switched on says its first words within this (see `LISTEN_BACK_MS` of the dialogue's limits). */
const LISTEN_MS = 3_000;

/** The memory with the intention; it must be on disk before the device hears of it. */
export function intendSpeed(memory: JsonObject, { from, to }: SpeedPlan): JsonObject {
  return remember(memory, { speed: { from, to } });
}

/** True where the transfer goes at the new speed. Errors: LINE_SPEED_LOST, DEVICE_RESTARTED. */
export async function raiseForTransfer(scene: SpeedScene, plan: SpeedPlan): Promise<boolean> {
  const { from, to } = plan;
  const raised = await raiseSpeed(scene, plan);
  scene.context.story(
    raised
      ? `Console speed raised from ${String(from)} to ${String(to)} baud.`
      : `The device stayed at ${String(from)} baud.`,
  );
  return raised;
}

/** Errors: LINE_SPEED_LOST, DEVICE_RESTARTED. */
export async function restoreAfterTransfer(scene: SpeedScene, plan: SpeedPlan): Promise<void> {
  await alarmWhereLost(scene.context, () => restoreSpeed(scene, plan));
  scene.context.story(`Console speed is back at ${String(plan.from)} baud.`);
}

/** How the speed is changed at this boot loader's prompt. */
export function lineSpeedAt(loader: LoaderTable, prompt: string): LineSpeed | undefined {
  return loader.lineSpeeds?.find(({ at }) => at === undefined || new RegExp(at).test(prompt));
}

/**
 * Where the journal says that the speed may have been raised: finds the device, and brings it back to its own speed.
 * A device that boots is left alone; our end is at the speed at which it can be read. True where that is its own.
 * Errors: LINE_SPEED_LOST, as login.
 */
export async function settleSpeed(context: StepContext, driver: Driver, memory: JsonObject): Promise<boolean> {
  const { speed } = recall(memory);
  if (speed === undefined) return true;
  return alarmWhereLost(context, () => findAndRestore(context, driver, memory, speed));
}

async function findAndRestore(
  context: StepContext,
  driver: Driver,
  memory: JsonObject,
  speed: { readonly from: number; readonly to: number },
): Promise<boolean> {
  const { from, to } = speed;
  const dialog = await context.dialog();
  dialog.useTable(withLoaderPrompts(driver));
  const offered = [driver.lineSpeed, ...(driver.loader?.lineSpeeds ?? [])].flatMap((one) => one?.baudRates ?? []);
  const found = await dialog.findSpeed({
    baudRates: [...new Set([dialog.line.baudRate ?? from, from, to, ...offered])],
    hail: `${breakOffText(driver)}${driver.dialog.lineEnding}`,
    listenMs: LISTEN_MS,
  });
  if (found.kind === 'none') throw fail('LINE_SPEED_LOST', { port: context.port.id, from, to, reason: whyNone(found) });
  if (found.kind === 'booting' || found.baudRate === from) return found.baudRate === from;
  const at = String(found.baudRate);
  context.story(`The device answers at ${at} baud (${printable(found.state.text)}): back to ${String(from)} baud.`);
  const lineSpeed = await wayBack(context, driver, found.state);
  if (lineSpeed === undefined) {
    throw fail('LINE_SPEED_LOST', { port: context.port.id, from, to, reason: `no way back from ${at} baud is known` });
  }
  const scene = { context, driver, dialog, slots: slotsOf(context, driver, recall(memory)) };
  await restoreSpeed(scene, { lineSpeed, from, to }, found.baudRate);
  context.story(`Console speed is back at ${String(from)} baud.`);
  return true;
}

/** Brings the device to the prompt at which its speed is changed. */
async function wayBack(
  context: StepContext,
  driver: Driver,
  { state, text }: DeviceState,
): Promise<LineSpeed | undefined> {
  if (state === 'loader' && driver.loader !== undefined) {
    (await context.dialog()).useTable(driver.loader.dialog);
    return lineSpeedAt(driver.loader, text);
  }
  if (driver.lineSpeed !== undefined) await atPrompt(context, driver);
  return driver.lineSpeed;
}

/** A device that nobody can read needs a person, whatever becomes of the push. */
async function alarmWhereLost<T>(context: StepContext, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof PortwrightError && error.code === 'LINE_SPEED_LOST') {
      await context.raiseAlarm('consoleSpeed', error.message);
    }
    throw error;
  }
}
