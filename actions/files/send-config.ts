/** sendConfig: a configuration from the port's file store to a URL. The device is not touched. */
import { createHash } from 'node:crypto';
import { textParam } from '../../core/action.js';
import type { Action, Step, StepContext } from '../../core/action.js';
import { CONFIG_TYPES, CONFIG_VERSIONS } from '../../core/config.js';
import type { ConfigType } from '../../core/config.js';
import { fail } from '../../core/errors/index.js';
import type { FileSource } from '../../core/ports/transfer.js';
import { fileJobFailed, REMOTE_PARAMETERS } from './remote.js';
import { sendSource } from './send-source.js';

const send: Step = {
  ...{ repeatable: true, boundary: true, intents: ['safe'] },
  run: async (context, memory) => sendSource(context, memory, await sourceOf(context)),
};

export const sendConfig: Action = {
  name: 'sendConfig',
  description: "Send a configuration from the port's file store to a URL.",
  parameters: {
    type: 'object',
    required: ['url', 'type', 'version'],
    additionalProperties: false,
    properties: {
      ...REMOTE_PARAMETERS,
      type: { type: 'string', enum: [...CONFIG_TYPES] },
      version: { type: 'string', enum: [...CONFIG_VERSIONS] },
    },
  },
  uses: 'network',
  intent: 'read',
  start: 'send',
  steps: { send },
  failed: fileJobFailed('The configuration was not sent'),
};

/** Its own name, where the URL is a folder: `1-1.running-config`. */
async function sourceOf(context: StepContext): Promise<FileSource> {
  const type = textParam(context.params, 'type') as ConfigType;
  const version = textParam(context.params, 'version');
  const text = await context.config(type, version);
  if (text === undefined) throw fail('CONFIG_UNKNOWN', { port: context.port.id, type, version });
  const bytes = new TextEncoder().encode(text);
  return {
    fileName: `${context.port.name.replace(/[^\w.-]/g, '-')}.${type}`,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: ({ offset = 0, endOffset } = {}) => one(bytes.subarray(offset, endOffset)),
  };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield await Promise.resolve(bytes);
}
