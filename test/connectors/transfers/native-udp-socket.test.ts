/** The socket with the native sender against the one without: where it was built (`npm run build:native`). */
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import {
  NativeUdpSocket,
  fastestUdpSocket,
  loadNativeBlocks,
} from '../../../connectors/transfers/native-udp-socket.js';
import type { NativeBlocks } from '../../../connectors/transfers/native-udp-socket.js';
import { NodeUdpSocket } from '../../../connectors/transfers/node-udp-socket.js';
import { TftpServer } from '../../../connectors/transfers/tftp-server.js';
import type { BlockRun, UdpSocket } from '../../../connectors/transfers/udp-socket.js';
import { codeOf } from '../../../core/errors/index.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySource } from './memory-source.js';
import { RawPeer } from './raw-peer.js';
import { fetchByTftp } from './udp-client.js';

const HOST = '127.0.0.1';
interface Anything {
  send(...values: unknown[]): number;
}

const noTrouble = (error: Error): void => {
  throw error;
};

describe('connectors/transfers/native-udp-socket', () => {
  const runs: BlockRun[] = [
    { first: 1, count: 4, rolloverTo: 0, blockBytes: 100, bytes: seededBytes(1, 350) },
    { first: 65_534, count: 4, rolloverTo: 0, blockBytes: 8, bytes: seededBytes(2, 32) },
    { first: 65_534, count: 4, rolloverTo: 1, blockBytes: 8, bytes: seededBytes(3, 25) },
    { first: 9, count: 1, rolloverTo: 0, blockBytes: 512, bytes: new Uint8Array(0) },
    { first: 3, count: 3, rolloverTo: 0, blockBytes: 100, bytes: seededBytes(4, 200) },
    { first: 7, count: 1, rolloverTo: 0, blockBytes: 65_464, bytes: seededBytes(5, 65_464) },
    { first: 1, count: 64, rolloverTo: 0, blockBytes: 8, bytes: seededBytes(6, 64 * 8) },
    { first: 1, count: 8, rolloverTo: 0, blockBytes: 8192, bytes: seededBytes(7, 8 * 8192) },
  ];

  /** What a peer gets of these runs. */
  async function received(socket: UdpSocket): Promise<unknown[]> {
    const peer = await new RawPeer().open();
    await socket.bind(HOST, 0, () => undefined);
    const to = { address: HOST, port: peer.socket.address().port };
    const packets: unknown[] = [];
    for (const run of runs) {
      socket.sendBlocks(run, to);
      await peer.until(run.count);
      packets.push(...peer.received.splice(0).map(({ packet }) => packet));
    }
    await socket.close();
    socket.sendBlocks(runs[0] as BlockRun, to);
    peer.socket.close();
    return packets;
  }

  /** A native part that does nothing, as if every buffer were full after `most` blocks. */
  const stubborn = (native: NativeBlocks, most: number): NativeBlocks => ({
    ...native,
    send: (fd, address, first, count, rolloverTo, blockBytes, bytes) =>
      native.send(
        fd,
        address,
        first,
        Math.min(count, most),
        rolloverTo,
        blockBytes,
        bytes.subarray(0, most * blockBytes),
      ),
  });

  it('serves as without where there is none', async () => {
    const packets = await received(new NodeUdpSocket(HOST, noTrouble));
    expect(packets.length).to.equal(runs.reduce((sum, { count }) => sum + count, 0));
    expect(packets.map((packet) => (packet as { block: number }).block).slice(4, 12)).to.deep.equal([
      ...[65_534, 65_535, 0, 1],
      ...[65_534, 65_535, 1, 2],
    ]);
  });

  describe('with the native sender', () => {
    let native: NativeBlocks;

    before(function () {
      const found = loadNativeBlocks();
      if (found === undefined) {
        console.warn('    SKIPPED: the native sender is not built (npm run build:native)');
        this.skip();
      }
      native = found;
    });

    it('sends the same packets as Node', async () => {
      const expected = await received(new NodeUdpSocket(HOST, noTrouble));
      expect(await received(new NativeUdpSocket(native, new NodeUdpSocket(HOST, noTrouble)))).to.deep.equal(expected);
    });

    it('leaves to Node what the system does not take at once', async () => {
      const expected = await received(new NodeUdpSocket(HOST, noTrouble));
      const socket = new NativeUdpSocket(stubborn(native, 1), new NodeUdpSocket(HOST, noTrouble));
      expect(await received(socket)).to.deep.equal(expected);
    });

    it('says why it cannot bind, and shares its port with nobody', async () => {
      const socket = new NativeUdpSocket(native, new NodeUdpSocket(HOST, noTrouble));
      await socket.bind(HOST, 0, () => undefined);
      const again = new NativeUdpSocket(native, new NodeUdpSocket(HOST, noTrouble));
      const error: unknown = await again.bind(HOST, socket.port, () => undefined).catch((thrown: unknown) => thrown);
      expect((error as { code?: string }).code).to.equal('EADDRINUSE');
      await socket.close();
    });

    it('refuses wrong arguments instead of reading memory', () => {
      const send = (...values: unknown[]): number => (native as unknown as Anything).send(...values);
      expect(() => send(1)).to.throw('too few arguments');
      expect(() => send(1, 'x', 1, 1, 0, 8, new Uint8Array(8))).to.throw('wrong arguments');
      expect(() => send(1, new Uint8Array(16), 1, 1, 0, 0, new Uint8Array(8))).to.throw('wrong arguments');
      expect(() => native.address('example.com', 1)).to.throw('Invalid argument');
    });

    it('carries a server', async () => {
      const clock = new SystemClock();
      const makeSocket = fastestUdpSocket();
      const deps = { host: HOST, port: 0, clock, random: new SeededRandom(7), log: silentLog, makeSocket };
      const server = new TftpServer(deps);
      await server.start();
      const content = seededBytes(9, 700_001);
      const { path } = server.expose({ source: new MemorySource(content), onProgress: () => undefined });
      for (const windowBlocks of [1, 16]) {
        const fetched = await fetchByTftp(server.address, { fileName: path, blockBytes: 1428, windowBlocks });
        expect(fetched.bytes.equals(content)).to.equal(true);
      }
      const taken = new TftpServer({ ...deps, port: server.address.port });
      expect(codeOf(await taken.start().catch((error: unknown) => error))).to.equal('LISTEN_REFUSED');
      await server.stop();
    });
  });
});
