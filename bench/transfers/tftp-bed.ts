/** A folder with one file, and TFTP servers that have it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from './tftp-servers.js';
import type { RunningServer, ServerName } from './tftp-servers.js';

/** Longer files have a hole: nobody has to write them. */
const MOST_NOISE_BYTES = 256e6;

export class TftpBed {
  folder = '';
  servers: RunningServer[] = [];

  async open(sizeBytes: number, names: readonly ServerName[]): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
    const file = join(this.folder, 'image.bin');
    await writeFile(file, randomBytes(Math.min(sizeBytes, MOST_NOISE_BYTES)));
    await truncate(file, sizeBytes);
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
