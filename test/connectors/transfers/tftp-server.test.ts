import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TftpServer } from '../../../connectors/transfers/tftp-server.js';
import { codeOf } from '../../../core/errors/index.js';
import type { PortwrightError } from '../../../core/errors/index.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Grant } from '../../../core/ports/transfer-server.js';
import { encodeAck, encodeRequest } from '../../../protocols/tftp/packet.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySource } from './memory-source.js';
import { RawPeer } from './raw-peer.js';
import { fetchByTftp } from './udp-client.js';

const HOST = '127.0.0.1';

function serverWith(clock: Clock = new SystemClock(), port = 0): TftpServer {
  return new TftpServer({ host: HOST, port, clock, random: new SeededRandom(7), log: silentLog });
}

describe('connectors/transfers/tftp-server', () => {
  let server: TftpServer;
  const peers: RawPeer[] = [];
  const content = seededBytes(1, 300_000);

  const rawPeer = async (address?: string): Promise<RawPeer> => {
    const peer = await new RawPeer().open(address);
    peers.push(peer);
    return peer;
  };
  const grant = (extra: Partial<Grant> = {}): Grant => ({
    source: new MemorySource(content),
    onProgress: () => undefined,
    ...extra,
  });
  const refusal = async (fileName: string, from?: string): Promise<unknown> =>
    (await fetchByTftp(server.address, { fileName }, from)).error?.code;

  beforeEach(async () => {
    server = serverWith();
    await server.start();
  });

  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.socket.close();
    await server.stop();
  });

  for (const options of [
    {},
    { blockBytes: 1428, askSize: true },
    { blockBytes: 1428, windowBlocks: 16 },
    { blockBytes: 65_464 },
  ]) {
    it(`serves a file byte-exact with ${JSON.stringify(options)}`, async () => {
      const progress: number[] = [];
      const exposure = server.expose(grant({ onProgress: ({ bytes }) => progress.push(bytes) }));
      const fetched = await fetchByTftp(server.address, { fileName: exposure.path, ...options });
      expect(fetched.error).to.equal(undefined);
      expect(fetched.bytes.equals(content)).to.equal(true);
      while (exposure.fetches.length === 0) await settle();
      expect(exposure.fetches).to.deep.equal([{ peer: HOST, bytes: content.length, complete: true }]);
      expect(exposure.bytes).to.equal(content.length);
      expect(progress.at(-1)).to.equal(content.length);
    });
  }

  it('names files at random, fills a wanted path, and never gives one path twice', () => {
    const [first, second] = [server.expose(grant()), server.expose(grant())];
    expect(first.path).to.match(/^[0-9a-f]{16}$/);
    expect(second.path).to.not.equal(first.path);
    expect(first.port).to.equal(server.address.port);
    expect(server.expose(grant({ path: '{random}/c1700.bin' })).path).to.match(/^[0-9a-f]{16}\/c1700\.bin$/);
    server.expose(grant({ path: 'fixed.bin' }));
    expect(() => server.expose(grant({ path: 'fixed.bin' }))).to.throw('fixed.bin is exposed already');
  });

  it('knows no file without a grant, whatever the name looks like', async () => {
    const { path } = server.expose(grant({ path: 'dir/c1700.bin' }));
    for (const name of [
      'c1700.bin',
      `/${path}`,
      `./${path}`,
      '../etc/passwd',
      '/etc/passwd',
      `${path} `,
      path.toUpperCase(),
      '__proto__',
      'C:\\boot.ini',
      '\\\\host\\share',
    ]) {
      expect(await refusal(name), name).to.equal(1);
    }
    expect(await refusal('a'.repeat(65_000).slice(0, 600)), 'longer than a request may be').to.equal(4);
  });

  it('serves only the address of the grant', async () => {
    const exposure = server.expose(grant({ peerAddress: '127.0.0.9' }));
    expect(await refusal(exposure.path)).to.equal(2);
    expect(
      (await fetchByTftp(server.address, { fileName: exposure.path }, '127.0.0.9')).bytes.equals(content),
    ).to.equal(true);
    expect(exposure.fetches.every((fetch) => fetch.peer === '127.0.0.9')).to.equal(true);
  });

  it('takes nothing where a file is to be fetched, and answers what is no request with silence', async () => {
    const { path } = server.expose(grant());
    const peer = await rawPeer();
    peer.send(encodeRequest('wrq', path, 'octet', new Map()), server.address.port);
    peer.send(Buffer.from(`\0\x01${path}\0mail\0`, 'latin1'), server.address.port);
    for (const noise of [Uint8Array.of(0, 3, 0, 1, 9), encodeAck(1), Uint8Array.of(0, 5, 0, 0, 0), Uint8Array.of(9)]) {
      peer.send(noise, server.address.port);
    }
    peer.send(Uint8Array.of(0, 1, 65, 66), server.address.port);
    await peer.until(3);
    expect(peer.received.map(({ packet }) => packet.kind === 'error' && packet.code)).to.deep.equal([2, 4, 4]);
  });

  it('gives each transfer its own port, one for a request that came twice, and refuses a stranger there', async () => {
    const exposure = server.expose(grant());
    const [peer, stranger] = [await rawPeer(), await rawPeer()];
    const request = encodeRequest('rrq', exposure.path, 'octet', new Map());
    peer.send(request, server.address.port);
    peer.send(request, server.address.port);
    await peer.until(1);
    const port = peer.received[0]?.port ?? 0;
    expect(port).to.not.equal(server.address.port);
    stranger.send(encodeAck(1), port);
    await stranger.until(1);
    expect(stranger.received[0]?.packet).to.include({ kind: 'error', code: 5 });
    peer.send(encodeAck(1), port);
    await peer.until(2);
    expect(peer.received.map(({ packet }) => packet.kind === 'data' && packet.block)).to.deep.equal([1, 2]);
    expect(new Set(peer.received.map((datagram) => datagram.port)).size).to.equal(1);
  });

  it('serves again while it is open, reports each fetch, and nothing once closed', async () => {
    const exposure = server.expose(grant());
    const peer = await rawPeer();
    peer.send(encodeRequest('rrq', exposure.path, 'octet', new Map()), server.address.port);
    await peer.until(1);
    peer.send(Uint8Array.of(0, 5, 0, 3, 70, 117, 108, 108, 0), peer.received[0]?.port ?? 0);
    while (exposure.fetches.length === 0) await settle();
    expect(exposure.fetches[0]).to.include({ complete: false, bytes: 0, reason: 'the peer sent error 3: Full' });
    await fetchByTftp(server.address, { fileName: exposure.path, blockBytes: 8192 });
    while (exposure.fetches.length === 1) await settle();
    expect(exposure.fetches[1]).to.include({ complete: true, bytes: content.length });
    exposure.close('the transfer is over');
    expect(await refusal(exposure.path)).to.equal(1);
  });

  it('breaks a running fetch off with an ERROR when the file is taken away', async () => {
    const source = new MemorySource(content);
    const exposure = server.expose(grant({ source }));
    const peer = await rawPeer();
    peer.send(encodeRequest('rrq', exposure.path, 'octet', new Map()), server.address.port);
    await peer.until(1);
    exposure.close('the job was cancelled');
    await peer.until(2);
    expect(peer.received[1]?.packet).to.deep.equal({ kind: 'error', code: 0, message: 'the job was cancelled' });
    expect(exposure.fetches).to.deep.equal([
      { peer: HOST, bytes: 0, complete: false, reason: 'the job was cancelled' },
    ]);
    while (source.closed === 0) await settle();
    expect([source.opened, source.closed]).to.deep.equal([1, 1]);
  });

  it('tells the peer when the stored file is short', async () => {
    const exposure = server.expose(grant({ source: new MemorySource(seededBytes(2, 100), 100, 2000) }));
    const fetched = await fetchByTftp(server.address, { fileName: exposure.path });
    expect(fetched.error).to.include({ code: 0, message: 'tftp: image.bin holds 100 bytes, expected 2000' });
    expect(exposure.fetches[0]?.complete).to.equal(false);
  });

  it('serves a hundred at once', async () => {
    const exposure = server.expose(grant());
    const fetching = Array.from({ length: 100 }, () =>
      fetchByTftp(server.address, { fileName: exposure.path, blockBytes: 8192 }),
    );
    const fetched = await Promise.all(fetching);
    expect(fetched.filter(({ bytes }) => bytes.equals(content)).length).to.equal(100);
    while (exposure.fetches.length < 100) await settle();
    expect(exposure.fetches.every(({ complete }) => complete)).to.equal(true);
  }).timeout(30_000);

  it('sends a forged address no more than three packets', async () => {
    const clock = new FakeClock();
    const own = serverWith(clock);
    await own.start();
    const exposure = own.expose(grant());
    const peer = await rawPeer();
    peer.send(encodeRequest('rrq', exposure.path, 'octet', new Map()), own.address.port);
    await peer.until(1);
    await clock.runUntilIdle(600_000);
    await peer.until(3);
    expect(exposure.fetches).to.deep.equal([
      { peer: HOST, bytes: 0, complete: false, reason: 'the peer stopped answering' },
    ]);
    expect(peer.received.length).to.equal(3);
    expect(clock.pending).to.equal(0);
    await own.stop();
  });

  it('says why it cannot listen', async () => {
    const second = serverWith(new SystemClock(), server.address.port);
    const error: unknown = await second.start().catch((thrown: unknown) => thrown);
    expect(codeOf(error)).to.equal('LISTEN_REFUSED');
    expect((error as PortwrightError).message).to.contain(`${HOST}:${server.address.port}: EADDRINUSE`);
    expect(() => second.expose(grant())).to.throw('no tftp server');
    await second.stop();
  });

  it('tells running peers when it stops', async () => {
    const exposure = server.expose(grant());
    const peer = await rawPeer();
    peer.send(encodeRequest('rrq', exposure.path, 'octet', new Map()), server.address.port);
    await peer.until(1);
    await server.stop();
    await peer.until(2);
    expect(peer.received[1]?.packet).to.include({ kind: 'error', message: 'the server is stopping' });
  });
});
