/** Which partition is written, and whether what comes fits there. */
import type { StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { identifyImage } from '../../drivers/index.js';
import { recall } from '../push-os/memory.js';
import { slotsOf } from '../push-os/slots.js';
import { atPrompt } from '../read-device.js';
import { refusePartition } from './checks.js';
import { kindOf } from './kind.js';
import { coreOn, modulePartition, refuseModule, refuseWithoutNeeded } from './modules.js';
import { nameOf, partsIn } from './parts.js';

/**
 * Errors: DOWNLOAD_PARTITION, DOWNLOAD_MODULE_REBOOT, DOWNLOAD_MODULE_VERSION, DOWNLOAD_MODULE_MISSING, PUSH_WRONG_PLATFORM,
 * those of the dialogue.
 */
export async function partitionFor(context: StepContext, driver: Driver, memory: JsonObject): Promise<string> {
  const { fileName = '', slot = '', otherSlot = '', before = {} } = recall(memory);
  const files = filesOf(memory, fileName);
  const core = files.find((file) => kindOf(driver, file) === 'core');
  const modulesOf = files.filter((file) => kindOf(driver, file) === 'module');
  const slots = slotsOf(context, driver, recall(memory));
  const dialog = await atPrompt(context, driver);
  if (core === undefined) {
    const target = modulePartition(context.params['partition'], { booted: slot, other: otherSlot });
    const { modules } = driver.download ?? {};
    if (context.params['reboot'] === true)
      throw fail('DOWNLOAD_MODULE_REBOOT', { port: context.port.id, file: fileName });
    const stands =
      target === slot || modules === undefined ? before.osVersion : await coreOn(modules, dialog, target, slots);
    for (const file of modulesOf) refuseModule(context, driver, file, { model: before.model, core: stands });
    return target;
  }
  refusePartition(context, slot);
  const version = identifyImage(driver, core).version;
  for (const file of modulesOf) refuseModule(context, driver, file, { model: before.model, core: version });
  await refuseWithoutNeeded(context, driver, dialog, { before, core: version, files }, slots);
  return otherSlot;
}

/** Names of all files of the job. */
export function filesOf(memory: JsonObject, fileName: string): readonly string[] {
  const { parts } = partsIn(memory);
  return parts === undefined ? [fileName] : parts.map(({ url }) => nameOf(url));
}
