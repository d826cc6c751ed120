/** syslog: a message to another log server, in the form of RFC 5424. */
import { textParam } from '../../core/action.js';
import { SEVERITIES } from '../../core/severity.js';
import { quickAction } from '../quick.js';
import { farEnd, farEndOf } from './far-end.js';
import { send } from './send.js';

/** local0, as network devices use. */
const DEFAULT_FACILITY = 16;
/** UDP: RFC 5426 section 3.3; RFC 6587 names none for TCP, and servers use the same. */
const DEFAULT_PORT = 514;

export const syslog = quickAction({
  name: 'syslog',
  description: 'Send a syslog message (RFC 5424), by UDP or by TCP with octet counting.',
  parameters: {
    ...farEnd('the log server', DEFAULT_PORT),
    transport: { enum: ['udp', 'tcp'], description: '`udp` by default' },
    severity: { enum: [...SEVERITIES], description: '`warning` by default' },
    facility: { type: 'integer', minimum: 0, maximum: 23, description: '16 (local0) by default' },
    message: { type: 'string', minLength: 1, maxLength: 1000, description: 'the text' },
  },
  required: ['host', 'message'],
  async run(context) {
    const { params, clock } = context;
    const { facility } = params;
    const to = farEndOf(params, DEFAULT_PORT);
    const message = {
      ...{ ...to, text: textParam(params, 'message'), timeMs: clock.nowMs() },
      facility: typeof facility === 'number' ? facility : DEFAULT_FACILITY,
      transport: params['transport'] === 'tcp' ? 'tcp' : 'udp',
      severity: SEVERITIES.indexOf('severity' in params ? textParam(params, 'severity') : 'warning'),
    } as const;
    await send(context, (sending) => context.outlets.syslog(message, sending));
    return message.transport === 'tcp' ? `${to.host} took the message.` : `The message was sent to ${to.host}.`;
  },
});
