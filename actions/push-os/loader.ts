/** At a boot loader: put the image in over the console where the loader can take one, or boot what is there. */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { LoaderLoad, LoaderTable } from '../../core/driver.js';
import { codeOf, fail } from '../../core/errors/index.js';
import type { ImageRecord } from '../../core/image.js';
import type { JsonObject } from '../../core/json.js';
import type { Dialog } from '../../core/ports/dialog.js';
import { printable } from '../../core/template.js';
import { readFacts } from '../../drivers/read-facts.js';
import { planSpeed } from '../line-speed.js';
import { runAll, standing } from '../read-device.js';
import { driverIn } from './driver-in.js';
import { AttemptLog } from '../attempt-log.js';
import { nextAttempt } from './attempts.js';
import type { PlannedAttempt } from './attempts.js';
import { sendInBand } from './deliver.js';
import { forget, recall, remember } from './memory.js';
import { CLASSIFY_SILENCE_MS, sameImage } from './prepare.js';
import { endReceiver } from './settle.js';
import { slotsOf } from './slots.js';
import { intendSpeed, lineSpeedAt, raiseForTransfer, restoreAfterTransfer, settleSpeed } from './speed.js';
import { LOST } from './stage.js';

/** Resets and boots from a loader in one recovery (ARCHITECTURE 3). */
const MOST_LOADER_BOOTS = 3;

interface AtLoader {
  readonly dialog: Dialog;
  readonly loader: LoaderTable;
  /** As it stands. */
  readonly prompt: string;
}

async function atLoader(context: StepContext, memory: JsonObject): Promise<AtLoader> {
  const driver = driverIn(context, memory);
  const state = await standing(context, driver, CLASSIFY_SILENCE_MS);
  if (state.state !== 'loader' || driver.loader === undefined) {
    throw fail('DEVICE_STATE_UNEXPECTED', { port: context.port.id, wanted: 'the boot loader', got: state.state });
  }
  const dialog = await context.dialog();
  dialog.useTable(driver.loader.dialog);
  return { dialog, loader: driver.loader, prompt: state.text };
}

export const loaderFacts: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'recover'],
  async run(context, memory) {
    const { dialog, loader } = await atLoader(context, memory);
    const driver = driverIn(context, memory);
    const outputs: Record<string, string> = {};
    for (const command of loader.facts) {
      outputs[command.exchange.send ?? ''] = (
        await dialog.run(command.exchange, slotsOf(context, driver, recall(memory)), ['safe'])
      ).output;
    }
    const { activeSlot } = readFacts({ ...driver, facts: loader.facts, hooks: {} }, outputs);
    const last = (await context.lastFacts())?.facts;
    context.story(`The device stands at its boot loader (${loader.id}).`);
    if (activeSlot !== undefined) context.story(`Slot ${printable(activeSlot)} is selected to boot.`);
    return {
      kind: 'next',
      step: 'loaderLoad',
      memory: remember(memory, {
        ...(activeSlot === undefined ? {} : { slot: activeSlot }),
        ...(last === undefined ? {} : { before: last }),
      }),
    };
  },
};

/** Into memory, and proved there over the known length before anything is written. */
export const loaderLoad: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'recover'],
  async run(context, memory) {
    const image = await sameImage(context, memory);
    const driver = driverIn(context, memory);
    if (context.resumed) {
      await endReceiver(context, recall(memory).speed);
      await settleSpeed(context, driver, memory);
    }
    const { dialog, loader, prompt } = await atLoader(context, memory);
    const { attempt, load } = nextLoad(context, loader, recall(memory).verifyFailures ?? 0);
    const plan = await planSpeed(context, dialog, lineSpeedAt(loader, prompt));
    if (plan !== undefined && recall(memory).speed === undefined) {
      return { kind: 'next', step: 'loaderLoad', memory: intendSpeed(memory, plan) };
    }
    const slots = slotsOf(context, driver, recall(memory));
    const log = new AttemptLog(context, attempt);
    const scene = { context, driver, dialog, slots };
    try {
      const raised = plan !== undefined && (await raiseForTransfer(scene, plan));
      await sendInBand({ context, driver, dialog, image, attempt, slots, onBytes: log.onBytes }, load);
      if (raised) await restoreAfterTransfer(scene, plan);
      await prove(context, dialog, loader, image, 'loaded', memory);
      await log.succeeded();
    } catch (error) {
      await log.failed(error);
      if (context.signal.aborted || LOST.includes(codeOf(error))) throw error;
      await endReceiver(context);
      await settleSpeed(context, driver, memory);
      return { kind: 'next', step: 'loaderLoad', memory: forget(memory, 'speed') };
    }
    return { kind: 'next', step: 'loaderWrite', memory: forget(memory, 'speed') };
  },
};

/** The loader's best way first, but that which the port names as its method before it. Errors: PUSH_ATTEMPTS_USED. */
function nextLoad(
  context: StepContext,
  loader: LoaderTable,
  verifyFailures: number,
): { readonly attempt: PlannedAttempt; readonly load: LoaderLoad } {
  const { port, attempts } = context;
  const { loads } = installOf(loader, context);
  const wished = loads.filter(({ method }) => method === port.settings.osPushMethod);
  const methods = [...new Set([...wished, ...loads].map(({ method }) => method))];
  const attempt = nextAttempt(methods, port.settings, attempts, verifyFailures);
  const load = loads.find(({ method }) => method === attempt?.method);
  if (attempt !== undefined && load !== undefined) return { attempt, load };
  const reason = attempts.at(-1)?.reason ?? '';
  throw fail('PUSH_ATTEMPTS_USED', { port: port.id, attempts: attempts.length, reason });
}

