/** How long a fleet's facts take over SSH, beside netmiko and Ansible: the waiting of one engineer who asks for all. */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { BenchCase } from '../bench-case.js';
import { ansible, netmiko } from './peers.js';
import type { FleetRead, ReadFleet } from './peers.js';

interface Row {
  readonly count: number;
  readonly goal: number;
  readonly runs: number;
  readonly peerName: string;
  readonly peer: ReadFleet;
}

const ROWS: readonly Row[] = [
  { count: 50, goal: 5, runs: 5, peerName: 'netmiko, 50 threads', peer: netmiko },
  { count: 50, goal: 50, runs: 1, peerName: 'Ansible, 50 forks', peer: ansible },
  { count: 500, goal: 5, runs: 3, peerName: 'netmiko, 500 threads', peer: netmiko },
];

/** The built file, or the source where the sources run. */
const beside = (name: string): string =>
  join(import.meta.dirname, `${name}${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);

const portwright: ReadFleet = async (port, count) => {
  const args = [...process.execArgv, beside('read-fleet'), String(port), String(count)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as FleetRead;
};

/** Seconds of all processors together that were not idle, since the machine was started. */
function busySeconds(): number {
  const ms = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return ms.reduce((sum, each) => sum + each, 0) / 1_000;
}

function fleetCase({ count, peer, peerName, ...frame }: Row): BenchCase {
  let devices: ChildProcess | undefined;
  let port = 0;
  const used = { ours: [] as number[], peer: [] as number[] };
  const read = async (side: 'ours' | 'peer', by: ReadFleet): Promise<number> => {
    const before = busySeconds();
    const { right, seconds } = await by(port, count);
    used[side].push(busySeconds() - before);
    if (right !== count) throw new Error(`${side}: ${String(right)} of ${String(count)} devices were read rightly`);
    return seconds;
  };
  const least = (figures: readonly number[]): string => Math.min(...figures).toFixed(1);
  return {
    ...{ name: `facts ${String(count)}, ${peerName.split(',')[0] ?? ''}`, betterIs: 'lower', ...frame },
    ...{ unit: `s for the facts of ${String(count)} devices over SSH`, peerName },
    prepare: async () => {
      const child = spawn(process.execPath, [...process.execArgv, beside('fixed-device')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      devices = child;
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      port = (JSON.parse(line) as { readonly port: number }).port;
    },
    ours: () => read('ours', portwright),
    peer: () => read('peer', peer),
    clean: async () => {
      if (devices === undefined) return;
      const exit = once(devices, 'exit');
      devices.kill();
      await exit;
    },
    remark: () => `processor seconds of the machine, devices included: ${least(used.ours)} beside ${least(used.peer)}`,
  };
}

export const fleetCases = (): readonly BenchCase[] => ROWS.map(fleetCase);
