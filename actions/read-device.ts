/** Bringing a device to its op prompt and reading its facts: the first and the last thing that every write action does. */
import type { StepContext } from '../core/action.js';
import type { Exchange, Intent } from '../core/dialog-table.js';
import type { Driver } from '../core/driver.js';
import type { DeviceFacts } from '../core/facts.js';
import type { Dialog, DeviceState, Reply } from '../core/ports/dialog.js';
import type { SlotValues } from '../core/template.js';
import { codeOf, fail } from '../core/errors/index.js';
import { readFacts } from '../drivers/index.js';

/** The device's console at its op prompt, on the driver's own tables. Errors: as Dialog.login, SECRET_MISSING. */
export async function atPrompt(context: Pick<StepContext, 'dialog' | 'credentials'>, driver: Driver): Promise<Dialog> {
  const dialog = await context.dialog();
  dialog.useTable(driver.dialog);
  await dialog.login(driver.login, context.credentials());
  return dialog;
}

/** Where the device stands, loader prompts included. */
export async function standing(context: StepContext, driver: Driver, silenceMs: number): Promise<DeviceState> {
  const dialog = await context.dialog();
  dialog.useTable(withLoaderPrompts(driver));
  return dialog.classify(silenceMs);
}

/** The driver's table with the prompts and boot texts of its loader. */
export function withLoaderPrompts(driver: Driver): Driver['dialog'] {
  if (driver.loader === undefined) return driver.dialog;
  const loader = driver.loader.dialog;
  return {
    ...driver.dialog,
    prompts: [...driver.dialog.prompts, ...loader.prompts],
    countdowns: [...driver.dialog.countdowns, ...loader.countdowns],
    bootStarts: [...driver.dialog.bootStarts, ...loader.bootStarts],
  };
}

/** Slots from port properties: `property.<name>`. Only words and numbers can be slots. */
export function propertySlots(context: Pick<StepContext, 'port'>): SlotValues {
  const slots: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(context.port.properties)) {
    if (typeof value === 'string' || typeof value === 'number') slots[`property.${name}`] = value;
  }
  return slots;
}

/** Runs exchanges in order; the last reply is returned. */
export async function runAll(
  dialog: Dialog,
  exchanges: readonly Exchange[],
  slots: SlotValues,
  intents: readonly Intent[],
): Promise<Reply | undefined> {
  let last: Reply | undefined;
  for (const exchange of exchanges) last = await dialog.run(exchange, slots, intents);
  return last;
}

/** Reads all facts of the driver and remembers them. Errors: DEVICE_FACTS_MISSING where the OS version is not told. */
export async function readDevice(
  context: Pick<StepContext, 'port' | 'clock' | 'rememberFacts'>,
  driver: Driver,
  dialog: Dialog,
): Promise<DeviceFacts> {
  const outputs: Record<string, string> = {};
  for (const command of driver.facts) {
    const known = readFacts(driver, outputs);
    const slots = { ...driver.slots, ...propertySlots(context), fileSystem: fileSystemOf(context, driver, known) };
    try {
      const reply = await dialog.run(command.exchange, slots, ['safe']);
      outputs[command.exchange.send ?? ''] = reply.output;
    } catch (error) {
      if (command.optional !== true || codeOf(error) !== 'DEVICE_REFUSED') throw error;
    }
  }
  const facts = readFacts(driver, outputs);
  if (facts.osVersion === undefined) throw fail('DEVICE_FACTS_MISSING', { port: context.port.id, fact: 'OS version' });
  await context.rememberFacts({ facts, readAtMs: context.clock.nowMs() });
  return facts;
}

/** Where images live: the port's property, else where the running image lies, else the driver's default. */
export function fileSystemOf(context: Pick<StepContext, 'port'>, driver: Driver, facts: DeviceFacts): string {
  const own = context.port.properties['fileSystem'];
  if (typeof own === 'string') return own;
  // A device that was booted over the network keeps its images elsewhere.
  const running = /^([a-z]+[\d-]*:)(?!\/\/)/.exec(facts.bootImage ?? '')?.[1];
  return running ?? driver.fileSystem;
}
