/** HTTP: our server beside nginx with curl as the client, and what one transfer of 4 GiB takes of memory. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../connectors/clock/system-random.js';
import { HttpClient } from '../../connectors/transfers/http-client.js';
import { HttpServer } from '../../connectors/transfers/http-server.js';
import type { Log } from '../../core/ports/log.js';
import type { FileSink, FileSource } from '../../core/ports/transfer.js';
import { ContentFolder } from '../../store/images/content-folder.js';
import { startNginx } from '../../test/connectors/transfers/foreign-http.js';
import type { ForeignServer } from '../../test/connectors/transfers/foreign-http.js';
import type { BenchCase } from '../bench-case.js';

const GIB = 1024 ** 3;
const MB = 1_000_000;
const HOST = '127.0.0.1';
const SAMPLE_MS = 20;
const nothing = (): void => undefined;
const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const run = promisify(execFile);

/** One stored file, read as the node reads its store, behind our server and behind nginx. */
class HttpBed {
  readonly #sizeBytes: number;
  #folder = '';
  #server: HttpServer | undefined;
  #nginx: ForeignServer | undefined;
  ourUrl = '';
  nginxPort = 0;
  nginxPath = '';

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'portwright-bench-http-'));
    const contents = new ContentFolder(this.#folder);
    const sha256 = 'a'.repeat(64);
    const path = contents.pathOf(sha256);
    await mkdir(dirname(path), { recursive: true });
    await this.#write(path);
    const source: FileSource = {
      ...{ fileName: 'image.bin', sizeBytes: this.#sizeBytes, sha256 },
      open: (range) => contents.read(sha256, range),
      openReader: () => contents.openReader(sha256),
    };
    const server = new HttpServer({
      host: HOST,
      port: 0,
      clock: new SystemClock(),
      random: new SystemRandom(),
      log: quiet,
    });
    await server.start();
    this.#server = server;
    const exposure = server.expose({ source, onProgress: nothing });
    this.ourUrl = `http://${HOST}:${exposure.port}/${exposure.path}`;
    this.#nginx = await startNginx(this.#folder, this.#folder);
    this.nginxPort = this.#nginx.port;
    this.nginxPath = `/${relative(this.#folder, path)}`;
  }

  async stop(): Promise<void> {
    await this.#nginx?.stop();
    await this.#server?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** MB/s as curl counts them. */
  async speed(url: string): Promise<number> {
    const { stdout } = await run('curl', [
      '-sS',
      '-f',
      '-o',
      '/dev/null',
      '-w',
      '%{speed_download} %{size_download}',
      url,
    ]);
    const [speed, size] = stdout.split(' ').map(Number);
    if (size !== this.#sizeBytes) throw new Error(`curl got ${String(size)} bytes`);
    return (speed ?? 0) / MB;
  }

  /** Up to a GiB is written in full; beyond, a hole costs no disk and reads the same. */
  async #write(path: string): Promise<void> {
    const file = await open(path, 'w');
    const block = Buffer.alloc(MB, 'portwright');
    if (this.#sizeBytes > GIB) await file.truncate(this.#sizeBytes);
    else
      for (let at = 0; at < this.#sizeBytes; at += MB) await file.write(block, 0, Math.min(MB, this.#sizeBytes - at));
    await file.close();
  }
}

/** Peak of the resident set above what it was before, MB. */
async function peakAbove(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const sample = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()));
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  sample();
  return (peak - before) / MB;
}

/** Our client fetches from nginx; what comes is counted and dropped. */
async function fetchAll(port: number, path: string, sizeBytes: number): Promise<void> {
  const sink: FileSink = { maxBytes: Infinity, heldBytes: 0, write: async () => {}, truncate: async () => {} };
  const client = new HttpClient({ method: 'http', clock: new SystemClock() });
  const { signal } = new AbortController();
  const limits = { stallMs: 60_000, totalMs: 600_000, signal, onProgress: nothing };
  const { bytes } = await client.get({ host: HOST, port, path }, sink, limits);
  if (bytes !== sizeBytes) throw new Error(`got ${String(bytes)} bytes`);
}

export function httpCases(): readonly BenchCase[] {
  const [fast, large] = [new HttpBed(GIB), new HttpBed(4 * GIB)];
  const memory = { unit: 'MB', betterIs: 'lower' as const, goal: 64, peerName: null };
  return [
    {
      ...{ name: 'http get', unit: 'MB/s', betterIs: 'higher', goal: 0.9, peerName: 'nginx' },
      prepare: () => fast.start(),
      ours: () => fast.speed(fast.ourUrl),
      peer: () => fast.speed(`http://${HOST}:${fast.nginxPort}${fast.nginxPath}`),
      clean: () => fast.stop(),
    },
    {
      ...{ ...memory, name: 'http server memory 4 GiB' },
      prepare: () => large.start(),
      ours: () => peakAbove(() => large.speed(large.ourUrl)),
      clean: () => large.stop(),
    },
    {
      ...{ ...memory, name: 'http client memory 4 GiB' },
      prepare: () => large.start(),
      ours: () => peakAbove(() => fetchAll(large.nginxPort, large.nginxPath, 4 * GIB)),
      clean: () => large.stop(),
    },
  ];
}
