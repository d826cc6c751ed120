/**
 * Syslog through a whole node: parsed, told its port, decided by 1,000 rules, and in the history. Over TCP the sender is made
 * to wait, so that all of it arrives; over UDP at a fixed rate, what does not arrive is counted.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase } from './bench-case.js';
import { residentMb, startNode, stopNode } from './node-process.js';
import type { RunningNode } from './node-process.js';

const MESSAGES = 50_000;
const RULES = 1_000;
/** One in a hundred fires. */
const FIRES_EVERY = 100;
/** Of the case over UDP. */
const [UDP_PER_SECOND, UDP_SECONDS] = [5_000, 5];
/** One write of the sender, messages. */
const BATCH = 500;

interface Bed {
  readonly folder: string;
  readonly node: RunningNode;
  readonly token: string;
}

function rule(i: number): object {
  return {
    name: `rule-${String(i)}`,
    on: 'syslog.message',
    conditions: {
      all: [{ fact: 'event', path: '$.data.message', operator: 'matches', value: `%BENCH-5-R${String(i)}:` }],
    },
    throttle: { every: '1h', per: 'port' },
    actions: [{ setValue: { name: 'last', value: '{{rule}}' } }],
  };
}

function message(i: number): string {
  const fires = i % FIRES_EVERY === 0 ? `R${String(i % RULES)}` : 'NONE';
  return `<189>${String(i)}: *Mar  1 18:46:11.${String(i % 1000).padStart(3, '0')}: %BENCH-5-${fires}: interface Gi0/${String(i % 48)}, changed state to up`;
}

async function makeBed(): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
  await mkdir(join(folder, 'site/rules'), { recursive: true });
  const listen = '127.0.0.1:0';
  const main = { node: 'bench', dataDir: '../data', http: { listen }, syslog: { udp: listen, tcp: listen } };
  await writeFile(join(folder, 'site/portwright.json'), JSON.stringify(main));
  const port = { port: '1/1', driver: 'cisco-ios', management: { address: '127.0.0.1' } };
  await writeFile(join(folder, 'site/ports.json'), JSON.stringify([port]));
  await writeFile(
    join(folder, 'site/rules/all.json'),
    JSON.stringify(Array.from({ length: RULES }, (_, i) => rule(i))),
  );
  const node = await startNode(folder);
  const token = (await readFile(join(folder, 'data/token'), 'utf8')).trim();
  return { folder, node, token };
}

/** The ports of the listeners, as the node's log tells them. */
async function listener({ node }: Bed, transport: 'udp' | 'tcp'): Promise<number> {
  for (;;) {
    const told = node
      .said()
      .split('\n')
      .find((line) => line.includes('syslog listens') && line.includes(`"${transport}"`));
    const port = /127\.0\.0\.1:(\d+)/.exec(told ?? '')?.[1];
    if (port !== undefined) return Number(port);
    await sleep(20);
  }
}

/** Syslog messages in the history. */
async function stored({ node, token }: Bed): Promise<number> {
  const answer = await fetch(`${node.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const metrics = await answer.text();
  return Number(/^portwright_events_total\{[^}]*family="syslog"[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
}

/** Resolves when so many have come, or nothing more has for two seconds; returns how many. */
async function arrived(bed: Bed, wanted: number): Promise<number> {
  let [count, quiet] = [await stored(bed), 0];
  while (count < wanted && quiet < 20) {
    await sleep(100);
    const now = await stored(bed);
    quiet = now === count ? quiet + 1 : 0;
    count = now;
  }
  return count;
}

async function byTcp(bed: Bed): Promise<number> {
  const before = await stored(bed);
  const socket = connect(await listener(bed, 'tcp'), '127.0.0.1');
  await once(socket, 'connect');
  const began = performance.now();
  for (let i = 0; i < MESSAGES; i += BATCH) {
    const lines = Array.from({ length: BATCH }, (_, k) => `${message(before + i + k)}\n`).join('');
    if (!socket.write(lines)) await once(socket, 'drain');
  }
  socket.end();
  const count = (await arrived(bed, before + MESSAGES)) - before;
  if (count !== MESSAGES) throw new Error(`${String(count)} of ${String(MESSAGES)} arrived over TCP`);
  return MESSAGES / ((performance.now() - began) / 1000);
}

/** Part of the messages that did not arrive, per cent. */
async function byUdp(bed: Bed): Promise<number> {
  const before = await stored(bed);
  const [port, socket] = [await listener(bed, 'udp'), createSocket('udp4')];
  const began = performance.now();
  const total = UDP_PER_SECOND * UDP_SECONDS;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * UDP_PER_SECOND));
    for (; sent < due; sent += 1) socket.send(message(before + sent), port, '127.0.0.1');
    await sleep(2);
  }
  const count = (await arrived(bed, before + total)) - before;
  socket.close();
  return (100 * (total - count)) / total;
}

export function syslogCases(): readonly BenchCase[] {
  let bed: Bed | undefined;
  const withBed = (figure: (bed: Bed) => Promise<number>) => async (): Promise<number> => {
    bed ??= await makeBed();
    return figure(bed);
  };
  const last = async (): Promise<void> => {
    if (bed === undefined) return;
    await stopNode(bed.node);
    await rm(bed.folder, { recursive: true, force: true });
    bed = undefined;
  };
  return [
    {
      ...{
        name: 'syslog tcp 1000 rules',
        unit: 'messages/s',
        betterIs: 'higher',
        goal: 50_000,
        peerName: null,
        runs: 3,
      },
      ours: withBed(byTcp),
    },
    {
      ...{
        name: `syslog udp ${String(UDP_PER_SECOND)}/s lost`,
        unit: '%',
        betterIs: 'lower',
        goal: 0,
        peerName: null,
        runs: 3,
      },
      ours: withBed(byUdp),
    },
    {
      ...{ name: 'syslog resident memory', unit: 'MB', betterIs: 'lower', goal: 300, peerName: null, runs: 1 },
      ours: withBed(({ node }) => residentMb(node.process.pid ?? 0)),
      clean: last,
    },
  ];
}
