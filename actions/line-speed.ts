/**
 * Changing the speed of a device's console and proving where it is afterwards. Nothing is taken on trust: not that the
 * device followed, not that our own end did. What is proved is a prompt, read twice.
 */
import type { StepContext } from '../core/action.js';
import type { Intent } from '../core/dialog-table.js';
import type { Driver } from '../core/driver.js';
import { codeOf, fail, reasonOf } from '../core/errors/index.js';
import type { ErrorCode } from '../core/errors/index.js';
import type { LineSpeed, SpeedChange } from '../core/line-speed.js';
import type { Dialog, SpeedFound } from '../core/ports/dialog.js';
import type { SlotValues } from '../core/template.js';
import { runAll } from './read-device.js';

export interface SpeedPlan {
  readonly lineSpeed: LineSpeed;
  /** The speed that the console has, and gets back, bit/s. */
  readonly from: number;
  readonly to: number;
}

export interface SpeedScene {
  readonly context: StepContext;
  readonly driver: Driver;
  readonly dialog: Dialog;
  readonly slots: SlotValues;
}

/** A console's question about its speed is asked for by the transfer; at a boot loader it is part of the recovery. */
const INTENTS: readonly Intent[] = ['safe', 'recover'];
/** A router that was reset says its first words within this; one that stays silent at its prompt may be woken (ARCHITECTURE 5). */
const RESET_LISTEN_MS = 20_000;
/** What the command that changes the speed may end with, where its answer came at another speed. */
const SAID_OTHERWISE: readonly string[] = [
  'DEVICE_SILENT',
  'DEVICE_UNKNOWN_QUESTION',
  'DEVICE_STATE_UNEXPECTED',
  'DEVICE_ANSWER_TOO_LONG',
  'DEVICE_REFUSED',
  'DEVICE_RESTARTED',
] satisfies ErrorCode[];

/**
 * The speed that a transfer may have, or undefined where it stays as it is; the story says why. Our own end is tried
 * before the device hears of it: a device that follows where we cannot go could not be called back.
 */
export async function planSpeed(
  context: StepContext,
  dialog: Dialog,
  lineSpeed: LineSpeed | undefined,
): Promise<SpeedPlan | undefined> {
  const wanted = context.port.settings.xmodemBaudRate;
  if (wanted === undefined) return undefined;
  const plan = await possible(dialog, lineSpeed, wanted);
  if (typeof plan !== 'string') return plan;
  context.story(`The console speed stays as it is: ${plan}`);
  return undefined;
}

/** A plan, the reason why there is none, or nothing where the console is fast enough. */
async function possible(
  dialog: Dialog,
  lineSpeed: LineSpeed | undefined,
  wanted: number,
): Promise<SpeedPlan | string | undefined> {
  const from = dialog.line.baudRate;
  if (from === undefined) return 'this way to the console has no speed of its own.';
  if (lineSpeed === undefined) return 'the driver does not change it here.';
  const to = Math.max(0, ...lineSpeed.baudRates.filter((rate) => rate <= wanted));
  if (to <= from) return undefined;
  return (await tryOurEnd(dialog, from, to)) ?? { lineSpeed, from, to };
}

/** The reason why our end cannot have both speeds. */
async function tryOurEnd(dialog: Dialog, from: number, to: number): Promise<string | undefined> {
  try {
    await dialog.line.setBaudRate?.(to);
    await dialog.line.setBaudRate?.(from);
    return undefined;
  } catch (error) {
    if (codeOf(error) !== 'LINE_SPEED_FIXED') throw error;
    return reasonOf(error);
  }
}

/** True where device and line are at the new speed; false where the device stayed at the old one. Errors: LINE_SPEED_LOST, DEVICE_RESTARTED. */
export async function raiseSpeed(scene: SpeedScene, plan: SpeedPlan): Promise<boolean> {
  const { from, to, lineSpeed } = plan;
  const found = await change(scene, plan, lineSpeed.raise, to);
  if (found === to || found === from) return found === to;
  await restoreSpeed(scene, plan, found);
  return false;
}

