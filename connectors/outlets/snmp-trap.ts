/** SNMPv2c traps and informs as a sender (RFC 3416 section 4.2.6, 4.2.7), by net-snmp. */
import snmp from 'net-snmp';
import { fail, reasonOf } from '../../core/errors/index.js';
import type { Sending, TrapMessage } from '../../core/ports/outlets.js';

/** An inform is sent so often, with so long a wait each, ms. */
const TRIES = 3;
const TIMEOUT_MS = 2_000;
/** RFC 2578 section 7.1.1. */
const INTEGER_MAX = 2 ** 31 - 1;

/** A trap tells nothing: only that it left. Errors: OUTLET_UNREACHABLE. */
export async function sendTrap(message: TrapMessage, { signal }: Sending): Promise<void> {
  const { host, port, community, oid, inform, values } = message;
  const session = snmp.createSession(host, community, {
    ...{ version: snmp.Version2c, trapPort: port, port, retries: TRIES - 1, timeout: TIMEOUT_MS },
    transport: host.includes(':') ? 'udp6' : 'udp4',
  });
  const close = (): void => {
    session.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      const done = (error: Error | null | undefined): void => {
        if (error == null) resolve();
        else reject(error);
      };
      session.on('error', reject);
      // Once it is done, its own end changes nothing.
      session.on('close', () => {
        reject(new Error('broken off'));
      });
      const varbinds = values.map(varbind);
      if (inform) session.inform(oid, varbinds, done);
      else session.trap(oid, varbinds, done);
    });
  } catch (error) {
    const target = `${host}:${String(port)}`;
    throw fail(
      'OUTLET_UNREACHABLE',
      { outlet: inform ? 'SNMP inform' : 'SNMP trap', target, reason: reasonOf(error) },
      error,
    );
  } finally {
    signal.removeEventListener('abort', close);
    session.close();
  }
}

/** A whole number that fits is an INTEGER, everything else a text. */
function varbind({ oid, value }: TrapMessage['values'][number]) {
  const isInteger = typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= INTEGER_MAX;
  return isInteger
    ? { oid, type: snmp.ObjectType.Integer, value }
    : { oid, type: snmp.ObjectType.OctetString, value: String(value) };
}
