/** publish: a message to a NATS subject. */
import { textParam } from '../../core/action.js';
import { quickAction } from '../quick.js';
import { send } from './send.js';

/** Words of letters, digits, `-` and `_`; `pw.` is the node's own (docs/nats.md). */
const SUBJECT = '^(?!pw(?:\\.|$))(?!_)(?!\\$)[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*$';

export const publish = quickAction({
  name: 'publish',
  description: 'Publish JSON on a NATS subject, where the site names NATS servers.',
  parameters: {
    subject: { type: 'string', pattern: SUBJECT, maxLength: 200, description: 'the subject; not below `pw`' },
    data: { type: 'object', description: 'the JSON; the port and the job by default' },
  },
  required: ['subject'],
  async run(context) {
    const { params, port, jobId } = context;
    const subject = textParam(params, 'subject');
    const data = params['data'] ?? { port: port.id, job: jobId };
    await send(context, (sending) => context.outlets.publish({ subject, data }, sending));
    return `NATS took the message on ${subject}.`;
  },
});
