/** snmpTrap: a notification of SNMPv2c to a network management system. */
import { textParam } from '../../core/action.js';
import { fail } from '../../core/errors/index.js';
import type { JsonValue } from '../../core/json.js';
import type { TrapMessage } from '../../core/ports/outlets.js';
import { quickAction } from '../quick.js';
import { farEnd, farEndOf } from './far-end.js';
import { send } from './send.js';

/** RFC 3417 section 3. */
const DEFAULT_PORT = 162;
const OID = '^[0-2](?:\\.(?:0|[1-9]\\d{0,9})){1,126}$';

export const snmpTrap = quickAction({
  name: 'snmpTrap',
  description: 'Send an SNMPv2c trap, or an inform that the far end acknowledges.',
  parameters: {
    ...farEnd('who takes it', DEFAULT_PORT),
    credentials: {
      type: 'string',
      maxLength: 100,
      description: 'the name of a secret of the site whose `snmp` is the community',
    },
    oid: { type: 'string', pattern: OID, description: "the notification's own OID, as your MIB has it" },
    inform: { type: 'boolean', description: 'wait for its acknowledgement; default false' },
    values: {
      type: 'object',
      maxProperties: 20,
      propertyNames: { pattern: OID },
      additionalProperties: { anyOf: [{ type: 'string', maxLength: 1000 }, { type: 'integer' }] },
      description: 'what it tells: OID and a text or a whole number',
    },
  },
  required: ['host', 'credentials', 'oid'],
  async run(context) {
    const { params } = context;
    const secret = textParam(params, 'credentials');
    const { snmp: community } = context.credentials(secret);
    if (community === undefined) throw fail('SECRET_MISSING', { secret, reference: 'it has no "snmp", the community' });
    const inform = params['inform'] === true;
    const message: TrapMessage = {
      ...{ ...farEndOf(params, DEFAULT_PORT), oid: textParam(params, 'oid'), community, inform },
      values: valuesOf(params['values']),
    };
    await send(context, (sending) => context.outlets.snmpTrap(message, sending));
    return inform ? `${message.host} took the inform.` : `The trap was sent to ${message.host}.`;
  },
});

function valuesOf(values: JsonValue | undefined): TrapMessage['values'] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [];
  return Object.entries(values).map(([oid, value]) => ({
    oid,
    value: typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value),
  }));
}
