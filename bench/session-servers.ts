/**
 * Console servers in a process of their own: raw TCP, Telnet and SSH on loopback, each with a prompt at every connection.
 * Prints one JSON line with the ports.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';

const PROMPT = '\r\nRouter>';
/** IAC WONT and DONT to all that a client asks: binary, no go-ahead, the serial line. */
const REFUSALS = Buffer.from([255, 254, 44, 255, 254, 0, 255, 252, 0, 255, 254, 3, 255, 252, 3]);

const tcp = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.write(PROMPT);
});
const telnet = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(Buffer.concat([REFUSALS, Buffer.from(PROMPT)]));
});
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const hostKeys = [privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()];
const ssh = new ssh2.Server({ hostKeys }, (connection) => {
  connection.on('error', () => undefined);
  connection.on('authentication', (attempt) => attempt.accept());
  connection.on('session', (accept) => {
    const session = accept();
    session.on('pty', (acceptPty) => acceptPty());
    session.on('shell', (acceptShell) => acceptShell().write(PROMPT));
  });
});

const ports: Record<string, number> = {};
for (const [name, server] of Object.entries({ tcp, telnet, ssh })) {
  server.listen(0, '127.0.0.1', 4_096);
  await once(server, 'listening');
  ports[name] = (server.address() as AddressInfo).port;
}
process.stdout.write(`${JSON.stringify(ports)}\n`);
process.on('disconnect', () => process.exit());
process.stdin.resume().on('end', () => process.exit());
