/** The image lies on a card or a stick in the switch: nothing is known of it but its name, until the switch has installed it. */
import type { Step, StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import type { DeviceFacts } from '../../core/facts.js';
import { printable } from '../../core/template.js';
import { isAtLeast } from '../../core/version.js';
import { identifyImage } from '../../drivers/index.js';
import { driverIn } from '../push-os/driver-in.js';
import type { PushMemory } from '../push-os/memory.js';
import { recall } from '../push-os/memory.js';
import { breakOff } from '../push-os/settle.js';
import { slotsOf } from '../push-os/slots.js';
import { atPrompt, runAll } from '../read-device.js';

/** What a push remembers of an image that the store has never seen. */
export function onCard(driver: Driver, fileName: string): PushMemory {
  const { version } = identifyImage(driver, fileName);
  return { onDevice: true, fileName, ...(version === undefined ? {} : { expectedVersion: version }) };
}

/** Errors: DOWNLOAD_MEMORY_CARD. */
export function refuseCard(
  { port, params }: Pick<StepContext, 'port' | 'params'>,
  driver: Driver,
  { osVersion = 'unknown' }: DeviceFacts,
): void {
  if (params['memoryCard'] === undefined) return;
  const { since = 'none', before = 'none' } = driver.download?.memoryCard ?? {};
  const can =
    driver.download?.memoryCard !== undefined &&
    isAtLeast(osVersion, since) &&
    (before === 'none' || !isAtLeast(osVersion, before));
  if (!can) throw fail('DOWNLOAD_MEMORY_CARD', { port: port.id, version: printable(osVersion), since, before });
}

/** One command and no second try: another would say the same. */
export const card: Step = {
  ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe', 'overwrite'] },
  async run(context, memory) {
    const driver = driverIn(context, memory);
    if (context.resumed) await breakOff(context, driver);
    const dialog = await atPrompt(context, driver);
    const { fileName = '' } = recall(memory);
    context.story(`Installing ${fileName} from the memory card ...`);
    const exchanges = driver.download?.memoryCard?.exchanges ?? [];
    await runAll(dialog, exchanges, slotsOf(context, driver, recall(memory)), ['safe', 'overwrite']);
    return { kind: 'next', step: 'verify' };
  },
};
