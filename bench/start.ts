/** From the start of the process to the listening API, and what an idle node takes: 100 ports on pseudo terminals. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openPty } from '../lab/consoles/pty.js';
import type { ConsolePort } from '../lab/consoles/console-port.js';
import type { BenchCase } from './bench-case.js';

const PORTS = 100;
const PORTWRIGHT = resolve(import.meta.dirname, '../../bin/portwright.mjs');
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

async function started(bed: Bed): Promise<{ readonly node: ChildProcess; readonly ms: number }> {
  const began = performance.now();
  const node = spawn(process.execPath, [PORTWRIGHT, 'serve', join(bed.folder, 'site')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  node.stderr.on('data', (text: Buffer) => (said += text.toString()));
  for await (const line of createInterface({ input: node.stdout })) {
    if (/127\.0\.0\.1:\d+/.test(line)) return { node, ms: performance.now() - began };
  }
  throw new Error(`the node ended before it listened:\n${said}`);
}

async function ended(node: ChildProcess): Promise<void> {
  node.kill('SIGTERM');
  await once(node, 'exit');
}

/** Resident set of a process, MB (Linux: VmRSS of /proc/PID/status). */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
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
  const withNode = async (figure: (node: ChildProcess, ms: number) => Promise<number>): Promise<number> => {
    if (bed === undefined) throw new Error('not prepared');
    const { node, ms } = await started(bed);
    try {
      return await figure(node, ms);
    } finally {
      await ended(node);
    }
  };
  return [
    {
      ...frame,
      name: 'start 100 ports',
      unit: 'ms',
      goal: 500,
      ours: () => withNode((_node, ms) => Promise.resolve(ms)),
    },
    {
      ...frame,
      name: 'idle 100 ports',
      unit: 'MB',
      goal: 150,
      ours: () =>
        withNode(async (node) => {
          await new Promise((settled) => setTimeout(settled, IDLE_AFTER_MS));
          return residentMb(node.pid ?? 0);
        }),
    },
  ];
}
