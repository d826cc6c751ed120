/** Which file the device runs, and whether the store has it already. */
import type { Step, StepContext, StepOutcome } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { codeOf, fail } from '../../core/errors/index.js';
import type { ImageRecord } from '../../core/image.js';
import type { JsonObject } from '../../core/json.js';
import type { SlotValues } from '../../core/template.js';
import { printable } from '../../core/template.js';
import { baseName } from '../../drivers/index.js';
import { atPrompt, fileSystemOf, propertySlots, readDevice } from '../read-device.js';
import { recall, remember } from './memory.js';
import type { PullMemory } from './memory.js';

const READING = { repeatable: true, boundary: true, mayPause: true, intents: ['safe'] } as const;

export const find: Step = {
  ...READING,
  async run(context, memory) {
    const { driver, port } = context;
    const facts = await readDevice(context, driver, await atPrompt(context, driver));
    const { bootImage } = facts;
    if (bootImage !== undefined) context.story(`System image file is "${printable(bootImage)}"`);
    const isFile = driver.uploads !== undefined && bootImage !== undefined && !/\.conf$|^tftp:|^ftp:/.test(bootImage);
    if (!isFile) throw fail('PULL_NO_FILE', { port: port.id, image: printable(bootImage ?? 'what it does not name') });
    const found = { image: bootImage, fileName: baseName(bootImage), fileSystem: fileSystemOf(context, driver, facts) };
    return { kind: 'next', step: 'compare', memory: remember(memory, found) };
  },
};

/** The device hashes its own file: minutes at the console instead of hours on the line. */
export const compare: Step = {
  ...READING,
  async run(context, memory) {
    const hash = await hashOf(context, memory);
    const current = await context.image('current');
    if (hash !== undefined && current?.[hash.algorithm] === hash.hex) {
      context.story(`The stored ${current.fileName} is what the device runs.`);
      return pulled(context, current, 'It was stored before');
    }
    const known = hash === undefined ? {} : { hash };
    return { kind: 'next', step: 'fetch', memory: remember(memory, known) };
  },
};

/** Undefined where the device has no such command, or the file lies where it cannot be named. */
async function hashOf(context: StepContext, memory: JsonObject): Promise<PullMemory['hash']> {
  const { driver } = context;
  const { algorithm, exchange } = driver.verify;
  const { fileSystem = '', fileName = '', image = '' } = recall(memory);
  const isFlat = image === fileSystem + fileName || image === `${fileSystem}/${fileName}`;
  if (algorithm === 'shown' || algorithm === 'crc32' || !isFlat) return undefined;
  const dialog = await atPrompt(context, driver);
  try {
    const { captures } = await dialog.run(exchange, slotsOf(context, driver, memory), ['safe']);
    const hex = captures['hash']?.toLowerCase();
    return hex === undefined ? undefined : { algorithm, hex };
  } catch (error) {
    if (codeOf(error) !== 'DEVICE_REFUSED') throw error;
    return undefined;
  }
}

/** Values for the slots of exchanges about the running image. */
export function slotsOf(context: StepContext, driver: Driver, memory: JsonObject): SlotValues {
  const { image = '', fileName = '', fileSystem = '' } = recall(memory);
  return { ...driver.slots, ...propertySlots(context), image, file: fileName, fileSystem };
}

/** The end of a pull that has what the device runs. */
export function pulled(context: StepContext, { fileName, sizeBytes, sha256 }: ImageRecord, how: string): StepOutcome {
  context.story('Complete. os pulled.');
  const sentence = `The device runs ${fileName}, stored as os current of ${context.port.name}: ${String(sizeBytes)} bytes, SHA-256 ${sha256}. ${how}.`;
  return { kind: 'end', end: { verdict: 'succeeded', sentence } };
}
