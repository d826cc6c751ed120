/** A device's Telnet server (RFC 854): it echoes (RFC 857), suppresses go-ahead (RFC 858), and asks for the login itself. */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { fail } from '../../core/errors/index.js';
import { DO, DONT, OPTION, WILL, WONT } from '../../protocols/telnet/codes.js';
import { TelnetDecoder } from '../../protocols/telnet/decoder.js';
import type { Verb } from '../../protocols/telnet/decoder.js';
import { encodeData, encodeNegotiation } from '../../protocols/telnet/encode.js';
import type { SimulatedDevice } from '../device.js';
import { listening } from './server.js';
import type { ListenAddress, NetworkServer } from './server.js';

/** What the device does; anything else that a client asks for is refused, once. */
const OFFERED: readonly number[] = [OPTION.echo, OPTION.sga];

/** Errors: LAB_CONSOLE_FAILED. */
export async function openTelnetServer(device: SimulatedDevice, listen: ListenAddress): Promise<NetworkServer> {
  if (device.network === undefined)
    throw fail('LAB_CONSOLE_FAILED', { device: device.name, reason: 'it has no network' });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    void talk(socket, device);
  });
  return listening(server, device.name, listen, () => {
    for (const socket of sockets) socket.destroy();
  });
}

/** The whole life of one connection. A device that nobody answers at hangs up. */
async function talk(socket: Socket, device: SimulatedDevice): Promise<void> {
  const session = device.openSession(
    (bytes) => void socket.write(encodeData(bytes, false)),
    () => void socket.end(),
  );
  if (session === undefined) {
    socket.end();
    return;
  }
  const decoder = new TelnetDecoder();
  const refused = new Set<string>();
  socket.on('data', (chunk: Buffer) => {
    decoder.push(chunk, (token) => {
      if (token.kind === 'data') session.feed(token.bytes);
      else if (token.kind === 'negotiation') answer(socket, token, refused);
    });
  });
  socket.on('close', () => session.closed());
  for (const option of OFFERED) socket.write(encodeNegotiation(WILL, option));
  const end = await session.talk(true);
  socket.end();
  await device.closeSession(session, end);
}

/** A DO of what was offered is its acknowledgement. RFC 854: no answer to what changes nothing. */
function answer(socket: Socket, { verb, option }: { verb: Verb; option: number }, refused: Set<string>): void {
  const wanted = verb === DO && !OFFERED.includes(option) ? WONT : verb === WILL ? DONT : undefined;
  const key = `${String(wanted)} ${String(option)}`;
  if (wanted === undefined || refused.has(key)) return;
  refused.add(key);
  socket.write(encodeNegotiation(wanted, option));
}
