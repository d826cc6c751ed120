/** TFTP clients of others, as many as wanted; they throw away what they get. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RunningServer } from './tftp-servers.js';

export interface Asked {
  readonly blockBytes: number;
  readonly windowBlocks: number;
}

/** Where clients run: the servers have core 0. */
const CLIENT_CORE = '1';
/** A client that takes longer is stopped, ms. */
const LONGEST_MS = 600_000;

/** Seconds that atftp takes for the whole file. */
export async function fetchOnce(server: RunningServer, asked: Asked, limitMs = LONGEST_MS): Promise<number> {
  const options = [`blksize ${asked.blockBytes}`, `windowsize ${asked.windowBlocks}`].flatMap((text) => [
    '--option',
    text,
  ]);
  const given = asked.windowBlocks === 1 ? options.slice(0, 2) : options;
  const own = asked.blockBytes === 512 && asked.windowBlocks === 1 ? [] : given;
  const what = ['-g', '-r', server.path, '-l', '/dev/null', server.host, String(server.port)];
  const began = performance.now();
  const client = spawn('taskset', ['-c', CLIENT_CORE, 'atftp', ...own, ...what], { stdio: 'ignore' });
  const timer = setTimeout(() => client.kill('SIGKILL'), limitMs);
  const [code] = (await once(client, 'exit')) as [number | null];
  clearTimeout(timer);
  if (code !== 0) throw new Error(`atftp of ${server.name} ended with ${String(code)}`);
  return (performance.now() - began) / 1000;
}

/** Seconds of each of `count` clients that begin together. */
export function fetchTogether(server: RunningServer, asked: Asked, count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => fetchOnce(server, asked)));
}
