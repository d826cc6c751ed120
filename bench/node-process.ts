/** A built node as a process of its own: what benchmarks measure from outside. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PORTWRIGHT = resolve(import.meta.dirname, '../../bin/portwright.mjs');

export interface RunningNode {
  readonly process: ChildProcess;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** From the start of the process to the listening API. */
  readonly startMs: number;
  /** What it has printed so far. */
  said(): string;
}

/** Resolves when its API listens. */
export async function startNode(folder: string): Promise<RunningNode> {
  const began = performance.now();
  const node = spawn(process.execPath, [PORTWRIGHT, 'serve', join(folder, 'site')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORTWRIGHT_LOG: 'info' },
  });
  let said = '';
  node.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const lines = createInterface({ input: node.stdout });
  return new Promise((settle, reject) => {
    lines.on('line', (line) => {
      said += `${line}\n`;
      const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port === undefined) return;
      settle({ process: node, url: `http://127.0.0.1:${port}`, startMs: performance.now() - began, said: () => said });
    });
    node.once('exit', () => reject(new Error(`the node ended before it listened:\n${said}`)));
  });
}

export async function stopNode({ process: node }: RunningNode): Promise<void> {
  if (node.exitCode !== null) return;
  node.kill('SIGTERM');
  await once(node, 'exit');
}

/** Resident set of a process, MB (Linux: VmRSS of /proc/PID/status). */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
