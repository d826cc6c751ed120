/**
 * powerOn, powerOff, powerCycle: the outlet of the port's device. What an outlet is, its controller is asked after each command; what
 * became of the device, the device itself tells after a cycle:
 *
 *   ready → off → on ⟲ → bootWatch → back
 *                 │        recover ◄── at the loader
 *                 └→ end, where the port has no console
 */
import type { Action, Step, StepContext, StepOutcome } from '../core/action.js';
import { codeOf, fail, reasonOf } from '../core/errors/index.js';
import type { JsonObject } from '../core/json.js';
import type { PowerOutlet } from '../core/ports/power.js';
import { runs } from './push-os/story.js';
import { driverIn } from './push-os/driver-in.js';
import { ledTo } from './push-os/led-to.js';
import { loaderStands, recover } from './push-os/loader.js';
import { recall, remember } from './push-os/memory.js';
import { bootWatch } from './push-os/reload.js';
import { atPrompt, readDevice } from './read-device.js';

/** Power supplies hold their charge for a while; less, and some devices do not notice. */
const OFF_MS = 10_000;
/** How often a controller that fails is asked to switch on again. */
const ON_TRIES = 5;
const NO_PARAMETERS: JsonObject = { type: 'object', additionalProperties: false, properties: {} };

/** Errors: POWER_ABSENT. */
function outletOf({ power, port }: StepContext): PowerOutlet {
  if (power === undefined) throw fail('POWER_ABSENT', { port: port.id });
  return power;
}

/** Errors: POWER_FAILED, POWER_NOT_SWITCHED. */
async function switched(context: StepContext, to: 'on' | 'off'): Promise<string> {
  const outlet = outletOf(context);
  await outlet.switch(to, context.signal);
  const got = await outlet.state(context.signal);
  const { name } = outlet;
  if (got !== to) throw fail('POWER_NOT_SWITCHED', { port: context.port.id, outlet: name, wanted: to, got });
  context.story(`Outlet ${name} is ${to}.`);
  return name;
}

/** Switching again to what it is already harms nothing. */
const HARMLESS = { repeatable: true, boundary: true, intents: ['safe'] } as const satisfies Partial<Step>;

function switching(to: 'on' | 'off', means: string): Step {
  return {
    ...HARMLESS,
    async run(context) {
      const outlet = await switched(context, to);
      return end('succeeded', `Outlet ${outlet} is ${to} (read from its controller). ${means}`);
    },
  };
}

function end(verdict: 'succeeded' | 'failed' | 'degraded', sentence: string, code?: string): StepOutcome {
  return { kind: 'end', end: { verdict, sentence, ...(code === undefined ? {} : { code }) } };
}

function outletFailed(_context: StepContext, _memory: JsonObject, error: unknown): Promise<StepOutcome> {
  return Promise.resolve(end('failed', `The outlet was not proved to be switched: ${reasonOf(error)}.`, codeOf(error)));
}

export const powerOn: Action = {
  name: 'powerOn',
  description: "Switch on the outlet of the port's device, and ask its controller whether it is.",
  ...{ parameters: NO_PARAMETERS, uses: 'network', intent: 'write', start: 'on' },
  steps: { on: switching('on', 'The device itself was not asked.') },
  failed: outletFailed,
};

export const powerOff: Action = {
  name: 'powerOff',
  description: "Switch off the outlet of the port's device, and ask its controller whether it is.",
  ...{ parameters: NO_PARAMETERS, uses: 'network', intent: 'write', start: 'off' },
  steps: { off: switching('off', 'The device has no power from it; portwright power on gives it back.') },
  failed: outletFailed,
};

/** Everything that may refuse it, before anything is done. */
const ready: Step = {
  ...HARMLESS,
  mayPause: true,
  async run(context, memory) {
    outletOf(context);
    await context.reloadBudget.check();
    const before = (await context.lastFacts())?.facts;
    const known = before === undefined ? {} : { before };
    // State before act: whoever takes the job up from here on switches on again.
    return { kind: 'next', step: 'off', memory: remember(memory, { reloaded: true, ...known }) };
  },
};

const off: Step = {
  ...HARMLESS,
  async run(context) {
    // Listens before anything happens: the first words of a boot come at once.
    if (context.port.console !== undefined) await context.dialog();
    await context.reloadBudget.spend();
    await switched(context, 'off');
    await context.clock.sleep(OFF_MS, context.signal);
    return { kind: 'next', step: 'on' };
  },
};

const on: Step = {
  ...HARMLESS,
  // A job that is cancelled here would leave the device without power.
  boundary: false,
  async run(context, memory) {
    // A device in a boot loop has said much that is not of the boot that comes now.
    if (context.port.console !== undefined) (await context.dialog()).forget();
    const outlet = await switched(context, 'on');
    if (context.port.console !== undefined) return { kind: 'next', step: 'bootWatch', memory };
    return end(
      'succeeded',
      `Outlet ${outlet} was off and is on (read from its controller). The port has no console: the device was not asked.`,
    );
  },
};

/** What it is now, is told; what it was, is only what was last read. */
const back: Step = {
  repeatable: true,
  boundary: false,
  intents: ['safe'],
  async run(context, memory) {
    const driver = driverIn(context, memory);
    const facts = await readDevice(context, driver, await atPrompt(context, driver));
    const known = recall(memory).before?.serialNumber;
    if (known !== undefined && facts.serialNumber !== known) {
      const sentence = `${runs(facts)}; its serial number is ${facts.serialNumber ?? 'not told'} and was ${known}. A person must look.`;
      return end('degraded', sentence, 'REBOOT_CHANGED');
    }
    context.story('Power cycle succeeded.');
    return end('succeeded', `${runs(facts)}; it was without power and is back. Nothing to do.`);
  },
};

export const powerCycle: Action = {
  name: 'powerCycle',
  description: "Switch the outlet of the port's device off and on, watch it boot, and read it.",
  ...{ parameters: NO_PARAMETERS, uses: 'line', intent: 'write', start: 'ready' },
  steps: {
    ready,
    off,
    on,
    bootWatch: ledTo(bootWatch, 'postFacts', 'back'),
    recover: ledTo(recover, 'postFacts', 'back'),
    loaderStands,
    back,
  },
  async failed(context, memory, error) {
    const code = codeOf(error);
    // Refused by the budget it was journalled, and not done.
    if (recall(memory).reloaded !== true || code === 'RELOAD_BUDGET') return outletFailed(context, memory, error);
    const tries = typeof memory['onTries'] === 'number' ? memory['onTries'] : 0;
    // A device without power is worse than one that was not switched: on again, whatever went wrong.
    if (code.startsWith('POWER_') && tries < ON_TRIES && !context.signal.aborted) {
      context.story(`${reasonOf(error)}; switching on again.`);
      await context.clock.sleep(OFF_MS, context.signal);
      return { kind: 'next', step: 'on', memory: { ...memory, onTries: tries + 1 } };
    }
    context.story(`Power cycle failed: ${reasonOf(error)}`);
    await context.raiseAlarm('powerUnknown', `The device may be without power: ${reasonOf(error)}`);
    const sentence = `The device was to be without power for a moment, and was not read since: ${reasonOf(error)}. The port is held; look at outlet and console. The verdict follows as soon as the device can be read.`;
    return { kind: 'wait', step: 'on', memory, end: { verdict: 'unknown', code, sentence } };
  },
};
