import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { FtpServer } from '../../../connectors/transfers/ftp-server.js';
import type { FtpServerDeps } from '../../../connectors/transfers/ftp-server.js';
import type { Exposure, Grant, UploadGrant } from '../../../core/ports/transfer-server.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { PlainFtpClient, readAll } from './plain-ftp-client.js';

const HOST = '127.0.0.1';
const content = seededBytes(1, 300_001);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Longer than all buffers of two sockets. */
const endless = (): MemorySource => new MemorySource(Buffer.alloc(30_000_000, 7), 262_144);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await settle();
}

describe('the FTP server', () => {
  const running: FtpServer[] = [];
  const clients: PlainFtpClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const server of running.splice(0)) await server.stop();
  });

  async function serve(more: Partial<FtpServerDeps> = {}): Promise<FtpServer> {
    const base = { host: HOST, port: 0, clock: new SystemClock(), random: new SeededRandom(1), log: silentLog };
    const server = new FtpServer({ ...base, ...more });
    await server.start();
    running.push(server);
    return server;
  }

  const expose = (server: FtpServer, more: Partial<Grant> = {}): Exposure =>
    server.expose({
      source: new MemorySource(content),
      path: '{random}/image.bin',
      onProgress: () => undefined,
      ...more,
    });

  const accept = (server: FtpServer, sink: MemorySink, more: Partial<UploadGrant> = {}): Exposure =>
    server.accept({ sink, path: '{random}/up.bin', onProgress: () => undefined, ...more });

  function client(server: FtpServer, localAddress?: string): PlainFtpClient {
    const one = new PlainFtpClient(server.address.port, localAddress);
    clients.push(one);
    return one;
  }

  const login = (server: FtpServer, exposure: Exposure): Promise<PlainFtpClient> =>
    client(server).login(exposure.login!);

  describe('moves files', () => {
    for (const size of [0, 1, 65_535, 65_536, 65_537, 1_000_001]) {
      it(`of ${size} bytes, out and in`, async () => {
        const server = await serve();
        const bytes = seededBytes(size, size);
        const out = expose(server, { source: new MemorySource(bytes) });
        const fetched = await (await login(server, out)).fetch(out.path);
        expect(fetched.code).to.equal(226);
        expect(fetched.bytes.equals(bytes)).to.equal(true);
        expect(out.fetches).to.deep.equal([{ peer: HOST, bytes: size, complete: true }]);

        const sink = new MemorySink();
        const up = accept(server, sink);
        expect(await (await login(server, up)).bring(`STOR ${up.path}`, bytes)).to.equal(226);
        expect(Buffer.from(sink.content).equals(bytes)).to.equal(true);
        expect(up.fetches).to.deep.equal([{ peer: HOST, bytes: size, complete: true, sha256: sha256(bytes) }]);
      });
    }

    it('over connections that it makes itself', async () => {
      const server = await serve();
      const exposure = expose(server);
      const peer = await login(server, exposure);
      const { arrived } = await peer.active();
      peer.control.write(`RETR ${exposure.path}\r\n`);
      expect((await readAll(await arrived)).bytes.equals(content)).to.equal(true);
      expect([await peer.code(), await peer.code()]).to.deep.equal([150, 226]);
    });

    it('from the middle, and tells progress from there', async () => {
      const server = await serve();
      const told: number[] = [];
      const exposure = expose(server, { onProgress: ({ bytes }) => told.push(bytes) });
      const peer = await login(server, exposure);
      expect(await peer.ask('REST 300000')).to.deep.equal([350]);
      const { bytes } = await peer.fetch(exposure.path);
      expect(bytes.equals(content.subarray(300_000))).to.equal(true);
      expect([told.at(-1), exposure.bytes]).to.deep.equal([content.length, content.length]);
      expect(Math.min(...told)).to.be.greaterThan(300_000);
    });

    it('with line ends turned where ASCII is asked for', async () => {
      const server = await serve();
      const text = Buffer.from('hostname r1\ninterface e0\n\n');
      const exposure = expose(server, { source: new MemorySource(text, 5) });
      const peer = await login(server, exposure);
      await peer.ask('TYPE A');
      expect((await peer.fetch(exposure.path)).bytes.toString()).to.equal('hostname r1\r\ninterface e0\r\n\r\n');
      const sink = new MemorySink();
      const up = accept(server, sink);
      const other = await login(server, up);
      await other.ask('TYPE A');
      expect(await other.bring(`STOR ${up.path}`, Buffer.from('a\r\nb\r'))).to.equal(226);
      expect(Buffer.from(sink.content).toString()).to.equal('a\nb\r');
    });

    it('twenty at once', async () => {
      const server = await serve();
      const exposure = expose(server);
      const fetched = await Promise.all(
        Array.from({ length: 20 }, async () => (await login(server, exposure)).fetch(exposure.path)),
      );
      expect(fetched.every(({ bytes, code }) => code === 226 && bytes.equals(content))).to.equal(true);
      expect(exposure.fetches.length).to.equal(20);
    });

    it('on with a broken-off upload, and knows the hash of the whole', async () => {
      const server = await serve();
      const sink = new MemorySink();
      const up = accept(server, sink);
      const first = await login(server, up);
      const data = await first.passive();
      first.control.write(`STOR ${up.path}\r\n`);
      expect(await first.code()).to.equal(150);
      data.write(content.subarray(0, 100_000));
      await sink.holds(100_000);
      data.resetAndDestroy();
      expect(await first.code()).to.equal(426);
      expect(up.fetches[0]).to.include({ bytes: 100_000, complete: false });
      expect(up.fetches[0]?.reason).to.match(/reset/i);

      const second = await login(server, up);
      expect(await second.ask(`SIZE ${up.path}`, 'REST 100000')).to.deep.equal([213, 350]);
      expect(await second.bring(`STOR ${up.path}`, content.subarray(100_000, 200_000))).to.equal(226);
      expect(await second.bring(`APPE ${up.path}`, content.subarray(200_000))).to.equal(226);
      expect(Buffer.from(sink.content).equals(content)).to.equal(true);
      expect(up.fetches.at(-1)?.sha256).to.equal(sha256(content));
    });
  });

  describe('refuses', () => {
    it('wrong passwords, other addresses, and logins whose grant is closed', async () => {
      const clock = new FakeClock();
      const server = await serve({ clock });
      const exposure = expose(server);
      const { username, password } = exposure.login!;
      const elsewhere = expose(server, { peerAddress: '127.0.0.9' }).login!;
      const peer = client(server);
      expect(await peer.code()).to.equal(220);
      const denied = async (user: string, secret: string): Promise<void> => {
        const before = server.refused;
        expect(await peer.ask(`USER ${user}`)).to.deep.equal([331]);
        peer.control.write(`PASS ${secret}\r\n`);
        await until(() => server.refused > before);
        await clock.advance(1000);
        expect(await peer.code()).to.equal(530);
      };
      await denied(username, 'nonsense');
      await denied(elsewhere.username, elsewhere.password);
      exposure.close('the transfer is over');
      await denied(username, password);
      expect(await peer.code()).to.equal(421);
    });

    it('every name but the one of the login', async () => {
      const server = await serve();
      const [one, other] = [expose(server), expose(server)];
      const peer = await login(server, one);
      for (const path of [other.path, '/etc/passwd', `../../${other.path}`, `${one.path}/..`, 'image.bin']) {
        expect((await peer.fetch(path)).code, path).to.equal(550);
      }
      expect(await peer.bring(`STOR ${one.path}`, content)).to.equal(550);
      expect(await peer.bring('STOR /tmp/x', content)).to.equal(553);
      expect((await peer.fetch(one.path)).code).to.equal(226);
    });

    it('a data connection of somebody else, and still serves its own peer', async () => {
      const server = await serve();
      const exposure = expose(server);
      const peer = await login(server, exposure);
      const port = await peer.passivePort();
      const thief = connect({ host: HOST, port, localAddress: '127.0.0.9' });
      thief.resume();
      await once(thief, 'close');
      const own = connect({ host: HOST, port, localAddress: HOST });
      peer.control.write(`RETR ${exposure.path}\r\n`);
      expect((await readAll(own)).bytes.equals(content)).to.equal(true);
      expect(server.refused).to.equal(1);
    });

    it('what does not fit, with 552', async () => {
      const server = await serve();
      const limited = accept(server, new MemorySink({ maxBytes: 1000 }));
      const full = accept(server, new MemorySink({ fullAtBytes: 1000 }));
      expect(await (await login(server, limited)).bring(`STOR ${limited.path}`, content)).to.equal(552);
      const peer = await login(server, full);
      expect(await peer.bring(`STOR ${full.path}`, content)).to.equal(552);
      expect(full.fetches[0]).to.include({ complete: false });
      expect(await peer.ask('NOOP')).to.deep.equal([200]);
    });

    it('to pass on a file that is not as long as its record says', async () => {
      const server = await serve();
      for (const size of [content.length + 1, content.length - 1]) {
        const exposure = expose(server, { source: new MemorySource(content, 10_000, size) });
        const peer = await login(server, exposure);
        const data = await peer.passive();
        peer.control.write(`RETR ${exposure.path}\r\n`);
        expect((await readAll(data)).whole).to.equal(false);
        expect([await peer.code(), await peer.code()]).to.deep.equal([150, 451]);
        expect(exposure.fetches[0]?.reason).to.match(/expected 30000[02]/);
      }
    });

    it('to listen where another does', async () => {
      const server = await serve();
      const second = new FtpServer({
        ...{
          host: HOST,
          port: server.address.port,
          clock: new SystemClock(),
          random: new SeededRandom(2),
          log: silentLog,
        },
      });
      const error: unknown = await second.start().catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'LISTEN_REFUSED');
      expect(() => second.expose({ source: new MemorySource(content), onProgress: () => undefined })).to.throw(
        'no ftp server',
      );
    });
  });

  describe('holds out against', () => {
    it('a reader that stops reading: 426 after a minute, and others go on', async () => {
      const clock = new FakeClock();
      const server = await serve({ clock });
      const slow = expose(server, { source: endless() });
      const peer = await login(server, slow);
      const data = await peer.passive();
      peer.control.write(`RETR ${slow.path}\r\n`);
      expect(await peer.code()).to.equal(150);
      let before = -1;
      await until(() => {
        const stands = slow.bytes === before && before > 0;
        before = slow.bytes;
        return stands;
      });
      const other = expose(server);
      expect((await (await login(server, other)).fetch(other.path)).code).to.equal(226);
      await clock.advance(60_000);
      expect(await peer.code()).to.equal(426);
      expect(slow.fetches[0]).to.include({ complete: false, reason: 'no byte moved for 60 s' });
      expect((await readAll(data)).whole).to.equal(false);
    });

    it('data connections that are never made or never used', async () => {
      const clock = new FakeClock();
      const server = await serve({ clock });
      const exposure = expose(server);
      const peer = await login(server, exposure);
      const unused = await peer.passive();
      await clock.advance(30_000);
      await readAll(unused);
      const never = await peer.passivePort();
      peer.control.write(`RETR ${exposure.path}\r\n`);
      await peer.ask('STAT');
      await clock.advance(30_000);
      expect(await peer.code()).to.equal(425);
      const late = connect({ host: HOST, port: never });
      const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).to.equal('ECONNREFUSED');
      expect((await peer.fetch(exposure.path)).code).to.equal(226);
    });

    it('floods of logins: few at a time, one line of log a second, and a device gets its file meanwhile', async () => {
      const clock = new FakeClock();
      const lines: string[] = [];
      const log = { ...silentLog, info: (message: string) => void lines.push(message) };
      const server = await serve({ clock, log });
      const exposure = expose(server);
      const flood = Array.from({ length: 100 }, () => client(server, '127.0.0.8'));
      const codes = await Promise.all(flood.map((one) => one.code()));
      expect(codes.filter((code) => code === 220).length).to.equal(8);
      expect(codes.filter((code) => code === 421 || code === 0).length).to.equal(92);
      expect(lines).to.deep.equal(['ftp refused']);
      expect((await (await login(server, exposure)).fetch(exposure.path)).code).to.equal(226);
      await clock.advance(1000);
      expect(lines.filter((line) => line === 'ftp refused').length).to.equal(2);
      expect(server.refused).to.equal(92);
    });

    it('many addresses without a login: the oldest of them makes room', async () => {
      const server = await serve();
      const exposure = expose(server);
      const early = await login(server, exposure);
      const crowd = Array.from({ length: 256 }, (_unused, i) => client(server, `127.0.1.${1 + (i % 64)}`));
      expect((await Promise.all(crowd.map((one) => one.code()))).filter((code) => code === 220).length).to.equal(256);
      expect((await (await login(server, exposure)).fetch(exposure.path)).code).to.equal(226);
      expect((await early.fetch(exposure.path)).code).to.equal(226);
    });

    it('sixty-four thousand letters, and goes on', async () => {
      const server = await serve();
      const exposure = expose(server);
      const peer = await login(server, exposure);
      expect(await peer.ask(`RETR ${'x'.repeat(65_536)}`, 'RETR a\0b', 'RETR ../\rRETR x')).to.deep.equal([
        500, 500, 500,
      ]);
      expect((await peer.fetch(exposure.path)).code).to.equal(226);
    });

    it('who reads no replies: what it sends is left standing', async () => {
      const server = await serve();
      const exposure = expose(server);
      const peer = client(server);
      await peer.login(exposure.login!);
      peer.control.pause();
      let refusedToTake = false;
      for (let sent = 0; sent < 4000 && !refusedToTake; sent += 1) {
        peer.control.write('FEAT\r\n'.repeat(2000));
        await settle();
        refusedToTake = peer.control.writableLength > 1_000_000;
      }
      expect(refusedToTake).to.equal(true);
      expect((await (await login(server, exposure)).fetch(exposure.path)).code).to.equal(226);
    });

    it('a sender that dies: its file is not taken for whole', async () => {
      const server = await serve();
      const sink = new MemorySink();
      const up = accept(server, sink);
      const peer = await login(server, up);
      const data = await peer.passive();
      peer.control.write(`STOR ${up.path}\r\n`);
      await peer.code();
      data.write(content);
      await sink.holds(content.length);
      // As an operating system closes the sockets of a killed process: in order, both at once.
      data.end();
      peer.control.end();
      await until(() => up.fetches.length === 1);
      expect(up.fetches[0]).to.deep.include({ complete: false, reason: 'the control connection is gone' });
    });

    it('a second try of an upload: the first one is broken off', async () => {
      const server = await serve();
      const sink = new MemorySink();
      const up = accept(server, sink);
      const [first, second] = [await login(server, up), await login(server, up)];
      const data = await first.passive();
      first.control.write(`STOR ${up.path}\r\n`);
      await first.code();
      data.on('error', () => undefined);
      data.write(content.subarray(0, 1000));
      await sink.holds(1000);
      expect(await second.bring(`STOR ${up.path}`, content)).to.equal(226);
      expect(await first.code()).to.equal(426);
      expect(Buffer.from(sink.content).equals(content)).to.equal(true);
    });
  });

  it('breaks off with a reset and 421 when the file is taken away', async () => {
    const server = await serve();
    const exposure = expose(server, { source: endless() });
    const peer = await login(server, exposure);
    const data: Socket = await peer.passive();
    peer.control.write(`RETR ${exposure.path}\r\n`);
    expect(await peer.code()).to.equal(150);
    await until(() => exposure.bytes > 0);
    exposure.close('the node is stopping');
    expect((await readAll(data)).whole).to.equal(false);
    expect([await peer.code(), await peer.code()]).to.deep.equal([426, 421]);
    await until(() => exposure.fetches.length === 1);
    expect(exposure.fetches[0]).to.deep.include({ complete: false, reason: 'the node is stopping' });
  });

  it('ends a grant when its time is over', async () => {
    const clock = new FakeClock();
    const server = await serve({ clock });
    const exposure = expose(server, { lifetimeMs: 5000 });
    const peer = await login(server, exposure);
    await clock.advance(5000);
    expect(await peer.reply()).to.equal('421 Closing: the time of this file is over.');
  });

  it('keeps passive connections within their ports, and says when none is free', async () => {
    const probe = await serve();
    const port = probe.address.port;
    const server = await serve({ passivePorts: { first: port, last: port } });
    const exposure = expose(server);
    const peer = await login(server, exposure);
    peer.control.write('EPSV\r\n');
    expect(await peer.reply()).to.equal(`425 No data connection: no port from ${port} to ${port} is free.`);
    await probe.stop();
    running.splice(running.indexOf(probe), 1);
    expect(await peer.passivePort()).to.equal(port);
  });

  it('tells the address that it is known by', async () => {
    const server = await serve({ passiveHost: '198.51.100.7' });
    const peer = await login(server, expose(server));
    peer.control.write('PASV\r\n');
    expect(await peer.reply()).to.match(/^227 Entering Passive Mode \(198,51,100,7,\d+,\d+\)\.$/);
  });
});
