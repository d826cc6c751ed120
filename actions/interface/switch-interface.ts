/**
 * interfaceOn, interfaceOff, interfaceCycle: one interface of the device, told to be up or down in its running configuration
 * and read back. A cycle reads before it begins and never leaves off what it switched off while it can be helped:
 *
 *   ready → off → on ⟲ → end
 */
import type { Action, Step, StepContext, StepOutcome } from '../../core/action.js';
import { codeOf, fail, reasonOf } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { parseDuration } from '../../core/duration.js';
import { mayGoDown, nameOf, procedureOf, readInterface, sayAll } from './read-interface.js';
import { atPrompt } from '../read-device.js';

/** Far ends notice a link that is down this long, and LACP or a routing neighbour has begun to. */
const DOWN_MS = 5_000;
/** How often a device that refuses is told to switch on again, and how long is waited before. */
const ON_TRIES = 5;
const AGAIN_MS = 10_000;

/** JSON Schema of a name; what is one, the driver says. */
export const INTERFACE: JsonObject = {
  ...{ type: 'string', pattern: '^[A-Za-z0-9][\\w.:@/-]{0,63}$' },
  description: 'the name of one interface, as the device takes it',
};
const PARAMETERS: JsonObject = {
  type: 'object',
  required: ['interface'],
  additionalProperties: false,
  properties: { interface: INTERFACE },
};

/** Told again to be what it is, an interface stays so. */
const HARMLESS = { repeatable: true, boundary: true, intents: ['safe'] } as const satisfies Partial<Step>;

/** Errors: INTERFACE_*, as Dialog.run. */
async function switched(context: StepContext, to: 'on' | 'off'): Promise<string> {
  const name = nameOf(context);
  const dialog = await atPrompt(context, context.driver);
  const before = await readInterface(context, dialog, name);
  if (to === 'off') mayGoDown(context, before);
  if (before.state !== to) await sayAll(context, dialog, procedureOf(context)[to], name);
  const { state, fullName } = await readInterface(context, dialog, name);
  if (state !== to)
    throw fail('INTERFACE_NOT_SWITCHED', { port: context.port.id, name: fullName, wanted: to, got: state });
  context.story(`Interface ${fullName} is ${to}${before.state === to ? ', as it was' : ''}.`);
  return fullName;
}

function switching(to: 'on' | 'off'): Step {
  return {
    ...HARMLESS,
    mayPause: true,
    async run(context) {
      const name = await switched(context, to);
      return ended(
        'succeeded',
        `Interface ${name} is ${to} (read from the device). Its stored configuration is as before.`,
      );
    },
  };
}

function ended(verdict: 'succeeded' | 'failed', sentence: string, code?: string): StepOutcome {
  return { kind: 'end', end: { verdict, sentence, ...(code === undefined ? {} : { code }) } };
}

function notProved(_context: StepContext, _memory: JsonObject, error: unknown): Promise<StepOutcome> {
  return Promise.resolve(
    ended('failed', `The interface was not proved to be switched: ${reasonOf(error)}.`, codeOf(error)),
  );
}

export const interfaceOn: Action = {
  name: 'interfaceOn',
  description: 'Switch on an interface of the device (no shutdown), and read back that it is.',
  ...{ parameters: PARAMETERS, deviceParams: ['interface'], uses: 'line', intent: 'write', start: 'on' },
  steps: { on: switching('on') },
  failed: notProved,
};

export const interfaceOff: Action = {
  name: 'interfaceOff',
  description: 'Switch off an interface of the device (shutdown), and read back that it is; never a protected one.',
  ...{ parameters: PARAMETERS, deviceParams: ['interface'], uses: 'line', intent: 'write', start: 'off' },
  steps: { off: switching('off') },
  failed: notProved,
};

/** Everything that may refuse it, before anything is written. */
const ready: Step = {
  ...HARMLESS,
  mayPause: true,
  async run(context, memory) {
    const name = nameOf(context);
    const before = await readInterface(context, await atPrompt(context, context.driver), name);
    mayGoDown(context, before);
    if (before.state === 'off') throw fail('INTERFACE_IS_OFF', { port: context.port.id, name: before.fullName });
    // State before act: whoever takes the job up from here on switches on again.
    return { kind: 'next', step: 'off', memory: { ...memory, wentDown: true } };
  },
};

const off: Step = {
  ...HARMLESS,
  // A job that is cancelled after it was taken up again may have left the interface off.
  boundary: false,
  async run(context) {
    await switched(context, 'off');
    const { params } = context;
    const downMs = typeof params['down'] === 'string' ? parseDuration(params['down']) : undefined;
    await context.clock.sleep(downMs ?? DOWN_MS, context.signal);
    return { kind: 'next', step: 'on' };
  },
};

const on: Step = {
  ...HARMLESS,
  boundary: false,
  async run(context) {
    const name = await switched(context, 'on');
    return ended('succeeded', `Interface ${name} was off and is on again (both read from the device). Nothing to do.`);
  },
};

export const interfaceCycle: Action = {
  name: 'interfaceCycle',
  description: 'Switch an interface of the device off and on again, and read back both; never a protected one.',
  parameters: {
    ...PARAMETERS,
    properties: {
      interface: INTERFACE,
      down: { type: 'string', pattern: '^\\d{1,3}[sm]$', description: 'how long it is off, 5s by default' },
    },
  },
  ...{ deviceParams: ['interface'], uses: 'line', intent: 'write', start: 'ready' },
  steps: { ready, off, on },
  async failed(context, memory, error) {
    if (memory['wentDown'] !== true) return notProved(context, memory, error);
    const tries = typeof memory['onTries'] === 'number' ? memory['onTries'] : 0;
    if (tries < ON_TRIES && !context.signal.aborted) {
      context.story(`${reasonOf(error)}; switching on again.`);
      await context.clock.sleep(AGAIN_MS, context.signal);
      return { kind: 'next', step: 'on', memory: { ...memory, onTries: tries + 1 } };
    }
    await context.raiseAlarm('interfaceUnknown', `An interface may be off that was to be cycled: ${reasonOf(error)}`);
    const sentence = `The interface was to be off for a moment, and was not read since: ${reasonOf(error)}. The port is held; it is switched on as soon as the console can be used.`;
    return { kind: 'wait', step: 'on', memory, end: { verdict: 'unknown', code: codeOf(error), sentence } };
  },
};
