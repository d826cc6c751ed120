/** A real conserver with one console, and busybox's telnetd whose login is conserver's own client. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, freePort, listening } from './ser2net.js';

export interface Conserver {
  /** Where telnetd listens. */
  readonly port: number;
  /** The device behind conserver: what conserver connected to. */
  readonly device: Socket;
  stop(): Promise<void>;
}

export async function startConserver(): Promise<Conserver> {
  const folder = await mkdtemp(join(tmpdir(), 'conserver-'));
  const devices = createServer().listen(0, '127.0.0.1');
  await once(devices, 'listening');
  const connected = once(devices, 'connection') as Promise<[Socket]>;
  const [primary, secondary, telnet] = [await freePort(), await freePort(), await freePort()];
  const config = join(folder, 'conserver.cf');
  await writeFile(config, configuration((devices.address() as AddressInfo).port));
  const server = spawn('/usr/sbin/conserver', [
    ...['-n', '-o', '-C', config, '-M', '127.0.0.1', '-p', String(primary), '-b', String(secondary)],
  ]);
  const [device] = await connected;
  await listening(primary, server);
  const script = join(folder, 'console.sh');
  await writeFile(script, `#!/bin/sh\nexec console -U -M 127.0.0.1 -p ${String(primary)} dev\n`);
  await chmod(script, 0o755);
  const telnetd = spawn('busybox', ['telnetd', '-F', '-b', '127.0.0.1', '-p', String(telnet), '-l', script]);
  await listening(telnet, telnetd);
  return {
    port: telnet,
    device,
    stop: async () => {
      await ended(telnetd);
      await ended(server);
      device.destroy();
      devices.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const configuration = (port: number): string => `config * { }
default full { rw *; }
access * { trusted 127.0.0.1; allowed 127.0.0.1; }
console dev { master localhost; type host; host 127.0.0.1; port ${String(port)}; protocol raw; rw *; logfile /dev/null; }
`;
