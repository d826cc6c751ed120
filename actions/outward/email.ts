/** email: a message by the site's mail server. */
import { textParam } from '../../core/action.js';
import { quickAction } from '../quick.js';
import { send } from './send.js';

/** One mailbox (RFC 5321 section 4.1.2, without quoted local parts): nothing that could begin another header line. */
const MAILBOX = '^[^\\s@<>,;:"()\\[\\]\\\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$';

export const email = quickAction({
  name: 'email',
  description: 'Send an email by the mail server of portwright.json `email`.',
  parameters: {
    to: {
      oneOf: [
        { type: 'string', pattern: MAILBOX },
        { type: 'array', minItems: 1, maxItems: 50, items: { type: 'string', pattern: MAILBOX } },
      ],
      description: 'an address, or a list of them',
    },
    subject: { type: 'string', minLength: 1, maxLength: 200, description: 'the subject' },
    text: { type: 'string', maxLength: 100_000, description: 'the text; the subject again by default' },
  },
  required: ['to', 'subject'],
  async run(context) {
    const { to } = context.params;
    const subject = textParam(context.params, 'subject');
    const text = 'text' in context.params ? textParam(context.params, 'text') : subject;
    const addresses = (Array.isArray(to) ? to : [to]) as readonly string[];
    await send(context, (sending) => context.outlets.email({ to: addresses, subject, text }, sending));
    return `The mail server took the message to ${addresses.join(', ')}.`;
  },
});
