/** What transfers take of the memory: one long file, and a thousand transfers of one image. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BenchCase } from '../bench-case.js';
import { TftpBed } from './tftp-bed.js';
import { fetchOnce } from './tftp-clients.js';
import type { RunningServer } from './tftp-servers.js';

const LONG_FILE_BYTES = 4 * 2 ** 30;
const IMAGE_BYTES = 100 * 2 ** 20;
const CROWD = 1000;
/** The crowd goes on this long: all of it is under way, at many places of the file. */
const CROWD_SECONDS = 20;

async function crowd(server: RunningServer): Promise<void> {
  const program = join(import.meta.dirname, 'tftp-crowd.js');
  const args = [server.host, String(server.port), server.path, String(CROWD), String(CROWD_SECONDS)];
  const child = spawn('taskset', ['-c', '1', process.execPath, program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the crowd ended with ${String(code)}`);
}

export function memoryCases(): readonly BenchCase[] {
  const [long, image] = [new TftpBed(), new TftpBed()];
  const frame = { unit: 'MB', betterIs: 'lower', peerName: null, runs: 1 } as const;
  return [
    {
      ...{ ...frame, name: 'tftp 8192 w8, 4 GiB: memory above idle', goal: 64 },
      prepare: () => long.open(LONG_FILE_BYTES, ['ours']),
      clean: () => long.close(),
      ours: async () => {
        const server = long.server('ours');
        const idleMb = server.peakMb();
        await fetchOnce(server, { blockBytes: 8192, windowBlocks: 8 });
        return server.peakMb() - idleMb;
      },
    },
    {
      ...{ ...frame, name: 'tftp 1000 transfers of 100 MiB: memory', goal: 250 },
      prepare: () => image.open(IMAGE_BYTES, ['ours']),
      clean: () => image.close(),
      ours: async () => {
        await crowd(image.server('ours'));
        return image.server('ours').peakMb();
      },
    },
  ];
}
