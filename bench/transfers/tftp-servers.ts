/** TFTP servers as processes of their own, ours and the peers, all with the same file; pinned to one core. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { freeUdpPort } from '../../lab/free-ports.js';
import { findAtftpd } from './find-atftpd.js';

export const PEERS = ['tftpd-hpa', 'atftpd', 'dnsmasq'] as const;
/** `native`: ours with the native sender, where it was built. */
export type ServerName = 'ours' | 'native' | (typeof PEERS)[number];

export interface RunningServer {
  readonly name: ServerName;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** User and system time so far, with ended children, seconds. */
  cpuSeconds(): number;
  /** Largest resident set so far, MB. */
  peakMb(): number;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** dnsmasq knows no other port than 69: an address of the loopback that nobody else has. */
const DNSMASQ_HOST = '127.0.65.69';
const ROOT = resolve(import.meta.dirname, '../../..');
/** Linux: clock ticks a second (sysconf(_SC_CLK_TCK)). */
const TICKS = 100;
const pinned = (core: number, command: string, args: readonly string[]): string[] => [
  ...['-c', String(core), command],
  ...args,
];

/** `core`: where it runs. */
export async function startServer(name: ServerName, file: string, core = 0): Promise<RunningServer> {
  if (name === 'ours' || name === 'native') return startOurs(name, file, core);
  const port = name === 'dnsmasq' ? 69 : await freeUdpPort();
  const host = name === 'dnsmasq' ? DNSMASQ_HOST : HOST;
  const [command, args] = await commandOf(name, port, dirname(file));
  const child = spawn('taskset', pinned(core, command, args), { stdio: 'ignore' });
  await untilBound(port, child);
  return running(name, child, { host, port, path: basename(file) });
}

async function startOurs(name: 'ours' | 'native', file: string, core: number): Promise<RunningServer> {
  const program = join(import.meta.dirname, 'tftp-ours.js');
  const args = pinned(core, process.execPath, [program, file, name]);
  const child = spawn('taskset', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const [port = '', path = ''] = line.split(' ');
    return running(name, child, { host: HOST, port: Number(port), path });
  }
  throw new Error('our server ended before it listened');
}

async function commandOf(
  name: (typeof PEERS)[number],
  port: number,
  folder: string,
): Promise<readonly [string, readonly string[]]> {
  switch (name) {
    case 'tftpd-hpa':
      return [
        '/usr/sbin/in.tftpd',
        ['--foreground', '--listen', '--address', `${HOST}:${port}`, '--secure', '-u', 'root', folder],
      ];
    case 'atftpd': {
      const found = await findAtftpd(ROOT);
      if ('missing' in found) throw new Error(`atftpd: ${found.missing}`);
      const who = ['--user', 'root.root', '--group', 'root'];
      const how = ['--daemon', '--no-fork', '--logfile', '-', '--maxthread', '300'];
      return [found.path, [...how, ...who, '--bind-address', HOST, '--port', String(port), folder]];
    }
    case 'dnsmasq': {
      const how = ['--no-daemon', '--port=0', '--conf-file=/dev/null', '--user=root', '--bind-interfaces'];
      const what = [`--listen-address=${DNSMASQ_HOST}`, '--enable-tftp', `--tftp-root=${folder}`, '--tftp-max=300'];
      return ['dnsmasq', [...how, ...what]];
    }
  }
}

function running(
  name: ServerName,
  child: ChildProcess,
  at: { readonly host: string; readonly port: number; readonly path: string },
): RunningServer {
  return {
    name,
    ...at,
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    peakMb: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8'))?.[1]) / 1024,
    stop: async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** proc_pid_stat(5): utime, stime, cutime, cstime are fields 14 to 17; the name in field 2 may hold blanks. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

/** proc/net/udp lists local address and port in hexadecimal. */
async function untilBound(port: number, child: ChildProcess): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  while (child.exitCode === null) {
    if (readFileSync('/proc/net/udp', 'utf8').includes(wanted)) return;
    await new Promise((next) => setTimeout(next, 10));
  }
  throw new Error('the server ended before it listened');
}
