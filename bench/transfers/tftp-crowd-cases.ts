/** Many clients of one server at once: through a relay that makes the way longer, and all pulling one image. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BenchCase } from '../bench-case.js';
import { TftpBed } from './tftp-bed.js';
import { fetchTogether } from './tftp-clients.js';
import { PEERS } from './tftp-servers.js';
import type { RunningServer } from './tftp-servers.js';

const MB = 1e6;
const RELAY_CLIENTS = 16;
const RELAY_FILE_BYTES = 4 * MB;
const CLIENTS = 200;
/** 64 MiB for each of 200 takes an hour with all servers: `PORTWRIGHT_BENCH_FULL=1`. */
const IMAGE_BYTES = process.env['PORTWRIGHT_BENCH_FULL'] === '1' ? 64 * 2 ** 20 : 2 * 2 ** 20;
const LOCK_STEP = { blockBytes: 1428, windowBlocks: 1 } as const;

/** MB/s of all together through a relay of its own. */
async function throughRelay(server: RunningServer): Promise<number> {
  const relay = spawn(
    'taskset',
    ['-c', '1', process.execPath, join(import.meta.dirname, 'tftp-relay.js'), server.host, String(server.port)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const port = await firstNumber(relay);
    const seconds = await fetchTogether({ ...server, host: '127.0.0.1', port }, LOCK_STEP, RELAY_CLIENTS);
    return (RELAY_CLIENTS * RELAY_FILE_BYTES) / MB / Math.max(...seconds);
  } finally {
    relay.kill();
    if (relay.exitCode === null && relay.signalCode === null) await once(relay, 'exit');
  }
}

async function firstNumber(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) return Number(line);
  throw new Error('it ended without a word');
}

function relayCase(): BenchCase {
  const bed = new TftpBed();
  return {
    ...{ name: 'tftp 1428 w1, 16 clients, 0.5 ms away', unit: 'MB/s', betterIs: 'higher', goal: 0.7, runs: 3 },
    peerName: 'best of tftpd-hpa, atftpd, dnsmasq',
    prepare: () => bed.open(RELAY_FILE_BYTES, ['ours', ...PEERS]),
    clean: () => bed.close(),
    ours: () => throughRelay(bed.server('ours')),
    peer: async () => {
      const rates = [];
      for (const name of PEERS) rates.push(await throughRelay(bed.server(name)));
      return Math.max(...rates);
    },
  };
}

interface Crowd {
  readonly rate: number;
  readonly slowestOverMedian: number;
  readonly cpuSecondsPerGb: number;
  readonly peakMb: number;
}

async function crowd(server: RunningServer): Promise<Crowd> {
  const before = server.cpuSeconds();
  const seconds = (await fetchTogether(server, LOCK_STEP, CLIENTS)).sort((a, b) => a - b);
  const [slowest, median] = [seconds.at(-1) ?? 0, seconds[CLIENTS / 2] ?? 0];
  const bytes = CLIENTS * IMAGE_BYTES;
  return {
    rate: bytes / MB / slowest,
    slowestOverMedian: slowest / median,
    cpuSecondsPerGb: ((server.cpuSeconds() - before) / bytes) * 1e9,
    peakMb: server.peakMb(),
  };
}

/** One run of 200 clients tells four figures. */
function imageCases(): readonly BenchCase[] {
  const bed = new TftpBed();
  const name = `tftp 1428 w1, 200 clients, ${IMAGE_BYTES / 2 ** 20} MiB`;
  let ours: Crowd | undefined;
  let best: Crowd | undefined;
  const told = (value: number | undefined): Promise<number> => Promise.resolve(value ?? Number.NaN);
  const lower = { betterIs: 'lower', runs: 1 } as const;
  return [
    {
      ...{ name, unit: 'MB/s', betterIs: 'higher', goal: 0.7, runs: 1 },
      peerName: 'best of tftpd-hpa, atftpd, dnsmasq',
      prepare: () => bed.open(IMAGE_BYTES, ['ours', ...PEERS]),
      clean: () => bed.close(),
      ours: async () => {
        ours = await crowd(bed.server('ours'));
        return ours.rate;
      },
      peer: async () => {
        for (const peer of PEERS) {
          const run = await crowd(bed.server(peer));
          if (best === undefined || run.rate > best.rate) best = run;
        }
        return best?.rate ?? Number.NaN;
      },
    },
    {
      ...{ ...lower, name: `${name}: memory`, unit: 'MB', goal: 150, peerName: null },
      ours: () => told(ours?.peakMb),
    },
    {
      ...{ ...lower, name: `${name}: slowest over median`, unit: 'times', goal: 1.5, peerName: null },
      ours: () => told(ours?.slowestOverMedian),
    },
    {
      ...{ ...lower, name: `${name}: CPU`, unit: 's/GB', goal: 0.7, peerName: 'the fastest peer' },
      ours: () => told(ours?.cpuSecondsPerGb),
      peer: () => told(best?.cpuSecondsPerGb),
    },
  ];
}

/** As many switches as one maintenance window has, each with its own client of others, from one stored image. */
const SWITCHES = 16;
const SWITCH_IMAGE_BYTES = 100 * 2 ** 20;
/** What EXOS asks for by itself. */
const AS_EXOS = { blockBytes: 1400, windowBlocks: 1 };

function switchesCases(): readonly BenchCase[] {
  const bed = new TftpBed();
  const name = `tftp 1400 w1, ${SWITCHES} switches, ${SWITCH_IMAGE_BYTES / 2 ** 20} MiB`;
  let grownMb = Number.NaN;
  const together = async (server: RunningServer): Promise<number> => {
    const seconds = await fetchTogether(server, AS_EXOS, SWITCHES);
    return (SWITCHES * SWITCH_IMAGE_BYTES) / MB / Math.max(...seconds);
  };
  return [
    {
      ...{ name, unit: 'MB/s', betterIs: 'higher', goal: 0.7, runs: 1, peerName: 'best of tftpd-hpa, atftpd, dnsmasq' },
      prepare: () => bed.open(SWITCH_IMAGE_BYTES, ['ours', ...PEERS]),
      clean: () => bed.close(),
      ours: async () => {
        const idleMb = bed.server('ours').peakMb();
        const rate = await together(bed.server('ours'));
        grownMb = bed.server('ours').peakMb() - idleMb;
        return rate;
      },
      peer: async () => {
        const rates = [];
        for (const peer of PEERS) rates.push(await together(bed.server(peer)));
        return Math.max(...rates);
      },
    },
    {
      // Under the size of the image: nobody holds a copy of it.
      ...{ name: `${name}: memory above idle`, unit: 'MB', betterIs: 'lower', goal: 64, runs: 1, peerName: null },
      ours: () => Promise.resolve(grownMb),
    },
  ];
}

export function crowdCases(): readonly BenchCase[] {
  return [relayCase(), ...switchesCases(), ...imageCases()];
}
