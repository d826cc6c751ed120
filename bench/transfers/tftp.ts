/** TFTP: our server beside tftpd-hpa, atftpd and dnsmasq; atftp is the client of all. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase } from '../bench-case.js';
import { fetchOnce } from './tftp-clients.js';
import type { Asked } from './tftp-clients.js';
import { startServer } from './tftp-servers.js';
import type { RunningServer, ServerName } from './tftp-servers.js';

const MB = 1e6;

interface Row extends Asked {
  readonly name: string;
  readonly peer: ServerName;
  readonly sizeBytes: number;
  readonly goal: number;
}

/** One client, one file. */
const ROWS: readonly Row[] = [
  { name: 'tftp 1428 w16', peer: 'atftpd', blockBytes: 1428, windowBlocks: 16, sizeBytes: 64 * MB, goal: 0.8 },
  {
    name: 'tftp 1428 w16, tftpd-hpa without windows',
    ...{ peer: 'tftpd-hpa', blockBytes: 1428, windowBlocks: 16, sizeBytes: 64 * MB, goal: 1.4 },
  },
  { name: 'tftp 512 w1', peer: 'tftpd-hpa', blockBytes: 512, windowBlocks: 1, sizeBytes: 16 * MB, goal: 0.6 },
  { name: 'tftp 1428 w1', peer: 'tftpd-hpa', blockBytes: 1428, windowBlocks: 1, sizeBytes: 32 * MB, goal: 0.6 },
];

class Bed {
  folder = '';
  servers: RunningServer[] = [];

  async open(sizeBytes: number, names: readonly ServerName[]): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
    const file = join(this.folder, 'image.bin');
    await writeFile(file, randomBytes(sizeBytes));
    for (const name of names) this.servers.push(await startServer(name, file));
  }

  server(name: ServerName): RunningServer {
    const found = this.servers.find((server) => server.name === name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  }

  async close(): Promise<void> {
    for (const server of this.servers.splice(0)) await server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function oneClient({ name, peer, sizeBytes, goal, ...asked }: Row): BenchCase {
  const bed = new Bed();
  const rate = async (server: ServerName): Promise<number> =>
    sizeBytes / MB / (await fetchOnce(bed.server(server), asked));
  return {
    ...{ name, goal, unit: 'MB/s', betterIs: 'higher', peerName: peer },
    prepare: () => bed.open(sizeBytes, ['ours', peer]),
    clean: () => bed.close(),
    ours: () => rate('ours'),
    peer: () => rate(peer),
  };
}

export function tftpCases(): readonly BenchCase[] {
  return ROWS.map((row) => oneClient(row));
}
