/** Our HTTP against foreign programs: their clients fetch from our server and bring to it, our client fetches from theirs. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { HttpClient } from '../../../connectors/transfers/http-client.js';
import { HttpServer } from '../../../connectors/transfers/http-server.js';
import type { RemoteFile, TransferOptions } from '../../../core/ports/transfer.js';
import { makeCertificate } from '../../support/certificate.js';
import { requirePeer } from '../../support/peers.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { ContractFile } from './contract/contract-file.js';
import { startBusyboxHttpd, startNginx, startPythonHttp } from './foreign-http.js';
import type { ForeignServer } from './foreign-http.js';
import { MemorySink } from './memory-sink.js';

const HOST = '127.0.0.1';
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function runToEnd(command: string, args: readonly string[], cwd: string): Promise<{ code: unknown; text: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile(command, args, { cwd, env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, text: `${stdout}${stderr}` });
    });
  });
}

describe('HTTP with foreign programs', function () {
  this.timeout(30_000);
  let folder: string;
  const content = Buffer.alloc(5_000_001, 'every byte of this image is where it belongs; ');
  const sha256 = hashOf(content);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'http-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  describe('our server', () => {
    let server: HttpServer;
    const tls = makeCertificate();
    const onProgress = (): void => undefined;
    const start = async (secure: boolean): Promise<string> => {
      server = new HttpServer({
        ...{ host: HOST, port: 0, clock: new SystemClock(), random: new SeededRandom(1), log: silentLog },
        ...(secure ? { tls } : {}),
      });
      await server.start();
      await writeFile(join(folder, 'authorities.pem'), tls.certificate);
      return `${secure ? 'https' : 'http'}://${HOST}:${server.address.port}`;
    };
    const received = (): Promise<Buffer> => readFile(join(folder, 'received'));
    const run = async (command: string, args: readonly string[]): Promise<string> => {
      const { code, text } = await runToEnd(command, args, folder);
      expect(code, text).to.equal(0);
      return text;
    };

    afterEach(() => server.stop());

    const FETCHES: readonly (readonly [what: string, secure: boolean, command: string, args: readonly string[]])[] = [
      ['curl', false, 'curl', ['-sS', '-o', 'received']],
      ['curl over TLS', true, 'curl', ['-sS', '--cacert', 'authorities.pem', '-o', 'received']],
      ['curl with HTTP/1.0', false, 'curl', ['-sS', '--http1.0', '-o', 'received']],
      ['curl as compressed as it gets', false, 'curl', ['-sS', '--compressed', '-o', 'received']],
      ['busybox wget', false, 'busybox', ['wget', '-q', '-O', 'received']],
      ['wget', false, 'wget', ['-q', '-O', 'received']],
    ];
    for (const [what, secure, command, args] of FETCHES) {
      it(`${what} fetches a file`, async function () {
        requirePeer.call(this, command);
        const origin = await start(secure);
        const exposure = server.expose({ source: new ContractFile(content), onProgress });
        await run(command, [...args, `${origin}/${exposure.path}`]);
        expect(hashOf(await received())).to.equal(sha256);
        expect(exposure.fetches).to.deep.equal([{ peer: HOST, bytes: content.length, complete: true }]);
      });
    }

    it('curl resumes, and asks for ranges and the head', async function () {
      requirePeer.call(this, 'curl');
      const origin = await start(false);
      const file = new ContractFile(content);
      const { path } = server.expose({ source: file, onProgress });
      await writeFile(join(folder, 'received'), content.subarray(0, 1_234_567));
      await run('curl', ['-sS', '-C', '-', '-o', 'received', `${origin}/${path}`]);
      expect(hashOf(await received())).to.equal(sha256);
      expect(file.openedAt).to.deep.equal([1_234_567]);
      await run('curl', ['-sS', '-r', '100-199', '-o', 'received', `${origin}/${path}`]);
      expect(hashOf(await received())).to.equal(hashOf(content.subarray(100, 200)));
      const several = await run('curl', ['-sS', '-r', '0-9,100-109', `${origin}/${path}`]);
      expect(several.split('Content-Range')).to.have.length(3);
      const head = await run('curl', ['-sS', '-I', `${origin}/${path}`]);
      expect(head).to.include(`ETag: "${sha256}"`).and.include('Content-Length: 5000001');
    });

    it('busybox wget resumes', async function () {
      requirePeer.call(this, 'busybox');
      const origin = await start(false);
      const file = new ContractFile(content);
      const { path } = server.expose({ source: file, onProgress });
      await writeFile(join(folder, 'received'), content.subarray(0, 1_000_000));
      await run('busybox', ['wget', '-q', '-c', '-O', 'received', `${origin}/${path}`]);
      expect(hashOf(await received())).to.equal(sha256);
      expect(file.openedAt).to.deep.equal([1_000_000]);
    });

    for (const secure of [false, true]) {
      it(`curl brings a file${secure ? ' over TLS' : ''}, with 100 (Continue)`, async function () {
        requirePeer.call(this, 'curl');
        const origin = await start(secure);
        await writeFile(join(folder, 'sent'), content);
        const sink = new MemorySink();
        const exposure = server.accept({ sink, onProgress });
        await run('curl', ['-sS', '-f', '--cacert', 'authorities.pem', '-T', 'sent', `${origin}/${exposure.path}`]);
        expect(hashOf(sink.content)).to.equal(sha256);
        expect(exposure.fetches).to.deep.equal([{ peer: HOST, bytes: content.length, complete: true, sha256 }]);
      });
    }

    it('curl is told that there is no space, before and in the middle', async function () {
      requirePeer.call(this, 'curl');
      const origin = await start(false);
      await writeFile(join(folder, 'sent'), content);
      for (const [sink, status] of [
        [new MemorySink({ maxBytes: 1000 }), '413'],
        [new MemorySink({ fullAtBytes: 1_000_000 }), '507'],
      ] as const) {
        const { path } = server.accept({ sink, onProgress });
        const { text } = await runToEnd(
          'curl',
          ['-s', '-w', '%{http_code}', '-T', 'sent', `${origin}/${path}`],
          folder,
        );
        expect(text).to.include(status);
      }
    });
  });

  describe('our client', () => {
    const SERVERS: readonly (readonly [
      what: string,
      peer: string,
      resumes: boolean,
      start: (files: string, scratch: string) => Promise<ForeignServer>,
    ])[] = [
      ['nginx', 'nginx', true, startNginx],
      ['busybox httpd', 'busybox', true, startBusyboxHttpd],
      // No entity tag: what is held cannot be known to be of the same file.
      ['a server that ignores ranges', '/usr/bin/python3', false, startPythonHttp],
    ];
    for (const [what, peer, resumes, start] of SERVERS) {
      it(`fetches from ${what}, and ${resumes ? 'goes on' : 'begins anew'} after a break`, async function () {
        requirePeer.call(this, peer);
        await writeFile(join(folder, 'image.bin'), content);
        const server = await start(folder, folder);
        try {
          const client = new HttpClient({ method: 'http', clock: new SystemClock() });
          const remote: RemoteFile = { host: HOST, port: server.port, path: '/image.bin' };
          const options = (signal: AbortSignal): TransferOptions => ({
            ...{ stallMs: 10_000, totalMs: 20_000, signal, onProgress: () => undefined },
          });
          const whole = new MemorySink();
          const never = new AbortController().signal;
          expect(await client.get(remote, whole, options(never))).to.deep.equal({ bytes: content.length, sha256 });
          expect(hashOf(whole.content)).to.equal(sha256);
          const broken = new AbortController();
          const first = new MemorySink();
          const ended = client.get(remote, first, options(broken.signal)).catch(() => 'broken off');
          await first.holds(500_000);
          broken.abort(new Error('a pause'));
          expect(await ended).to.equal('broken off');
          const second = new MemorySink({ held: first.content });
          const moved = await client.get(remote, second, options(never));
          expect(hashOf(second.content)).to.equal(sha256);
          expect(moved).to.deep.equal({ bytes: content.length, ...(resumes ? {} : { sha256 }) });
          const missing = client.get({ ...remote, path: '/nothing.bin' }, new MemorySink(), options(never));
          expect(await missing.catch((error: unknown) => String(error))).to.include('did not find /nothing.bin: 404');
        } finally {
          await server.stop();
        }
      });
    }
  });
});
