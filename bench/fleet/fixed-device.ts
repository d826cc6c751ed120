/**
 * One light SSH process that stands for a whole fleet: every connection is a router that answers at once, always the same.
 * Prints one JSON line with its port.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import type { ServerChannel } from 'ssh2';

const PROMPT = 'edge-1#';
/** In the form that Cisco documents for `show version` of a 2900; the values are of no real device. */
const SHOW_VERSION = [
  'Cisco IOS Software, C2951 Software (C2951-UNIVERSALK9-M), Version 15.1(4)M, RELEASE SOFTWARE (fc1)',
  'Technical Support: http://www.cisco.com/techsupport',
  'Copyright (c) 1986-2011 by Cisco Systems, Inc.',
  'Compiled Thu 24-Mar-11 16:19 by prod_rel_team',
  '',
  'ROM: System Bootstrap, Version 15.0(1r)M9, RELEASE SOFTWARE (fc1)',
  '',
  'edge-1 uptime is 5 weeks, 1 day, 1 hour, 2 minutes',
  'System returned to ROM by power-on',
  'System image file is "flash0:c2951-universalk9-mz.SPA.151-4.M.bin"',
  'Last reload type: Normal Reload',
  '',
  'Cisco CISCO2951/K9 (revision 1.1) with 479232K/45056K bytes of memory.',
  'Processor board ID FTX00000000',
  '3 Gigabit Ethernet interfaces',
  'DRAM configuration is 72 bits wide with parity enabled.',
  '255K bytes of non-volatile configuration memory.',
  '254464K bytes of ATA System CompactFlash 0 (Read/Write)',
  '',
  'Configuration register is 0x2102',
];
const DIR = [
  'Directory of flash0:/',
  '',
  '    1  -rw-    72054272   Jan 1 2011 00:00:00 +00:00  c2951-universalk9-mz.SPA.151-4.M.bin',
  '',
  '260153344 bytes total (188099072 bytes free)',
];
const ANSWERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^show version/, SHOW_VERSION],
  [/^dir\b/, DIR],
  [/^show privilege/, ['Current privilege level is 15']],
];

function answer(command: string): string {
  const lines = ANSWERS.find(([pattern]) => pattern.test(command))?.[1] ?? [];
  return [...lines, PROMPT].join('\r\n');
}

function serve(channel: ServerChannel): void {
  let typed = '';
  channel.on('data', (bytes: Buffer) => {
    typed += bytes.toString('latin1');
    for (let end = typed.search(/[\r\n]/); end !== -1; end = typed.search(/[\r\n]/)) {
      const command = typed.slice(0, end);
      typed = typed.slice(end + 1);
      if (command === 'exit') channel.end();
      else channel.write(`${command}\r\n${answer(command)}`);
    }
  });
  channel.write(`\r\n${PROMPT}`);
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const hostKeys = [privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()];
const server = new ssh2.Server({ hostKeys }, (connection) => {
  connection.on('error', () => undefined);
  // Its types forget that it has the method.
  (connection as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
  connection.on('authentication', (attempt) => {
    if (attempt.method === 'none') attempt.reject(['password']);
    else attempt.accept();
  });
  connection.on('session', (accept) => {
    const session = accept();
    session.on('pty', (acceptPty) => acceptPty());
    session.on('shell', (acceptShell) => serve(acceptShell()));
  });
});
server.listen(0, '127.0.0.1', 4_096);
await once(server, 'listening');
process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
process.stdin.resume().on('end', () => process.exit());
