import { expect } from 'chai';
import { once } from 'node:events';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { HttpServer } from '../../../connectors/transfers/http-server.js';
import type { HttpLimits } from '../../../connectors/transfers/http-server.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Log } from '../../../core/ports/log.js';
import type { Exposure } from '../../../core/ports/transfer-server.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { ContractFile } from './contract/contract-file.js';
import { MemorySink } from './memory-sink.js';
import { askRaw, openRaw, readAnswer } from './raw-http.js';
import type { RawAnswer } from './raw-http.js';

const HOST = '127.0.0.1';
const CLOSE = 'Host: x\r\nConnection: close\r\n';

describe('connectors/transfers/http-server', function () {
  this.timeout(20_000);
  let server: HttpServer;
  const content = seededBytes(3, 100_000);
  const onProgress = (): void => undefined;

  const start = async (limits: Partial<HttpLimits> = {}, clock: Clock = new SystemClock(), log: Log = silentLog) => {
    server = new HttpServer({ host: HOST, port: 0, clock, random: new SeededRandom(1), log, limits });
    await server.start();
  };
  const expose = (source = new ContractFile(content), peerAddress?: string): Exposure =>
    server.expose({
      ...{ source, onProgress, path: '{random}/image.bin' },
      ...(peerAddress === undefined ? {} : { peerAddress }),
    });
  const ask = (request: string): Promise<RawAnswer> => askRaw(server.address.port, request);
  const get = (exposure: Exposure, fields = '', method = 'GET'): Promise<RawAnswer> =>
    ask(`${method} /${exposure.path} HTTP/1.1\r\n${CLOSE}${fields}\r\n`);

  afterEach(() => server.stop());

  describe('what it answers', () => {
    beforeEach(() => start());

    it('GET: the file, its exact length, its hash as the tag, its name', async () => {
      const file = new ContractFile(content);
      const exposure = expose(file);
      const { status, headers, body } = await get(exposure);
      expect(status).to.equal(200);
      expect(headers).to.include({
        ...{ 'content-length': '100000', etag: `"${file.sha256}"`, 'accept-ranges': 'bytes' },
        ...{ 'content-type': 'application/octet-stream', 'content-disposition': 'attachment; filename="image.bin"' },
      });
      expect(body.equals(content)).to.equal(true);
      expect(exposure.fetches).to.deep.equal([{ peer: HOST, bytes: 100_000, complete: true }]);
      expect(exposure.bytes).to.equal(100_000);
    });

    it('HEAD: the same without the file, and it counts as no fetch', async () => {
      const exposure = expose();
      const { status, headers, body } = await get(exposure, 'Range: bytes=0-1\r\n', 'HEAD');
      expect([status, headers['content-length'], body.length]).to.deep.equal([200, '100000', 0]);
      expect(exposure.fetches).to.have.length(0);
    });

    it('a range, on the condition that the file is the same', async () => {
      const file = new ContractFile(content);
      const exposure = expose(file);
      const { status, headers, body } = await get(exposure, 'Range: bytes=99000-\r\n');
      expect([status, headers['content-range'], headers['content-length']]).to.deep.equal([
        ...[206, 'bytes 99000-99999/100000', '1000'],
      ]);
      expect(body.equals(content.subarray(99_000))).to.equal(true);
      const same = await get(exposure, `Range: bytes=0-9\r\nIf-Range: "${file.sha256}"\r\n`);
      expect([same.status, same.body.length]).to.deep.equal([206, 10]);
      const other = await get(exposure, 'Range: bytes=0-9\r\nIf-Range: "0000"\r\n');
      expect([other.status, other.body.length]).to.deep.equal([200, 100_000]);
      expect(exposure.fetches.map(({ bytes, complete }) => [bytes, complete])).to.deep.equal([
        [100_000, true],
        [10, false],
        [100_000, true],
      ]);
    });

    it('several ranges in one answer of exact length', async () => {
      const { status, headers, body } = await get(expose(), 'Range: bytes=0-9,500-509,-5\r\n');
      expect(status).to.equal(206);
      expect(Number(headers['content-length'])).to.equal(body.length);
      const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
      const parts = body.toString('latin1').split(`\r\n--${boundary}`);
      expect(parts.at(-1)).to.equal('--\r\n');
      const bodies = parts.slice(1, -1).map((part) => Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4), 'latin1'));
      expect(bodies.map((one) => one.toString('hex'))).to.deep.equal(
        [content.subarray(0, 10), content.subarray(500, 510), content.subarray(-5)].map((one) =>
          Buffer.from(one).toString('hex'),
        ),
      );
      expect(parts[2]).to.include('Content-Range: bytes 500-509/100000');
    });

    it('416 beyond the end, 304 for who has it, 412 for who wants another', async () => {
      const file = new ContractFile(content);
      const exposure = expose(file);
      const beyond = await get(exposure, 'Range: bytes=100000-\r\n');
      expect([beyond.status, beyond.headers['content-range']]).to.deep.equal([416, 'bytes */100000']);
      expect((await get(exposure, `If-None-Match: "${file.sha256}"\r\n`)).status).to.equal(304);
      expect((await get(exposure, 'If-Match: "0"\r\n')).status).to.equal(412);
      expect(exposure.fetches).to.have.length(0);
    });

    it('an empty file, and several requests on one connection', async () => {
      const empty = expose(new ContractFile(new Uint8Array(0)));
      const path = `GET /${empty.path} HTTP/1.1\r\n`;
      const { text } = await ask(`${path}Host: x\r\n\r\n${path}Host: x\r\n\r\n${path}${CLOSE}\r\n`);
      expect(text.match(/HTTP\/1\.1 200 OK/g)).to.have.length(3);
      expect(empty.fetches.map(({ complete }) => complete)).to.deep.equal([true, true, true]);
    });

    it('nothing but what is granted, in the same words: 404; to another address 403; by another method 405', async () => {
      const exposure = expose();
      const paths = ['/', `/${exposure.path}x`, `/${exposure.path.slice(0, 16)}`, `/${exposure.path}/`, '/favicon.ico'];
      for (const path of paths) {
        const { status, body } = await ask(`GET ${path} HTTP/1.1\r\n${CLOSE}\r\n`);
        expect([status, body.toString()], path).to.deep.equal([404, 'Not found\n']);
      }
      expect((await get(expose(undefined, '192.0.2.7'))).status).to.equal(403);
      const post = await get(exposure, 'Content-Length: 3\r\n\r\nabc', 'POST');
      expect([post.status, post.headers['allow']]).to.deep.equal([405, 'GET, HEAD']);
      expect(exposure.fetches).to.have.length(0);
      expect(server.refused).to.equal(paths.length + 2);
    });

    it('resets the connection where the file is other than its record says', async () => {
      const exposure = expose(new ContractFile(content.subarray(0, 50_000), { sizeBytes: 100_000 }));
      const { body } = await get(exposure);
      expect(body.length).to.be.below(100_000);
      expect(exposure.fetches[0]?.complete).to.equal(false);
      expect(exposure.fetches[0]?.reason).to.include('holds other than the 100000 bytes of its record');
    });

    it('breaks off when the grant is closed', async () => {
      const file = new ContractFile(content, { stopAtBytes: 50_000 });
      const exposure = expose(file);
      const answer = get(exposure);
      while (exposure.bytes < 50_000) await settle();
      exposure.close('the transfer is over');
      file.goOn();
      expect((await answer).body.length).to.be.at.most(50_000);
      while (exposure.fetches.length === 0) await settle();
      expect(exposure.fetches[0]).to.include({ complete: false, reason: 'http: aborted: the transfer is over' });
      expect((await get(exposure)).status).to.equal(404);
    });
  });

  describe('what it takes', () => {
    beforeEach(() => start());

    const accept = (sink = new MemorySink()): Exposure => server.accept({ sink, onProgress, path: '{random}/cfg' });
    const put = (exposure: Exposure, fields: string, body = ''): Promise<RawAnswer> =>
      ask(`PUT /${exposure.path} HTTP/1.1\r\n${CLOSE}${fields}\r\n${body}`);

    it('a body with a length, and one in chunks', async () => {
      const [first, second] = [new MemorySink(), new MemorySink()];
      expect((await put(accept(first), 'Content-Length: 5\r\n', 'hello')).status).to.equal(201);
      expect(first.content.toString()).to.equal('hello');
      const chunked = await put(accept(second), 'Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
      expect(chunked.status).to.equal(201);
      expect(second.content.toString()).to.equal('abcde');
    });

    it('one file once', async () => {
      const exposure = accept();
      expect((await put(exposure, 'Content-Length: 1\r\n', 'a')).status).to.equal(201);
      expect((await put(exposure, 'Content-Length: 1\r\n', 'b')).status).to.equal(409);
      const busy = accept();
      const slow = await openRaw(server.address.port);
      slow.write(`PUT /${busy.path} HTTP/1.1\r\n${CLOSE}Content-Length: 4\r\n\r\nab`);
      while (busy.bytes < 2) await settle();
      expect((await put(busy, 'Content-Length: 1\r\n', 'c')).status).to.equal(409);
      slow.write('cd');
      const [answer] = (await once(slow, 'data')) as [Buffer];
      expect(readAnswer(answer).status).to.equal(201);
    });

    it('says 100 (Continue) only where it will take the file', async () => {
      const expecting = 'Expect: 100-continue\r\n';
      const good = await put(accept(), `${expecting}Content-Length: 3\r\n`, 'abc');
      expect(good.text).to.match(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201/);
      const small = accept(new MemorySink({ maxBytes: 10 }));
      const long = await put(small, `${expecting}Content-Length: 11\r\n`);
      expect(long.text).to.match(/^HTTP\/1\.1 413/);
      expect(small.fetches).to.have.length(0);
      expect((await put(accept(), 'Expect: magic\r\nContent-Length: 1\r\n', 'a')).status).to.equal(417);
    });

    const REFUSED: readonly (readonly [what: string, fields: string, status: number])[] = [
      ['no length', '', 411],
      ['part of a file', 'Content-Length: 1\r\nContent-Range: bytes 0-0/9\r\n', 400],
      ['a packed file', 'Content-Length: 1\r\nContent-Encoding: gzip\r\n', 415],
    ];
    for (const [what, fields, status] of REFUSED) {
      it(`not ${what}: ${status}`, async () => {
        const exposure = accept();
        expect((await put(exposure, fields, 'a')).status).to.equal(status);
        expect(exposure.fetches).to.have.length(0);
      });
    }

    it('507 where the disk is full, also in the middle; the file is not complete', async () => {
      const exposure = accept(new MemorySink({ fullAtBytes: 100 }));
      const { status } = await put(exposure, 'Content-Length: 200000\r\n', 'x'.repeat(200_000));
      expect(status).to.equal(507);
      expect(exposure.fetches[0]).to.include({ complete: false });
    });

    it('not half of a file: a connection that ends is no end of the file', async () => {
      const sink = new MemorySink();
      const exposure = accept(sink);
      const socket = await openRaw(server.address.port);
      socket.end(`PUT /${exposure.path} HTTP/1.1\r\n${CLOSE}Content-Length: 10\r\n\r\nhalf`);
      while (exposure.fetches.length === 0) await settle();
      expect(exposure.fetches[0]?.complete).to.equal(false);
    });
  });

  describe('who is in its way', () => {
    it('a reader that does not read: nothing is read ahead for it, and it is cut at the stall', async () => {
      const clock = new FakeClock();
      await start({ stallMs: 1000 }, clock);
      const file = new ContractFile(new Uint8Array(64_000_000));
      const exposure = expose(file);
      const socket = await openRaw(server.address.port);
      socket.pause();
      socket.on('error', () => undefined);
      socket.write(`GET /${exposure.path} HTTP/1.1\r\n${CLOSE}\r\n`);
      for (let seen = -1; seen < exposure.bytes || exposure.bytes === 0;) {
        seen = exposure.bytes;
        for (let turn = 0; turn < 20; turn++) await settle();
      }
      expect(exposure.bytes).to.be.below(32_000_000);
      await clock.advance(1000);
      await clock.advance(1000);
      while (exposure.fetches.length === 0) await settle();
      expect(exposure.fetches[0]).to.include({ complete: false, reason: 'http: no progress for 1 s' });
      socket.destroy();
    });

    it('a head that does not come: 408 after its time', async () => {
      await start({ headersMs: 50 });
      const { status } = await askRaw(server.address.port, 'GET /x HTTP/1.1\r\nHost: x\r\nX-Slow: ');
      expect(status).to.equal(408);
    });

    it('a connection that asks for nothing more: closed after its time', async () => {
      await start({ idleMs: 50 });
      const exposure = expose();
      const { status } = await askRaw(server.address.port, `HEAD /${exposure.path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(status).to.equal(200);
    });

    it('two thousand connections from one address: others go on, and the log stays short', async () => {
      const lines: string[] = [];
      await start({}, new SystemClock(), { ...silentLog, info: (text) => lines.push(text) });
      const beganMs = performance.now();
      const file = new ContractFile(Buffer.alloc(8_000_000, 'portwright'));
      const exposure = expose(file);
      const flood = async (): Promise<void> => {
        for (let batch = 0; batch < 10; batch++) {
          const sockets = await Promise.all(
            Array.from({ length: 200 }, () => openRaw(server.address.port, '127.0.0.9')),
          );
          for (const socket of sockets) {
            // The first ones stay: they fill what one address may have.
            if (batch > 0) socket.destroy();
          }
        }
      };
      const [answer] = await Promise.all([get(exposure), flood()]);
      expect(Buffer.compare(answer.body, file.content)).to.equal(0);
      expect(server.refused).to.be.at.least(1_000);
      const seconds = (performance.now() - beganMs) / 1000;
      expect(lines.filter((line) => line === 'http refused').length).to.be.at.most(Math.ceil(seconds) + 1);
    });
  });

  describe('hostile requests, byte by byte', () => {
    beforeEach(() => start());

    const HOSTILE: readonly (readonly [what: string, request: string, status: number])[] = [
      ['a path upwards', 'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
      ['an escaped path upwards', 'GET /%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
      ['a NUL in an escape', 'GET /a%00b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
      ['CR LF in an escape', 'GET /a%0d%0aX:%201 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
      ['a broken escape', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
      ['a NUL in the path', 'GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n', 400],
      ['a NUL in a field', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n', 400],
      ['a bare CR in a field', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n', 400],
      ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n', 400],
      ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
      [
        'length and chunks',
        'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG',
        400,
      ],
      ['two lengths', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
      ['a length that is none', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na', 400],
      ['a negative length', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\na', 400],
      ['an endless length', `PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\na`, 400],
      ['another coding than chunked', 'PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\na', 404],
      ['a chunk size that is none', 'PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 404],
      ['another version', 'GET / HTTP/3.7\r\nHost: x\r\n\r\n', 400],
      ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
      ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
      ['a tunnel', 'CONNECT example.net:443 HTTP/1.1\r\nHost: x\r\n\r\n', 0],
      ['an upgrade', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n', 404],
      ['every file', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
    ];
    for (const [what, request, status] of HOSTILE) {
      it(`${what}: ${status === 0 ? 'closed' : status}, and others go on`, async () => {
        const exposure = expose();
        for (const byteByByte of [false, true]) {
          const answer = await askRaw(server.address.port, request, { byteByByte });
          expect(answer.status).to.equal(status);
          expect(answer.text).to.not.include('root:');
          // One request that is refused must not be followed by the answer to one hidden in it.
          expect(answer.text.match(/HTTP\/1\.1 /g) ?? []).to.have.length(status === 0 ? 0 : 1);
        }
        expect((await get(exposure)).body.equals(content)).to.equal(true);
      });
    }

    it('a URL of 64 KiB and a flood of fields: 431 or gone, with bounded memory', async () => {
      const long = await ask(`GET /${'a'.repeat(65_536)} HTTP/1.1\r\n${CLOSE}\r\n`);
      expect([0, 431]).to.include(long.status);
      const many = await ask(`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(20_000)}\r\n`);
      expect([0, 431]).to.include(many.status);
      expect((await get(expose())).status).to.equal(200);
    });

    it('a request hidden in the body of another is not answered', async () => {
      const exposure = expose();
      const hidden = `GET /${exposure.path} HTTP/1.1\r\nHost: x\r\n\r\n`;
      const { text } = await ask(
        `GET /${exposure.path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      );
      expect(text.match(/HTTP\/1\.1 /g)).to.have.length(1);
      expect(text).to.match(/^HTTP\/1\.1 400/);
      expect(exposure.fetches).to.have.length(0);
    });
  });
});
