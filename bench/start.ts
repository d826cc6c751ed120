/** From the start of the process to the listening API, and what an idle node takes: 100 ports on pseudo terminals. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPty } from '../lab/consoles/pty.js';
import type { ConsolePort } from '../lab/consoles/console-port.js';
import type { BenchCase } from './bench-case.js';
import { residentMb, startNode, stopNode } from './node-process.js';
import type { RunningNode } from './node-process.js';

const PORTS = 100;
/** A node settles its consoles and caches before it counts as idle. */
const IDLE_AFTER_MS = 3000;

interface Bed {
  readonly folder: string;
  readonly ptys: readonly ConsolePort[];
}

async function makeBed(): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
  await mkdir(join(folder, 'site'));
  const ptys = await Promise.all(
    Array.from({ length: PORTS }, (_, i) => openPty(`bench${String(i)}`, undefined, () => undefined)),
  );
  const ports = ptys.map((pty, i) => ({
    port: `1/${String(i + 1)}`,
    driver: 'cisco-ios',
    console: { type: 'serial', path: pty.address, baudRate: 9600 },
  }));
  await writeFile(
    join(folder, 'site/portwright.json'),
    JSON.stringify({
      node: 'bench',
      dataDir: '../data',
      http: { listen: '127.0.0.1:0' },
      servers: { tftp: { listen: '127.0.0.1:0' } },
    }),
  );
  await writeFile(join(folder, 'site/ports.json'), JSON.stringify(ports));
  return { folder, ptys };
}

export function startCases(): readonly BenchCase[] {
  let bed: Bed | undefined;
  const frame = {
    betterIs: 'lower' as const,
    peerName: null,
    prepare: async () => {
      bed = await makeBed();
    },
    clean: async () => {
      for (const pty of bed?.ptys ?? []) await pty.close();
      if (bed !== undefined) await rm(bed.folder, { recursive: true, force: true });
    },
  };
  const withNode = async (figure: (node: RunningNode) => Promise<number>): Promise<number> => {
    if (bed === undefined) throw new Error('not prepared');
    const node = await startNode(bed.folder);
    try {
      return await figure(node);
    } finally {
      await stopNode(node);
    }
  };
  return [
    {
      ...frame,
      name: 'start 100 ports',
      unit: 'ms',
      goal: 500,
      ours: () => withNode(({ startMs }) => Promise.resolve(startMs)),
    },
    {
      ...frame,
      name: 'idle 100 ports',
      unit: 'MB',
      goal: 150,
      ours: () =>
        withNode(async (node) => {
          await new Promise((settled) => setTimeout(settled, IDLE_AFTER_MS));
          return residentMb(node.process.pid ?? 0);
        }),
    },
  ];
}
