/** After the reload: the modules of the list must still be on the partition that runs. */
import type { StepContext, StepOutcome } from '../../core/action.js';
import { fail } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { proofOf } from '../push-os/proof.js';
import { driverIn } from '../push-os/driver-in.js';
import { recall } from '../push-os/memory.js';
import { sameImage } from '../push-os/prepare.js';
import { slotsOf } from '../push-os/slots.js';
import { runs } from '../push-os/story.js';
import { atPrompt } from '../read-device.js';
import { kindOf } from './kind.js';
import { filesOf } from './partition.js';

/** Undefined where none is missing. */
export async function withoutModule(context: StepContext, memory: JsonObject): Promise<StepOutcome | undefined> {
  const driver = driverIn(context, memory);
  const modules = filesOf(memory, '').filter((file) => kindOf(driver, file) === 'module');
  if (modules.length === 0) return undefined;
  const image = await sameImage(context, memory);
  const dialog = await atPrompt(context, driver);
  for (const file of modules) {
    const slots = { ...slotsOf(context, driver, recall(memory)), file };
    const { proved } = await proofOf(driver.verify, dialog, { ...image, fileName: file }, slots);
    if (!proved) return gone(context, file);
  }
  return undefined;
}

async function gone(context: StepContext, file: string): Promise<StepOutcome> {
  const { code, message, next } = fail('DOWNLOAD_MODULE_GONE', { port: context.port.id, file });
  await context.raiseAlarm('pushDegraded', message);
  context.story(`Download image ended degraded: ${message}`);
  const facts = (await context.lastFacts())?.facts ?? {};
  return { kind: 'end', end: { verdict: 'degraded', code, sentence: `${runs(facts)}: ${message}. ${next}` } };
}
