/** What a TFTP server must bear: floods, peers that never answer, hostile names; and what it keeps doing meanwhile. */
import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TftpServer } from '../../../connectors/transfers/tftp-server.js';
import type { TftpServerDeps } from '../../../connectors/transfers/tftp-server.js';
import type { Log, LogFields } from '../../../core/ports/log.js';
import { encodeAck, encodeRequest } from '../../../protocols/tftp/packet.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySource } from './memory-source.js';
import { RawPeer } from './raw-peer.js';
import { fetchByTftp } from './udp-client.js';

const HOST = '127.0.0.1';
const FLOOD = 10_000;

describe('connectors/transfers/tftp-server under attack', () => {
  const servers: TftpServer[] = [];
  const peers: RawPeer[] = [];
  const content = seededBytes(1, 400_000);
  let lines: { message: string; fields: LogFields | undefined }[];

  const log: Log = {
    ...silentLog,
    info: (message, fields) => lines.push({ message, fields }),
  };
  const start = async (extra: Partial<TftpServerDeps> = {}): Promise<TftpServer> => {
    const clock = new SystemClock();
    const server = new TftpServer({ host: HOST, port: 0, clock, random: new SeededRandom(7), log, ...extra });
    await server.start();
    servers.push(server);
    return server;
  };
  const expose = (server: TftpServer): string =>
    server.expose({ source: new MemorySource(content), onProgress: () => undefined }).path;
  const rawPeers = async (count: number): Promise<RawPeer[]> => {
    const opened = await Promise.all(Array.from({ length: count }, () => new RawPeer().open()));
    peers.push(...opened);
    return opened;
  };
  const rrq = (path: string): Uint8Array => encodeRequest('rrq', path, 'octet', new Map());

  beforeEach(() => (lines = []));

  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.socket.close();
    for (const server of servers.splice(0)) await server.stop();
  });

  for (const known of [true, false]) {
    it(`bounds ${String(FLOOD)} requests from one address for ${known ? 'a file that is there' : 'names that are not'}, while another fetch goes on`, async () => {
      const server = await start();
      const path = expose(server);
      const flooders = await rawPeers(400);
      const fetching = fetchByTftp(server.address, { fileName: path, blockBytes: 1428, windowBlocks: 8 }, '127.0.0.9');
      for (let sent = 0; sent < FLOOD; sent += 1) {
        flooders[sent % flooders.length]?.send(rrq(known ? path : `${path}${String(sent)}`), server.address.port);
        if (sent % 100 === 99) await settle();
      }
      expect((await fetching).bytes.equals(content)).to.equal(true);
      expect(server.running).to.be.at.most(257);
      const refusals = lines.filter(({ message }) => message === 'tftp refused');
      expect(refusals.length).to.be.at.most(20);
      expect(server.refused).to.be.above(100);
      const after = await fetchByTftp(server.address, { fileName: path, blockBytes: 8192 }, '127.0.0.10');
      expect(after.bytes.equals(content)).to.equal(true);
    }).timeout(30_000);
  }

  it('sends a peer that never acknowledges three packets, and forgets it', async () => {
    const clock = new FakeClock();
    const server = await start({ clock });
    const path = expose(server);
    const silent = await rawPeers(20);
    for (const peer of silent) peer.send(rrq(path), server.address.port);
    for (const peer of silent) await peer.until(1);
    expect(server.running).to.equal(20);
    await clock.runUntilIdle(60_000);
    for (const peer of silent) await peer.until(3);
    expect(server.running).to.equal(0);
    expect(silent.every(({ received }) => received.length === 3)).to.equal(true);
    const count = lines.reduce((sum, { fields }) => sum + Number(fields?.['count'] ?? 0), 0);
    expect([count, server.refused]).to.deep.equal([20, 20]);
    expect(lines.length).to.be.at.most(3);
  });

  it('lets a slow reader take its time', async () => {
    const clock = new FakeClock();
    const server = await start({ clock });
    const [peer] = await rawPeers(1);
    if (peer === undefined) throw new Error('no peer');
    peer.send(rrq(expose(server)), server.address.port);
    for (let block = 1; block <= 5; block += 1) {
      await peer.until(block);
      await clock.advance(150);
      peer.send(encodeAck(block), peer.received[0]?.port ?? 0);
    }
    await peer.until(6);
    expect(peer.received.map(({ packet }) => (packet.kind === 'data' ? packet.block : packet.kind))).to.deep.equal([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  it('opens no descriptor for a transfer', async () => {
    const server = await start();
    const path = expose(server);
    const clients = await rawPeers(200);
    const before = readdirSync('/proc/self/fd').length;
    for (const client of clients) client.send(rrq(path), server.address.port);
    for (const client of clients) await client.until(1);
    expect(server.running).to.equal(200);
    expect(readdirSync('/proc/self/fd').length).to.be.at.most(before + 1);
    const ports = new Set(clients.map(({ received }) => received[0]?.port));
    expect(ports.size).to.equal(8);
    expect(ports.has(server.address.port)).to.equal(false);
  });

  it('keeps to the configured ports, passes over one that is taken, and says when none is left', async () => {
    const [taken] = await rawPeers(1);
    const first = taken?.socket.address().port ?? 0;
    const server = await start({ ports: { first, last: Math.min(first + 3, 65_535) } });
    const path = expose(server);
    const [peer] = await rawPeers(1);
    peer?.send(rrq(path), server.address.port);
    await peer?.until(1);
    expect(peer?.received[0]?.port).to.be.within(first + 1, first + 3);
    const error: unknown = await start({ ports: { first, last: first } }).catch((thrown: unknown) => thrown);
    expect((error as { next?: string }).next).to.contain('servers.tftp.ports');
  });

  it('begins anew for a peer that asks for something else from the same port, without a word to the old transfer', async () => {
    const server = await start();
    const [one, two] = [expose(server), expose(server)];
    const [peer] = await rawPeers(1);
    if (peer === undefined) throw new Error('no peer');
    peer.send(rrq(one), server.address.port);
    await peer.until(1);
    peer.send(rrq(two), server.address.port);
    await peer.until(2);
    expect(peer.received.map(({ packet }) => packet.kind)).to.deep.equal(['data', 'data']);
    expect(server.running).to.equal(1);
    expect(peer.received[0]?.port).to.not.equal(peer.received[1]?.port);
  });

  it('answers names with NUL, line ends, 64 KiB and options out of range without harm', async () => {
    const server = await start();
    const path = expose(server);
    const [peer] = await rawPeers(1);
    if (peer === undefined) throw new Error('no peer');
    const hostile = [
      `\0\x01${path}\0/../etc/passwd\0octet\0`,
      `\0\x01${path}\r\nX\0octet\0`,
      `\0\x01${'A'.repeat(60_000)}\0octet\0`,
      `\0\x01../../etc/passwd\0octet\0`,
      `\0\x01\0octet\0`,
      `\0\x01${path}\0octet\0blksize\0`,
    ];
    for (const text of hostile) peer.send(Buffer.from(text, 'latin1'), server.address.port);
    await peer.until(hostile.length);
    expect(peer.received.every(({ packet }) => packet.kind === 'error')).to.equal(true);
    for (const value of ['0', '-1', '99999999999999999999', '1e3', 'NaN']) {
      const options = new Map([
        ['blksize', value],
        ['windowsize', value],
        ['timeout', value],
        ['rollover', value],
      ]);
      const [own] = await rawPeers(1);
      own?.send(encodeRequest('rrq', path, 'octet', options), server.address.port);
      await own?.until(1);
      const { packet } = own?.received[0] ?? {};
      const usual = packet?.kind === 'data' ? packet.bytes.length === 512 : packet?.kind === 'oack';
      expect(usual, value).to.equal(true);
    }
  });
});
