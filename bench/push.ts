/**
 * What a push costs the node: memory while a hundred run at once, what the journal takes of each step, and where the time
 * of one goes. Routers of the lab on pseudo terminals, in a process of their own; every byte by TFTP.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freeUdpPort } from '../lab/free-ports.js';
import { makeImage } from '../lab/image.js';
import type { BenchCase } from './bench-case.js';
import { residentMb, startNode, stopNode } from './node-process.js';
import type { RunningNode } from './node-process.js';

const AT_ONCE = 100;
/** The router's own idea of where the node is; the lab's network leads it to the loopback. */
const SERVER_ADDRESS = '10.10.10.254';
const FILE_NAME = 'c1700-y-mz.123-1a.bin';
const IMAGE_BYTES = 4 * 2 ** 20;
/** Devices' time against the clock's. */
const TIME_SCALE = 50;
const LOOK_EVERY_MS = 100;
/** Steps in which the device works and the node waits for it. */
const DEVICES_OWN: readonly string[] = ['stage', 'verify', 'reload', 'bootWatch'];

interface Job {
  readonly id: string;
  readonly state: string;
  readonly verdict?: string;
  readonly sentence: string;
  readonly steps: readonly { readonly step: string; readonly phase: string; readonly at: string }[];
}

interface Bed {
  readonly folder: string;
  readonly lab: ChildProcess;
  readonly node: RunningNode;
  readonly token: string;
}

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `r${String(i + 1)}`);

/** The built lab, or its source where the sources run. */
const LAB = join(import.meta.dirname, `../lab/main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);

async function makeBed(count: number): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'portwright-bench-'));
  const tftpAt = `127.0.0.1:${String(await freeUdpPort())}`;
  const write = (path: string, content: object): Promise<void> =>
    writeFile(join(folder, path), JSON.stringify(content));
  await mkdir(join(folder, 'site'));
  await write('lab.json', {
    ...{ folder: join(folder, 'lab'), timeScale: TIME_SCALE, agent: 'foreign' },
    network: { tftp: { [SERVER_ADDRESS]: tftpAt } },
    devices: names(count).map((name) => ({
      ...{ name, device: 'cisco-1760', upFor: '862m', console: { type: 'pty' } },
    })),
  });
  await write('site/portwright.json', {
    ...{
      node: 'bench',
      dataDir: '../data',
      http: { listen: '127.0.0.1:0' },
    },
    servers: { address: SERVER_ADDRESS, tftp: { listen: tftpAt } },
  });
  const ports = names(count).map((name, i) => ({
    ...{ port: `1/${String(i + 1)}`, driver: 'cisco-ios', management: { address: '127.0.0.1' } },
    console: { type: 'serial', path: join(folder, 'lab', name, 'console'), baudRate: 9600 },
    settings: { rebootTimeout: '60s' },
  }));
  await write('site/ports.json', ports);
  const lab = spawn(process.execPath, [...process.execArgv, LAB, 'start', join(folder, 'lab.json'), '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: lab.stdout }), 'line');
  const node = await startNode(folder).catch((error: unknown) => {
    lab.kill();
    throw error;
  });
  return { folder, lab, node, token: (await readFile(join(folder, 'data/token'), 'utf8')).trim() };
}

async function endBed({ folder, lab, node }: Bed): Promise<void> {
  await stopNode(node);
  const exit = once(lab, 'exit');
  lab.kill();
  await exit;
  await rm(folder, { recursive: true, force: true });
}

async function request(
  { node, token }: Bed,
  method: string,
  path: string,
  body?: { readonly type: string; readonly content: string | Buffer },
): Promise<unknown> {
  const answer = await fetch(`${node.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': body.type }) },
    ...(body === undefined ? {} : { body: body.content }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
  return answer.json();
}

interface Pushed {
  readonly jobs: readonly Job[];
  readonly peakMb: number;
}

/** Pushes to every port at once. Errors: a push that did not succeed. */
async function pushAll(count: number): Promise<Pushed> {
  const bed = await makeBed(count);
  try {
    const image = Buffer.from(makeImage({ vendor: 'cisco', family: 'c1700', version: '12.3(1a)' }, IMAGE_BYTES));
    const ports = names(count).map((_, i) => `1/${String(i + 1)}`);
    for (const port of ports)
      await request(bed, 'PUT', `/ports/${encodeURIComponent(port)}/os/candidate?fileName=${FILE_NAME}`, {
        ...{ type: 'application/octet-stream', content: image },
      });
    const ids: string[] = [];
    for (const port of ports) {
      const content = JSON.stringify({ port, action: 'pushOs', params: { version: 'candidate' } });
      ids.push(((await request(bed, 'POST', '/jobs', { type: 'application/json', content })) as Job).id);
    }
    const pid = bed.node.process.pid ?? 0;
    const jobs: Job[] = [];
    let peakMb = 0;
    for (const id of ids) {
      for (;;) {
        peakMb = Math.max(peakMb, await residentMb(pid));
        const job = (await request(bed, 'GET', `/jobs/${id}`)) as Job;
        if (job.state !== 'ended') await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        else if (job.verdict !== 'succeeded') throw new Error(job.sentence);
        else {
          jobs.push(job);
          break;
        }
      }
    }
    return { jobs, peakMb };
  } finally {
    await endBed(bed);
  }
}

interface Spent {
  readonly step: string;
  readonly seconds: number;
}

/** From the record that a step is intended to the one that it is done. */
function spent({ steps }: Job): readonly Spent[] {
  return steps.flatMap(({ step, phase, at }, i) => {
    const done = steps[i + 1];
    if (phase !== 'intended' || done?.phase !== 'done') return [];
    return [{ step, seconds: (Date.parse(done.at) - Date.parse(at)) / 1_000 }];
  });
}

/** What lies between a step that is done and the next that is intended: one of the two writes of each step, ms. */
function betweenSteps({ steps }: Job): number {
  const gaps = steps.flatMap(({ phase, at }, i) => {
    const next = steps[i + 1];
    return phase === 'done' && next?.phase === 'intended' ? [Date.parse(next.at) - Date.parse(at)] : [];
  });
  return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}

const WRITES_A_STEP = 2;

function told(rows: readonly Spent[]): string {
  const all = rows.reduce((sum, { seconds }) => sum + seconds, 0);
  const own = rows.filter(({ step }) => DEVICES_OWN.includes(step)).reduce((sum, { seconds }) => sum + seconds, 0);
  const table = rows
    .filter(({ seconds }) => seconds >= 0.05)
    .map(({ step, seconds }) => `${step} ${seconds.toFixed(2)}`);
  return `${all.toFixed(1)} s in its steps, ${((100 * own) / all).toFixed(0)} % of it in those of the device (${DEVICES_OWN.join(', ')}): ${table.join(', ')}`;
}

export function pushCases(): readonly BenchCase[] {
  let rows: readonly Spent[] = [];
  return [
    {
      ...{ name: 'push alone', unit: 'ms of the journal a step', betterIs: 'lower', goal: 2, peerName: null, runs: 3 },
      ours: async () => {
        const [job] = (await pushAll(1)).jobs;
        if (job === undefined) throw new Error('no job');
        rows = spent(job);
        return WRITES_A_STEP * betweenSteps(job);
      },
      remark: () => told(rows),
    },
    {
      ...{ name: `push ${String(AT_ONCE)} at once`, unit: 'MB resident at the peak', betterIs: 'lower', goal: 400 },
      ...{ peerName: null, runs: 1 },
      ours: async () => (await pushAll(AT_ONCE)).peakMb,
    },
  ];
}
