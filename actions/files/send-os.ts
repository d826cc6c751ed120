/** sendOs: an OS file from the port's file store to a URL. The device is not touched. */
import { textParam } from '../../core/action.js';
import type { Action, Step } from '../../core/action.js';
import { fail } from '../../core/errors/index.js';
import { fileJobFailed, REMOTE_PARAMETERS } from './remote.js';
import { sendSource } from './send-source.js';

const send: Step = {
  ...{ repeatable: true, boundary: true, intents: ['safe'] },
  async run(context, memory) {
    const version = textParam(context.params, 'version');
    const image = await context.image(version);
    if (image === undefined) throw fail('IMAGE_UNKNOWN', { port: context.port.id, version });
    return sendSource(context, memory, context.images.source(image));
  },
};

export const sendOs: Action = {
  name: 'sendOs',
  description: "Send an OS file from the port's file store to a URL.",
  parameters: {
    type: 'object',
    required: ['url', 'version'],
    additionalProperties: false,
    properties: {
      ...REMOTE_PARAMETERS,
      version: { type: 'string', pattern: '^(archive (?:[1-9]|1\\d|20)|[A-Za-z0-9_]{1,9})$' },
    },
  },
  uses: 'network',
  intent: 'read',
  start: 'send',
  steps: { send },
  failed: fileJobFailed('The file was not sent'),
};
