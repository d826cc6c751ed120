/** webhook: a POST of JSON to another system. */
import { textParam } from '../../core/action.js';
import { quickAction } from '../quick.js';
import { send } from './send.js';

export const webhook = quickAction({
  name: 'webhook',
  description: 'POST JSON to a URL; `Idempotency-Key` is the same each time the same message is sent.',
  parameters: {
    url: { type: 'string', pattern: '^https?://', maxLength: 2000, description: 'an http or https URL' },
    body: { type: 'object', description: 'the JSON to send; the port and the job by default' },
    headers: {
      type: 'object',
      additionalProperties: { type: 'string', pattern: '^[\\x20-\\x7e]*$', maxLength: 1000 },
      propertyNames: { pattern: '^[A-Za-z0-9-]{1,60}$' },
      description: 'more header fields',
    },
  },
  required: ['url'],
  async run(context) {
    const { params, port, jobId } = context;
    const url = textParam(params, 'url');
    const body = params['body'] ?? { port: port.id, job: jobId };
    const headers = (params['headers'] ?? {}) as Readonly<Record<string, string>>;
    await send(context, (sending) => context.outlets.webhook({ url, body, headers }, sending));
    return `The webhook ${new URL(url).host} took the message.`;
  },
});
