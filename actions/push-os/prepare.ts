/** Before anything is touched: the stored image, where the device stands, its facts, and the gate. */
import type { Step, StepContext } from '../../core/action.js';
import { fail } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import type { ImageRecord } from '../../core/image.js';
import type { Driver } from '../../core/driver.js';
import type { JsonObject } from '../../core/json.js';
import { printable } from '../../core/template.js';
import { baseName, identifyImage } from '../../drivers/index.js';
import { atPrompt, fileSystemOf, readDevice, standing } from '../read-device.js';
import { driverIn } from './driver-in.js';
import { usableMethods } from './attempts.js';
import { pushedVersion, recall, remember } from './memory.js';
import { slotsOf } from './slots.js';
import { tellFacts, tellInterfaces } from './story.js';

/** A device that is there answers a RETURN in a second; a busy one may take this long (vendors §6: login 30 s). */
export const CLASSIFY_SILENCE_MS = 20_000;

/** The image is read whole and hashed before a byte goes anywhere. */
export const checkImage: Step = {
  repeatable: true,
  boundary: true,
  mayPause: true,
  intents: ['safe'],
  async run(context, memory) {
    const version = pushedVersion(context, memory);
    const image = await context.image(version);
    if (image === undefined) throw fail('PUSH_IMAGE_MISSING', { port: context.port.id, version });
    const got = await context.images.rehash(image);
    if (got !== image.sha256)
      throw fail('PUSH_IMAGE_CORRUPT', { port: context.port.id, version, wanted: image.sha256, got });
    const identity = identifyImage(driverIn(context, memory), image.fileName);
    return {
      kind: 'next',
      step: 'classify',
      memory: remember(memory, {
        sha256: image.sha256,
        fileName: image.fileName,
        sizeBytes: image.sizeBytes,
        ...(identity.version === undefined ? {} : { expectedVersion: identity.version }),
      }),
    };
  },
};

export const classify: Step = {
  repeatable: true,
  boundary: true,
  mayPause: true,
  intents: ['safe'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const state = await standing(context, driver, CLASSIFY_SILENCE_MS);
    if (state.state === 'silent')
      throw fail('DEVICE_SILENT', { port: context.port.id, seconds: CLASSIFY_SILENCE_MS / 1000 });
    if (state.state === 'loader') return atLoader(context, driver, state.text, memory);
    if (state.state === 'booting') await waitUp(context, driver);
    return { kind: 'next', step: 'preFacts' };
  },
};

function atLoader(context: StepContext, driver: Driver, prompt: string, memory: JsonObject) {
  if (driver.loader?.install === undefined || !context.port.settings.useManualBoot) {
    throw fail('DEVICE_AT_LOADER', { port: context.port.id, prompt });
  }
  return { kind: 'next', step: 'loaderFacts', memory: remember(memory, { atLoader: true }) } as const;
}

async function waitUp(context: StepContext, driver: Driver): Promise<void> {
  const dialog = await context.dialog();
  const { rebootTimeoutMs, rebootCapMs } = context.port.settings;
  const result = await dialog.watchBoot({
    boot: driver.boot,
    silenceMs: rebootTimeoutMs,
    capMs: rebootCapMs ?? driver.boot.capMs,
    onMilestone: () => undefined,
  });
  if (result.kind !== 'up')
    throw fail('DEVICE_STATE_UNEXPECTED', { port: context.port.id, wanted: 'a prompt', got: result.kind });
}

export const preFacts: Step = {
  repeatable: true,
  boundary: true,
  mayPause: true,
  intents: ['safe'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const dialog = await atPrompt(context, driver);
    const facts = await readDevice(context, driver, dialog);
    if (facts.bootImage !== undefined) context.story(`System image file is "${printable(facts.bootImage)}"`);
    tellInterfaces(context, facts);
    context.story('Information logged Before Upgrade');
    tellFacts(context, facts, driver.defaultHostnames);
    return {
      kind: 'next',
      step: 'gate',
      memory: remember(memory, {
        before: facts,
        beforeAtMs: context.clock.nowMs(),
        fileSystem: fileSystemOf(context, driver, facts),
        ...(facts.bootImage === undefined ? {} : { oldImage: facts.bootImage }),
        ...slotNames(context, driver, facts),
      }),
    };
  },
};

function slotNames(context: StepContext, driver: Driver, facts: DeviceFacts): { slot?: string; otherSlot?: string } {
  if (driver.slotNames === undefined) return {};
  const [first, second] = driver.slotNames;
  if (facts.activeSlot !== first && facts.activeSlot !== second) {
    throw fail('DEVICE_FACTS_MISSING', {
      port: context.port.id,
      fact: `running slot (${first} or ${second}, the same on every member)`,
    });
  }
  return { slot: facts.activeSlot, otherSlot: facts.activeSlot === first ? second : first };
}

/** What the refusals of the gate look at. */
export type GateContext = Pick<StepContext, 'port' | 'servers' | 'clients' | 'image'>;

