/** pullRunningConfig, pullStartupConfig and pullTech: what the device shows of itself, into the port's store. */
import type { Action, Step } from '../core/action.js';
import type { ConfigType } from '../core/config.js';
import type { ConfigProcedure } from '../core/driver.js';
import { codeOf, fail, reasonOf } from '../core/errors/index.js';
import { atPrompt } from './read-device.js';

const pullConfig = (name: string, type: ConfigType, part: 'running' | 'startup' | 'tech'): Action => ({
  name,
  description: `Bring what the device shows as ${type} into the port's file store.`,
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  uses: 'line',
  intent: 'read',
  start: 'pull',
  steps: { pull: pullStep(type, part) },
  failed: (context, _memory, error) => {
    context.story(`${type} was not pulled: ${reasonOf(error)}`);
    const sentence = `${type} was not pulled: ${reasonOf(error)}. Nothing was written on the device.`;
    return Promise.resolve({ kind: 'end', end: { verdict: 'failed', code: codeOf(error), sentence } });
  },
});

function pullStep(type: ConfigType, part: keyof ConfigProcedure & ('running' | 'startup' | 'tech')): Step {
  return {
    ...{ repeatable: true, boundary: true, mayPause: true, intents: ['safe'] },
    async run(context) {
      const { driver, port } = context;
      const exchange = driver.config?.[part];
      if (exchange === undefined) throw fail('CONFIG_NOT_KNOWN', { port: port.id, driver: driver.id, type });
      const dialog = await atPrompt(context, driver);
      context.story(`Retrieving ${type} from device ...`);
      const { output } = await dialog.run(exchange, {}, ['safe']);
      const text = output.trim();
      if (text === '') throw fail('CONFIG_EMPTY', { port: port.id, type });
      const { record, isNew } = await context.storeConfig(type, text);
      context.story(`Complete. ${type} pulled.`);
      const what = isNew ? 'It is stored as current.' : 'It is as it was stored before.';
      const sentence = `${type} of ${port.name}: ${String(record.sizeBytes)} bytes, SHA-256 ${record.sha256}. ${what}`;
      return { kind: 'end', end: { verdict: 'succeeded', sentence } };
    },
  };
}

export const pullRunningConfig = pullConfig('pullRunningConfig', 'running-config', 'running');
export const pullStartupConfig = pullConfig('pullStartupConfig', 'startup-config', 'startup');
export const pullTech = pullConfig('pullTech', 'tech', 'tech');
