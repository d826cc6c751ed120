/** A real powerman server, in front of its own virtual controller or of one that a test is. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, freePort, listening } from '../sessions/ser2net.js';

const SERVER = '/usr/sbin/powermand';
/** Debian's: what a virtual controller of sixteen outlets understands. */
const SPECIFICATION = '/etc/powerman/vpc.dev';

export interface Powermand {
  readonly port: number;
  stop(): Promise<void>;
}

/** Outlets are `sw0` to `sw15`. `controller`: `HOST:PORT` of one that speaks as powerman's `vpcd` does; absent: `vpcd` itself. */
export async function startPowermand(controller = '/usr/sbin/vpcd |&'): Promise<Powermand> {
  const folder = await mkdtemp(join(tmpdir(), 'powerman-'));
  const port = await freePort();
  const config = join(folder, 'powerman.conf');
  const lines = [
    `listen "127.0.0.1:${String(port)}"`,
    `include "${SPECIFICATION}"`,
    `device "pdu" "vpc" "${controller}"`,
    'node "sw[0-15]" "pdu"',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const server = spawn(SERVER, ['-f', '-c', config], { stdio: 'ignore' });
  await listening(port, server);
  return {
    port,
    stop: async () => {
      await ended(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
