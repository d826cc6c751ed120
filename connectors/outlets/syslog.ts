/** Syslog as a sender: RFC 5424 over UDP (RFC 5426), or over TCP with octet counting (RFC 6587 section 3.4.1). */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { toRfc3339 } from '../../core/event.js';
import { fail, reasonOf } from '../../core/errors/index.js';
import type { Sending, SyslogMessage } from '../../core/ports/outlets.js';

/** For connecting and handing over, ms. */
const TIMEOUT_MS = 10_000;

/** UDP tells nothing: only that the message left. Errors: OUTLET_UNREACHABLE. */
export async function sendSyslog(node: string, message: SyslogMessage, { key, signal }: Sending): Promise<void> {
  const bytes = Buffer.from(frameOf(node, message, key), 'utf8');
  const until = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    await (message.transport === 'tcp' ? byTcp(message, bytes, until) : byUdp(message, bytes));
  } catch (error) {
    const target = `${message.host}:${String(message.port)}`;
    throw fail('OUTLET_UNREACHABLE', { outlet: 'syslog message', target, reason: reasonOf(error) }, error);
  }
}

/** RFC 5424 section 6; the text is UTF-8, and so begins with the byte order mark. MSGID is the key's first 32 characters. */
function frameOf(node: string, { severity, facility, timeMs, text }: SyslogMessage, key: string): string {
  const priority = `<${String(facility * 8 + severity)}>1`;
  const host = node.replace(/[^\x21-\x7e]/g, '_');
  return `${priority} ${toRfc3339(timeMs)} ${host} portwright - ${key.slice(0, 32)} - \ufeff${text}`;
}

async function byUdp({ host, port }: SyslogMessage, bytes: Buffer): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.send(bytes, port, host, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  } finally {
    socket.close();
  }
}

async function byTcp({ host, port }: SyslogMessage, bytes: Buffer, signal: AbortSignal): Promise<void> {
  const socket = connect({ host, port, signal });
  try {
    await once(socket, 'connect', { signal });
    const closed = once(socket, 'close', { signal });
    socket.end(Buffer.concat([Buffer.from(`${String(bytes.length)} `), bytes]));
    socket.resume();
    await closed;
  } finally {
    socket.destroy();
  }
}