function installOf(loader: LoaderTable, context: StepContext): NonNullable<LoaderTable['install']> {
  if (loader.install === undefined) throw fail('DEVICE_AT_LOADER', { port: context.port.id, prompt: loader.id });
  return loader.install;
}

async function prove(
  context: StepContext,
  dialog: Dialog,
  loader: LoaderTable,
  image: ImageRecord,
  what: 'loaded' | 'written',
  memory: JsonObject,
): Promise<void> {
  const procedure = installOf(loader, context)[what];
  const driver = driverIn(context, memory);
  const reply = await dialog.run(procedure.exchange, slotsOf(context, driver, recall(memory)), ['safe']);
  const got = reply.captures['hash']?.toLowerCase() ?? '';
  const wanted = image[procedure.algorithm];
  if (got !== wanted) throw fail('PUSH_VERIFY_FAILED', { port: context.port.id, got, wanted });
  context.story(
    `Image ${what === 'loaded' ? 'in memory' : 'written and read back'}: ${procedure.algorithm} ${got}, as in the store.`,
  );
}

/** Nothing runs at a loader, so no slot is the running one; the slot that boots next gets the image. */
export const loaderWrite: Step = {
  repeatable: true,
  boundary: true,
  intents: ['safe', 'recover', 'install'],
  async run(context, memory) {
    const image = await sameImage(context, memory);
    const driver = driverIn(context, memory);
    const { dialog, loader } = await atLoader(context, memory);
    const procedure = installOf(loader, context);
    const slots = slotsOf(context, driver, recall(memory));
    // Memory may have been lost since it was proved: a restart in between leaves other bytes at the address.
    await prove(context, dialog, loader, image, 'loaded', memory);
    await runAll(dialog, procedure.write, slots, ['safe', 'recover', 'install']);
    await dialog.run(procedure.readBack, slots, ['safe']);
    await prove(context, dialog, loader, image, 'written', memory);
    return {
      kind: 'next',
      step: 'loaderReset',
      memory: remember(memory, { loaderBoots: (recall(memory).loaderBoots ?? 0) + 1, reloaded: true }),
    };
  },
};

export const loaderReset: Step = {
  repeatable: false,
  boundary: true,
  intents: ['safe', 'recover', 'manualBoot'],
  async run(context, memory) {
    const { dialog, loader } = await atLoader(context, memory);
    const { reset } = installOf(loader, context);
    context.story(`Issuing '${reset.send ?? ''}'`);
    return leave(context, dialog, reset, memory);
  },
  rederive: whereNow,
};

/** After a crash around a reset or boot: what the device does now decides, nothing is sent twice blindly. */
async function whereNow(context: StepContext, memory: JsonObject): Promise<StepOutcome> {
  const state = await standing(context, driverIn(context, memory), CLASSIFY_SILENCE_MS);
  if (state.state === 'loader') return { kind: 'next', step: 'recover' };
  return { kind: 'next', step: state.state === 'booting' || state.state === 'silent' ? 'bootWatch' : 'postFacts' };
}

async function leave(
  context: StepContext,
  dialog: Dialog,
  exchange: LoaderTable['boot'],
  memory: JsonObject,
): Promise<StepOutcome> {
  const driver = driverIn(context, memory);
  try {
    await dialog.run(exchange, slotsOf(context, driver, recall(memory)), ['safe', 'recover', 'manualBoot']);
  } catch (error) {
    if (!['DEVICE_SILENT', 'DEVICE_RESTARTED', 'CONSOLE_LOST'].includes(codeOf(error))) throw error;
  }
  return { kind: 'next', step: 'bootWatch', memory };
}

/** Found at the loader after a reload: boot what is there, at most three times, then stop and say so. */
export const recover: Step = {
  repeatable: false,
  boundary: false,
  intents: ['safe', 'recover', 'manualBoot'],
  async run(context, memory) {
    const boots = recall(memory).loaderBoots ?? 0;
    if (boots >= MOST_LOADER_BOOTS || !context.port.settings.useManualBoot)
      return { kind: 'next', step: 'loaderStands' };
    const { dialog, loader } = await atLoader(context, memory);
    context.story(`The device stands at its boot loader (${loader.id}); booting by hand.`);
    const slots = slotsOf(context, driverIn(context, memory), recall(memory));
    await runAll(dialog, loader.prepare ?? [], slots, ['safe', 'recover', 'manualBoot']);
    return leave(context, dialog, loader.boot, remember(memory, { loaderBoots: boots + 1 }));
  },
  rederive: whereNow,
};

/** The device stays where it is: touched no further, alarmed, told truly. */
export const loaderStands: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe'],
  async run(context, memory) {
    const { failure } = recall(memory);
    const why = failure === undefined ? 'it did not boot' : failure.text;
    await context.raiseAlarm('atLoader', `The device stands at its boot loader: ${why}`);
    context.story('Push OS ended degraded: the device stands at its boot loader.');
    const sentence = `The device runs no operating system; it stands at its boot loader (seen on its console): ${why}. A person must boot or load it.`;
    return { kind: 'end', end: { verdict: 'degraded', code: failure?.code ?? 'DEVICE_AT_LOADER', sentence } };
  },
};