/** Refuses before anything was written (vendors §4, state 3). */
export const gate: Step = {
  repeatable: true,
  boundary: true,
  mayPause: true,
  intents: ['safe'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const { before = {}, expectedVersion } = recall(memory);
    const image = await sameImage(context, memory);
    const { activates } = recall(memory);
    if (expectedVersion !== undefined && expectedVersion === before.osVersion) {
      // It restarted by itself since; what it runs now is proved, and so the version is.
      if (activates !== undefined) return { kind: 'next', step: 'finalise' };
      context.story(`OS Version ${printable(expectedVersion)} is running already.`);
      context.story('Push OS succeeded.');
      const sentence = `The device runs ${expectedVersion} already (read from the device); nothing was changed. Nothing to do.`;
      return { kind: 'end', end: { verdict: 'succeeded', sentence } };
    }
    refuseUnproved(context, image);
    if (activates !== undefined || willReload(context)) await context.reloadBudget.check();
    refuseStack(context, driver, before);
    await refuseByDevice(context, driver, memory);
    if (activates !== undefined) return { kind: 'next', step: 'verify', memory: remember(memory, { staged: true }) };
    refuseUnfit(context, driver, before, image);
    if (recall(memory).onDevice !== true) refuseWithoutMethod(context, driver);
    await refuseWithoutPrevious(context);
    context.story('Device Image Verified.');
    return { kind: 'next', step: 'stage', memory: remember(memory, { staged: true }) };
  },
};

/** Whether a push reloads the device, or only stages. */
export function willReload({ port, params }: Pick<StepContext, 'port' | 'params'>): boolean {
  return port.settings.forceReboot && params['stageOnly'] !== true;
}

/** The image that was checked, and no other: a version may be stored anew while a job runs. */
export async function sameImage(context: StepContext, memory: JsonObject): Promise<ImageRecord> {
  const { sha256 = '', onDevice, fileName = '' } = recall(memory);
  if (onDevice === true) return unseen(context.port.id, fileName);
  const version = pushedVersion(context, memory);
  const image = await context.image(version);
  if (image === undefined) throw fail('PUSH_IMAGE_MISSING', { port: context.port.id, version });
  if (image.sha256 !== sha256)
    throw fail('PUSH_IMAGE_CORRUPT', { port: context.port.id, version, wanted: sha256, got: image.sha256 });
  return image;
}

/** An image of which nothing is known but its name. */
function unseen(portId: string, fileName: string): ImageRecord {
  return { portId, fileName, version: 'on the device', sizeBytes: 0, sha256: '', md5: '', crc32: '', storedAtMs: 0 };
}

export function refuseUnfit(context: GateContext, driver: Driver, before: DeviceFacts, image: ImageRecord): void {
  const port = context.port.id;
  const running = before.bootImage === undefined ? undefined : baseName(before.bootImage);
  const wanted = platformOf(driver, before, running);
  const platform = identifyImage(driver, image.fileName).platform;
  if (wanted !== undefined && platform !== undefined && wanted !== platform) {
    throw fail('PUSH_WRONG_PLATFORM', {
      port,
      image: image.fileName,
      imagePlatform: platform,
      model: `${before.model ?? ''} (${wanted})`,
    });
  }
  if (running === image.fileName) throw fail('PUSH_RUNNING_FILE', { port, image: image.fileName });
  const needBytes = image.sizeBytes + driver.spareBytes;
  if (driver.imagePlace !== 'partition' && before.freeBytes !== undefined && before.freeBytes < needBytes) {
    throw fail('PUSH_NO_SPACE', { port, needBytes, freeBytes: before.freeBytes });
  }
}

/** Errors: PUSH_NO_METHOD. */
export function refuseWithoutMethod(context: GateContext, driver: Driver): void {
  const { settings, id: port } = context.port;
  if (usableMethods(driver, context).length === 0) {
    throw fail('PUSH_NO_METHOD', {
      port,
      driver: driver.id,
      methods: `${settings.osPushMethod}, ${settings.osPushAlternative}`,
    });
  }
}

/** Errors: PUSH_NO_VENDOR_HASH. */
export function refuseUnproved({ port }: GateContext, image: ImageRecord): void {
  if (!port.settings.requireVendorHash || image.vendorHash !== undefined) return;
  throw fail('PUSH_NO_VENDOR_HASH', { port: port.id, image: image.fileName, version: image.version });
}

/** Errors: PUSH_DEVICE_CLOCK, PUSH_CONFIG_SESSION. */
async function refuseByDevice(context: StepContext, driver: Driver, memory: JsonObject): Promise<void> {
  const { checks = [] } = driver.activate;
  if (checks.length === 0) return;
  const dialog = await atPrompt(context, driver);
  for (const { exchange, refuse, code } of checks) {
    const { output } = await dialog.run(exchange, slotsOf(context, driver, recall(memory)), ['safe']);
    const found = new RegExp(refuse, 'm').exec(output);
    if (found !== null) throw fail(code, { port: context.port.id, got: printable((found[1] ?? found[0]).trim()) });
  }
}

export function refuseStack(context: GateContext, driver: Driver, { memberCount = 1 }: DeviceFacts): void {
  if (memberCount < 2 || driver.capabilities.stacks === 'device') return;
  throw fail('PUSH_STACK', { port: context.port.id, members: memberCount, driver: driver.id });
}

/** What the running file's name tells, else what the driver knows of the model. */
function platformOf(driver: Driver, { model }: DeviceFacts, running: string | undefined): string | undefined {
  const named = running === undefined ? undefined : identifyImage(driver, running).platform;
  if (named !== undefined || model === undefined) return named;
  return driver.platforms?.find((row) => new RegExp(row.model).test(model))?.platform;
}

export async function refuseWithoutPrevious(context: GateContext): Promise<void> {
  if (context.port.settings.continueWithoutPrevious) return;
  if ((await context.image('previous')) === undefined) throw fail('PUSH_NO_PREVIOUS', { port: context.port.id });
}
