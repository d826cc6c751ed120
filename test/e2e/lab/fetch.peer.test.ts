/** A node that is killed while it fetches an image by URL: the job goes on after the restart, and the password is nowhere. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { NodeProcess } from './node-process.js';

const PASSWORD = 'canary-7f3a9c';
const PORT = encodeURIComponent('1/1');
const CONTENT = seededBytes(11, 2_000_000);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

/** The first answer stands still in the middle; all later ones are whole. */
class StallingServer {
  #tellStalled: () => void = () => undefined;
  readonly stalled = new Promise<void>((resolve) => (this.#tellStalled = resolve));
  readonly logins: string[] = [];
  readonly #server = createServer((request, response) => {
    this.logins.push(request.headers.authorization ?? '');
    this.#answer(response);
  });
  #answers = 0;

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(response: ServerResponse): void {
    response.writeHead(200, { 'content-length': CONTENT.length, etag: '"one"' });
    this.#answers += 1;
    if (this.#answers > 1) response.end(CONTENT);
    else response.write(CONTENT.subarray(0, CONTENT.length / 2), () => this.#tellStalled());
  }
}

async function everything(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
}

describe('copy by URL through a node', function () {
  this.timeout(60_000);
  let folder = '';
  let server: StallingServer;
  const nodes: NodeProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fetch-'));
    server = new StallingServer();
    await mkdir(join(folder, 'site'));
    const main = {
      ...{ node: 'n1', dataDir: '../data', http: { listen: '127.0.0.1:0' } },
      secrets: { vendor: { username: 'me', password: 'file:../word' } },
    };
    await writeFile(join(folder, 'word'), PASSWORD);
    await writeFile(join(folder, 'site', 'portwright.json'), JSON.stringify(main));
    const port = { port: '1/1', driver: 'cisco-ios', management: { address: '127.0.0.1' } };
    await writeFile(join(folder, 'site', 'ports.json'), JSON.stringify([port]));
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.kill();
    server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const node = (): NodeProcess => {
    const started = new NodeProcess(join(folder, 'site'), join(folder, 'data'), []);
    nodes.push(started);
    return started;
  };

  it('ends with the exact file after SIGKILL in the middle', async () => {
    const url = `http://127.0.0.1:${String(await server.start())}/image.bin`;
    const first = node();
    const params = { url, version: 'candidate', credentials: 'vendor', sha256: SHA256 };
    const body = { port: '1/1', action: 'fetchOs', params };
    const { id } = (await first.request('POST', '/jobs', body)) as { id: string };
    await server.stalled;
    await first.kill();
    const second = node();
    const job = await second.ended(id);
    expect(job.verdict, job.sentence).to.equal('succeeded');
    const { files } = (await second.request('GET', `/ports/${PORT}/directory`)) as { files: object[] };
    expect(files).to.have.lengthOf(1);
    expect(files[0]).to.include({ version: 'candidate', sha256: SHA256, fileName: 'image.bin' });
    const login = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;
    expect(server.logins).to.deep.equal([login, login]);
    expect(await readdir(join(folder, 'data', 'images', 'partial'))).to.deep.equal([]);
    await second.terminate();
    const left = await everything(join(folder, 'data'));
    expect(left).to.include('fetchOs').and.not.include(PASSWORD);
  });
});
