import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { createServer as createTls } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { HttpClient } from '../../../connectors/transfers/http-client.js';
import { HttpServer } from '../../../connectors/transfers/http-server.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { codeOf } from '../../../core/errors/index.js';
import type { MovedFile, RemoteFile, TransferOptions } from '../../../core/ports/transfer.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { makeCertificate } from '../../support/certificate.js';
import { FakeClock } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { ContractFile } from './contract/contract-file.js';
import { MemorySink } from './memory-sink.js';

const HOST = '127.0.0.1';
const CONTENT = seededBytes(11, 5000);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
/** What a request is answered with: the head, then so much of the content, then the end. */
type Script = (request: string) => { head: string; from?: number; until?: number; reset?: boolean };

describe('connectors/transfers/http-client', () => {
  let clock: FakeClock;
  let server: Server;
  let port: number;
  let requests: string[];
  let sockets: Set<Socket>;

  const serve = async (script: Script): Promise<void> => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      let got = '';
      socket.on('data', (bytes: Buffer) => {
        got += bytes.toString('latin1');
        if (!got.includes('\r\n\r\n')) return;
        requests.push(got);
        const { head, from = 0, until = CONTENT.length, reset = false } = script(got);
        got = '';
        socket.write(`${head}\r\n\r\n`);
        socket.write(CONTENT.subarray(from, until), () => {
          if (reset) socket.resetAndDestroy();
          else socket.end();
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    port = (server.address() as AddressInfo).port;
  };
  const options = (): TransferOptions => ({
    ...{ stallMs: 60_000, totalMs: 600_000, signal: new AbortController().signal, onProgress: () => undefined },
  });
  const remote = (more: Partial<RemoteFile> = {}): RemoteFile => ({ host: HOST, port, path: '/a/image.bin', ...more });
  const get = (sink = new MemorySink(), client = new HttpClient({ method: 'http', clock })): Promise<MovedFile> =>
    client.get(remote(), sink, options());
  const outcome = (promise: Promise<MovedFile>): Promise<string> =>
    promise.then(({ sha256 }) => sha256 ?? 'no hash', codeOf);
  const ok = (more = ''): string => `HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nETag: "v1"${more}`;
  const rangeOf = (request: string): number => Number(/^Range: bytes=(\d+)-$/im.exec(request)?.[1] ?? 0);

  beforeEach(() => {
    clock = new FakeClock();
    requests = [];
    sockets = new Set();
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('asks for the file as it is, with the query of its URL', async () => {
    await serve(() => ({ head: ok() }));
    const client = new HttpClient({ method: 'http', clock });
    const moved = await client.get(remote({ path: '/d?file=a%20b' }), new MemorySink(), options());
    expect(moved).to.deep.equal({ bytes: 5000, sha256: SHA256 });
    expect(requests[0]).to.match(/^GET \/d\?file=a%20b HTTP\/1\.1\r\n/);
    expect(requests[0])
      .to.match(/^Accept-Encoding: identity\r$/m)
      .and.not.match(/^Range/m);
  });

  it('goes on after a dropped connection, on the condition that the file is the same', async () => {
    await serve((request) => {
      const from = rangeOf(request);
      if (from === 0) return { head: ok(), until: 2000, reset: true };
      if (from < 4000)
        return {
          head: `HTTP/1.1 206 P\r\nETag: "v1"\r\nContent-Length: ${5000 - from}\r\nContent-Range: bytes ${from}-4999/5000`,
          from,
          until: 4000,
        };
      return { head: `HTTP/1.1 206 P\r\nContent-Length: 1000\r\nContent-Range: bytes 4000-4999/5000`, from };
    });
    const sink = new MemorySink();
    expect(await get(sink)).to.deep.equal({ bytes: 5000, sha256: SHA256 });
    expect(Buffer.compare(sink.content, CONTENT)).to.equal(0);
    expect(requests.length).to.be.at.least(3);
    expect(requests[1]).to.match(/^If-Range: "v1"\r$/m);
  });

  it('takes all of it anew from a server that ignores ranges, or has another file now', async () => {
    let times = 0;
    await serve(() => (times++ === 0 ? { head: ok(), until: 2000 } : { head: ok().replace('v1', 'v2') }));
    const sink = new MemorySink();
    expect(await outcome(get(sink))).to.equal(SHA256);
    expect(Buffer.compare(sink.content, CONTENT)).to.equal(0);
  });

  it('does not glue together what does not belong together', async () => {
    for (const wrong of ['bytes 0-4999/5000', 'bytes 2000-4999/6000', 'bytes 2000-4000/5000', 'nonsense']) {
      let times = 0;
      await serve(() =>
        times++ === 0
          ? { head: ok(), until: 2000 }
          : { head: `HTTP/1.1 206 P\r\nContent-Length: 3000\r\nContent-Range: ${wrong}`, from: 2000 },
      );
      expect(await outcome(get()), wrong).to.equal('TRANSFER_INTEGRITY');
      server.close();
    }
    let times = 0;
    await serve(() =>
      times++ === 0
        ? { head: ok(), until: 2000 }
        : {
            head: `HTTP/1.1 206 P\r\nETag: "v2"\r\nContent-Length: 3000\r\nContent-Range: bytes 2000-4999/5000`,
            from: 2000,
          },
    );
    expect(await outcome(get())).to.equal('TRANSFER_INTEGRITY');
  });

  it('begins anew where the rest of what is held is not there: 416', async () => {
    const client = new HttpClient({ method: 'http', clock });
    await serve((request) =>
      rangeOf(request) > 0 ? { head: 'HTTP/1.1 416 R\r\nContent-Length: 0', until: 0 } : { head: ok() },
    );
    await get(new MemorySink(), client);
    expect(await outcome(get(new MemorySink({ held: new Uint8Array(5000) }), client))).to.equal(SHA256);
    expect(requests.map(rangeOf)).to.deep.equal([0, 5000, 0]);
  });

  it('does not go on without a strong tag, and not without end', async () => {
    await serve(() => ({ head: ok().replace('"v1"', 'W/"v1"'), until: 2000 }));
    expect(await outcome(get())).to.equal('TRANSFER_TRANSPORT');
    expect(requests).to.have.length(1);
    server.close();
    requests = [];
    await serve(() => ({ head: ok(), until: 0 }));
    const ended = outcome(get());
    const state = { over: false };
    void ended.then(() => (state.over = true));
    while (!state.over) await clock.advance(10);
    expect(await ended).to.equal('TRANSFER_TRANSPORT');
    expect(requests).to.have.length(3);
  });

  it('takes no file whose length nobody told', async () => {
    await serve(() => ({ head: 'HTTP/1.1 200 OK' }));
    expect(await outcome(get())).to.equal('TRANSFER_INTEGRITY');
  });

  const STATUSES: readonly (readonly [status: string, code: string])[] = [
    ['404 Not Found', 'TRANSFER_REMOTE_FILE'],
    ['410 Gone', 'TRANSFER_REMOTE_FILE'],
    ['401 Unauthorized', 'TRANSFER_REFUSED'],
    ['403 Forbidden', 'TRANSFER_REFUSED'],
    ['451 Unavailable', 'TRANSFER_REFUSED'],
    ['204 No Content', 'TRANSFER_REFUSED'],
    ['304 Not Modified', 'TRANSFER_REFUSED'],
    ['206 Partial Content', 'TRANSFER_REFUSED'],
    ['507 Insufficient Storage', 'TRANSFER_SPACE'],
    ['429 Too Many Requests', 'TRANSFER_TRANSPORT'],
    ['500 Internal Server Error', 'TRANSFER_TRANSPORT'],
    ['503 Service Unavailable', 'TRANSFER_TRANSPORT'],
    ['501 Not Implemented', 'TRANSFER_REFUSED'],
  ];
  for (const [status, code] of STATUSES) {
    it(`${status}: ${code}`, async () => {
      await serve(() => ({ head: `HTTP/1.1 ${status}\r\nContent-Length: 0`, until: 0 }));
      expect(await outcome(get())).to.equal(code);
    });
  }

  it('calls an answer that is no HTTP the link', async () => {
    await serve(() => ({ head: 'SSH-2.0-OpenSSH_9.2' }));
    expect(await outcome(get())).to.equal('TRANSFER_TRANSPORT');
  });

  it('follows redirects, but not for ever, not to other protocols; a login stays with its server', async () => {
    await serve((request) =>
      request.includes('/a/image.bin')
        ? { head: 'HTTP/1.1 302 F\r\nContent-Length: 0\r\nLocation: ../b', until: 0 }
        : { head: ok() },
    );
    const credentials = { username: 'u', password: 'p:ä' };
    const client = new HttpClient({ method: 'http', clock });
    expect((await client.get(remote({ credentials }), new MemorySink(), options())).sha256).to.equal(SHA256);
    const basic = `Basic ${Buffer.from('u:p:ä').toString('base64')}`;
    expect(requests[1])
      .to.match(/^GET \/b /)
      .and.include(`Authorization: ${basic}`);
    server.close();
    requests = [];
    await serve((request) =>
      request.includes('Host: localhost')
        ? { head: ok() }
        : { head: `HTTP/1.1 301 M\r\nContent-Length: 0\r\nLocation: http://localhost:${port}/c`, until: 0 },
    );
    expect((await client.get(remote({ credentials }), new MemorySink(), options())).sha256).to.equal(SHA256);
    expect(requests[1]).to.not.include('Authorization');
    for (const location of ['/a/image.bin', 'ftp://127.0.0.1/x', 'file:///etc/passwd', 'http://[']) {
      server.close();
      await serve(() => ({ head: `HTTP/1.1 302 F\r\nContent-Length: 0\r\nLocation: ${location}`, until: 0 }));
      expect(await outcome(get()), location).to.equal('TRANSFER_REFUSED');
    }
  });

  it('brings a file whose reader answers before the end to no false success', async () => {
    await serve(() => ({ head: 'HTTP/1.1 201 Created\r\nContent-Length: 0', until: 0 }));
    const put = new HttpClient({ method: 'http', clock }).put(remote(), new ContractFile(CONTENT), options());
    expect(await outcome(put)).to.equal('TRANSFER_INTEGRITY');
  });

  describe('certificates', () => {
    const believed = makeCertificate();
    const serveTls = async (tls = believed): Promise<HttpServer> => {
      const https = new HttpServer({
        host: HOST,
        port: 0,
        tls,
        clock: new SystemClock(),
        random: new SeededRandom(1),
        log: silentLog,
      });
      await https.start();
      return https;
    };
    const fetched = async (authorities: string | undefined, tls = believed, host = HOST): Promise<string> => {
      const https = await serveTls(tls);
      const { path } = https.expose({ source: new ContractFile(CONTENT), onProgress: () => undefined });
      const client = new HttpClient({ method: 'https', clock, ...(authorities === undefined ? {} : { authorities }) });
      const code = await outcome(client.get({ host, port: https.address.port, path }, new MemorySink(), options()));
      await https.stop();
      return code;
    };

    beforeEach(() => serve(() => ({ head: ok() })));

    it('believes those of its authorities, for the name that was asked for', async () => {
      expect(await fetched(believed.certificate)).to.equal(SHA256);
      expect(await fetched(believed.certificate, believed, 'localhost')).to.equal(SHA256);
    });

    it('refuses all others, and does not go on without', async () => {
      expect(await fetched(undefined)).to.equal('TRANSFER_REFUSED');
      expect(await fetched(makeCertificate().certificate)).to.equal('TRANSFER_REFUSED');
      const expired = makeCertificate({ expired: true });
      expect(await fetched(expired.certificate, expired)).to.equal('TRANSFER_REFUSED');
    });

    it('never follows a redirect from https to http', async () => {
      // A grant cannot redirect: this server is not ours.
      const redirecting = createTls({ cert: believed.certificate, key: believed.key }, (_request, response) => {
        response.writeHead(302, { Location: `http://${HOST}:${port}/a` }).end();
      });
      await new Promise<void>((resolve) => redirecting.listen(0, HOST, resolve));
      const client = new HttpClient({ method: 'https', clock, authorities: believed.certificate });
      const at = { host: HOST, port: (redirecting.address() as AddressInfo).port, path: '/a' };
      expect(await outcome(client.get(at, new MemorySink(), options()))).to.equal('TRANSFER_REFUSED');
      expect(requests).to.have.length(0);
      redirecting.close();
    });
  });
});