/** Back to the old speed, from where the device is now, and proved. Errors: LINE_SPEED_LOST, DEVICE_RESTARTED. */
export async function restoreSpeed(scene: SpeedScene, plan: SpeedPlan, now: number = plan.to): Promise<void> {
  const { from, lineSpeed } = plan;
  let at = now;
  // Each way twice: a device that was busy talking may not have heard the first.
  for (const way of [...lineSpeed.restore, ...lineSpeed.restore]) {
    if (at === from) return;
    at = await change(scene, plan, way, from);
  }
  if (at !== from) throw lost(scene, plan, `the device answers at ${String(at)} baud and does not go back`);
}

/** Says what changes the speed, and returns the speed at which the device was found afterwards. */
async function change(scene: SpeedScene, plan: SpeedPlan, way: SpeedChange, wanted: number): Promise<number> {
  const { dialog } = scene;
  const present = dialog.line.baudRate ?? plan.from;
  const code = plan.lineSpeed.codes?.[wanted];
  const slots = { ...scene.slots, baudRate: wanted, ...(code === undefined ? {} : { baudCode: code }) };
  const stayed = await ask(dialog, way, slots);
  const first = stayed ? [present, wanted] : [wanted, present];
  const found = await dialog.findSpeed({
    baudRates: [...new Set([...first, plan.from, plan.to, ...plan.lineSpeed.baudRates])],
    hail: way.hail,
    ...(way.boots === true ? { listenMs: RESET_LISTEN_MS } : {}),
  });
  if (found.kind === 'none') throw lost(scene, plan, whyNone(found));
  if (found.kind === 'booting') await booted(scene, way, found);
  else await runAll(dialog, way.trail, slots, INTENTS);
  return found.baudRate;
}

/** True where the device answered with its prompt at the old speed. */
async function ask(dialog: Dialog, way: SpeedChange, slots: SlotValues): Promise<boolean> {
  try {
    await runAll(dialog, way.lead, slots, INTENTS);
    const reply = await dialog.run(way.change, slots, INTENTS);
    return reply.state.state !== 'unknown' && reply.state.state !== 'booting';
  } catch (error) {
    if (!SAID_OTHERWISE.includes(codeOf(error))) throw error;
    return codeOf(error) === 'DEVICE_REFUSED';
  }
}

/** A way that goes through a reset ends at the loader's prompt again; any other boot was not asked for. */
async function booted(scene: SpeedScene, way: SpeedChange, found: SpeedFound & { kind: 'booting' }): Promise<void> {
  const { context, driver, dialog } = scene;
  if (way.boots !== true || driver.loader === undefined) {
    throw fail('DEVICE_RESTARTED', { port: context.port.id, text: found.text.split('\n')[0] ?? '' });
  }
  const { rebootTimeoutMs, rebootCapMs } = context.port.settings;
  const result = await dialog.watchBoot({
    boot: driver.boot,
    loader: driver.loader.dialog,
    silenceMs: rebootTimeoutMs,
    capMs: rebootCapMs ?? driver.boot.capMs,
    onMilestone: () => undefined,
  });
  if (result.kind !== 'loader') {
    throw fail('DEVICE_STATE_UNEXPECTED', { port: context.port.id, wanted: 'the boot loader', got: result.kind });
  }
}

export function whyNone({ heard, refused }: SpeedFound & { kind: 'none' }): string {
  const device = heard === 'nothing' ? 'it says nothing at any speed' : 'what it says can be read at no speed';
  return refused === undefined ? device : `${device}; ${refused}`;
}

function lost({ context }: SpeedScene, { from, to }: SpeedPlan, reason: string): Error {
  return fail('LINE_SPEED_LOST', { port: context.port.id, from, to, reason });
}
