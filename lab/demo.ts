/**
 * `npm run demo`: a node and the lab's router as processes of their own. The router logs a crash message three times, a
 * rule pushes the candidate OS, and what the job tells is printed as it happens. It knows the node by CLI and HTTP alone.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askLab } from './control-client.js';
import { isHealthy, NodeClient } from './demo/node-client.js';
import type { DemoEvent, DemoJob } from './demo/node-client.js';
import { Processes } from './demo/processes.js';
import { reportLines } from './demo/report.js';
import { CRASH_MESSAGE, CRASHES, DEVICE_NAME, IMAGE_NAME, PORT_NAME, writeScene } from './demo/scene.js';
import type { Scene } from './demo/scene.js';

/** Between two crash messages, wall-clock ms. */
const CRASH_EVERY_MS = 300;
/** A demonstration that takes longer has failed, ms. */
const DEADLINE_MS = 90_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function startNode(processes: Processes, scene: Scene): Promise<NodeClient> {
  const lab = processes.startLab(scene.labFile);
  const isLabUp = (): Promise<boolean> =>
    askLab(scene.controlSocket, { do: 'list' }).then(
      () => true,
      () => false,
    );
  await processes.ready(lab, isLabUp);
  say(`lab     Cisco 1760 at ${scene.console}`);
  const node = processes.startNode(scene.site);
  await processes.ready(node, async () => existsSync(scene.tokenFile) && (await isHealthy(scene.url)));
  const client = new NodeClient(scene.url, readFileSync(scene.tokenFile, 'utf8').trim());
  await processes.ready(node, async () => (await client.port(PORT_NAME)).console?.open === true);
  say(`node    ${scene.url}, token in ${scene.tokenFile}`);
  return client;
}

async function storeImage(processes: Processes, scene: Scene): Promise<void> {
  const token = readFileSync(scene.tokenFile, 'utf8').trim();
  await processes.portwright(['copy', scene.image, PORT_NAME, 'os', 'candidate'], scene.url, token);
  say(`image   ${IMAGE_NAME}, ${String(scene.imageBytes)} bytes, is candidate of ${PORT_NAME}`);
}

/** Prints what the first job tells until it has ended or waits for a person; resolves with its id. */
async function follow(events: AsyncIterable<DemoEvent>): Promise<string> {
  let job: string | undefined;
  for await (const { type, data } of events) {
    const { job: id = '', cause = '', action = '', line = '' } = data;
    if (job === undefined) {
      job = id;
      say(`job     ${id}: rule ${cause} starts ${action}\n`);
    }
    if (id !== job) continue;
    if (type === 'job.story') say(`  ${line}`);
    if (type === 'job.ended' || type === 'job.waiting') return id;
  }
  throw new Error('the node ended the event stream');
}

async function play(processes: Processes, scene: Scene): Promise<DemoJob> {
  const client = await startNode(processes, scene);
  await storeImage(processes, scene);
  const watching = new AbortController();
  const deadline = setTimeout(
    () => watching.abort(new Error(`no verdict within ${String(DEADLINE_MS / 1000)} s; see ${scene.site}`)),
    DEADLINE_MS,
  );
  const events = await client.events('job.*', watching.signal);
  say(`router  logs ${String(CRASHES)} times: ${CRASH_MESSAGE}`);
  const log = { do: 'log', device: DEVICE_NAME, text: CRASH_MESSAGE, times: CRASHES, everyMs: CRASH_EVERY_MS } as const;
  const [id] = await Promise.all([follow(events), askLab(scene.controlSocket, log)]);
  clearTimeout(deadline);
  const job = await client.job(id);
  say('');
  for (const line of reportLines(job, (await client.port(PORT_NAME)).facts ?? {})) say(line);
  say('');
  say(job.sentence);
  return job;
}

async function main(keep: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'portwright-demo-'));
  const processes = new Processes(folder);
  const interrupted = (): void => {
    void processes.stop().then(() => process.exit(130));
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const scene = await writeScene(folder);
  let succeeded = false;
  try {
    say(`Portwright demonstration in ${folder}`);
    const job = await play(processes, scene);
    succeeded = job.verdict === 'succeeded';
    say(succeeded ? 'Push OS succeeded.' : `Push OS did not succeed: ${job.verdict ?? job.state}.`);
  } catch (error) {
    say(`The demonstration failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (keep) {
    const pids = processes.release();
    say(`The node goes on at ${scene.url}, everything is in ${folder}. To end it: kill ${pids.join(' ')}`);
  } else {
    await processes.stop();
    if (succeeded) rmSync(folder, { recursive: true, force: true });
  }
  return succeeded ? 0 : 1;
}

process.exitCode = await main(process.argv.includes('--keep'));
