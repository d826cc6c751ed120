/** Our client against our server, over real sockets: both ways, and what goes wrong. */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TftpClient } from '../../../connectors/transfers/tftp-client.js';
import { TftpServer } from '../../../connectors/transfers/tftp-server.js';
import { codeOf } from '../../../core/errors/index.js';
import type { RemoteFile, TransferOptions } from '../../../core/ports/transfer.js';
import type { TransferProgress } from '../../../core/transfer-progress.js';
import { encodeAck, encodeData, encodeError } from '../../../protocols/tftp/packet.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { RawPeer } from './raw-peer.js';

const HOST = '127.0.0.1';
const clock = new SystemClock();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('connectors/transfers/tftp-client', () => {
  let server: TftpServer;
  const client = new TftpClient({ clock });
  const content = seededBytes(1, 300_001);
  const peers: RawPeer[] = [];

  const options = (extra: Partial<TransferOptions> = {}): TransferOptions => ({
    ...{ stallMs: 10_000, totalMs: 20_000, signal: new AbortController().signal, onProgress: () => undefined },
    ...extra,
  });
  const at = (path: string): RemoteFile => ({ host: HOST, port: server.address.port, path });
  const expose = (bytes = content): string =>
    server.expose({ source: new MemorySource(bytes), onProgress: () => undefined }).path;
  const failure = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    return `${codeOf(error)} ${(error as Error).message}`;
  };
  const rawServer = async (): Promise<RawPeer> => {
    const peer = await new RawPeer().open();
    peers.push(peer);
    return peer;
  };

  beforeEach(async () => {
    server = new TftpServer({ host: HOST, port: 0, clock, random: new SeededRandom(7), log: silentLog });
    await server.start();
  });

  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.socket.close();
    await server.stop();
  });

  for (const length of [0, 1, 8191, 8192, 300_001]) {
    it(`fetches and brings ${String(length)} bytes, with hash and progress`, async () => {
      const bytes = content.subarray(0, length);
      const progress: TransferProgress[] = [];
      const onProgress = (now: TransferProgress): unknown => progress.push(now);
      const sink = new MemorySink();
      expect(await client.get(at(expose(bytes)), sink, options({ onProgress }))).to.deep.equal({
        bytes: length,
        sha256: sha256(bytes),
      });
      expect(Buffer.compare(sink.content, bytes)).to.equal(0);
      expect(progress.at(-1)).to.deep.include({ bytes: length, ...(length === 0 ? {} : { totalBytes: length }) });

      const taken = new MemorySink({ held: Uint8Array.of(1, 2, 3) });
      const exposure = server.accept({ sink: taken, onProgress: () => undefined });
      const moved = await client.put(at(exposure.path), new MemorySource(bytes), options({ onProgress }));
      expect(moved).to.deep.equal({ bytes: length, sha256: sha256(bytes) });
      expect(Buffer.compare(taken.content, bytes)).to.equal(0);
      while (exposure.fetches.length === 0) await settle();
      expect(exposure.fetches).to.deep.equal([{ peer: HOST, complete: true, bytes: length, sha256: sha256(bytes) }]);
      expect(progress.at(-1)).to.include({ bytes: length });
    });
  }

  it('moves text as netascii, and gives it back as it was', async () => {
    const text = Uint8Array.from(Buffer.from('hostname r1\r\n!\rend\n'.repeat(9000) + '\r'));
    const ascii = new TftpClient({ clock, mode: 'netascii' });
    const sink = new MemorySink();
    await ascii.get(at(expose(text)), sink, options());
    expect(Buffer.compare(sink.content, text)).to.equal(0);
    const taken = new MemorySink();
    const exposure = server.accept({ sink: taken, onProgress: () => undefined });
    await ascii.put(at(exposure.path), new MemorySource(text), options());
    expect(Buffer.compare(taken.content, text)).to.equal(0);
  });

  it('names what the server refuses', async () => {
    const fetchOnly = expose();
    const upload = server.accept({ sink: new MemorySink(), onProgress: () => undefined }).path;
    const source = new MemorySource(content);
    expect(await failure(client.get(at('none'), new MemorySink(), options()))).to.match(/^TRANSFER_REMOTE_FILE .*none/);
    expect(await failure(client.get(at(upload), new MemorySink(), options()))).to.match(/^TRANSFER_REFUSED/);
    expect(await failure(client.put(at(fetchOnly), source, options()))).to.match(/^TRANSFER_REFUSED/);
    await client.put(at(upload), source, options());
    expect(await failure(client.put(at(upload), source, options()))).to.match(/the file is here already/);
  });

  it('tells a full disk at the server: before it begins where the length is told, else when it is full', async () => {
    const small = server.accept({ sink: new MemorySink({ maxBytes: 1000 }), onProgress: () => undefined });
    const put = (path: string): Promise<unknown> => client.put(at(path), new MemorySource(content), options());
    expect(await failure(put(small.path))).to.equal('TRANSFER_SPACE tftp: no space: no more than 1000 bytes fit');
    const full = server.accept({ sink: new MemorySink({ fullAtBytes: 100_000 }), onProgress: () => undefined });
    expect(await failure(put(full.path))).to.match(/^TRANSFER_SPACE .*no space left on device/);
    while (full.fetches.length === 0) await settle();
    expect(full.fetches[0]).to.include({ complete: false });
    expect(full.fetches[0]?.reason).to.match(/no space left/);
  });

  it('tells the server of its own full disk, and of a file that is larger than may be taken', async () => {
    const exposure = server.expose({ source: new MemorySource(content), onProgress: () => undefined });
    const get = (sink: MemorySink): Promise<string> => failure(client.get(at(exposure.path), sink, options()));
    expect(await get(new MemorySink({ fullAtBytes: 50_000 }))).to.match(/^TRANSFER_SPACE/);
    expect(await get(new MemorySink({ maxBytes: 50_000 }))).to.match(/^TRANSFER_SPACE .*300001 bytes/);
    while (exposure.fetches.length < 2) await settle();
    for (const { reason } of exposure.fetches) expect(reason).to.match(/^the peer sent error 3/);
  });

  it('takes a second bringing after one that was broken off, and none beside one that runs', async () => {
    const sink = new MemorySink();
    const exposure = server.accept({ sink, onProgress: () => undefined });
    const abort = new AbortController();
    const first = client.put(
      at(exposure.path),
      new MemorySource(new Uint8Array(20_000_000)),
      options({ signal: abort.signal }),
    );
    await sink.holds(1);
    expect(await failure(client.put(at(exposure.path), new MemorySource(content), options()))).to.match(
      /being written/,
    );
    abort.abort(new Error('stop'));
    expect(await failure(first)).to.match(/^TRANSFER_ABORTED/);
    while (exposure.fetches.length === 0) await settle();
    await client.put(at(exposure.path), new MemorySource(content), options());
    expect(Buffer.compare(sink.content, content)).to.equal(0);
  });

  it('ends when it is aborted or nothing comes, and lets the server know', async () => {
    const silent = await rawServer();
    const remote = { host: HOST, port: silent.socket.address().port, path: 'x' };
    expect(await failure(client.get(remote, new MemorySink(), options({ stallMs: 100 })))).to.match(
      /^TRANSFER_TIMEOUT/,
    );
    const abort = new AbortController();
    const getting = failure(client.get(remote, new MemorySink(), options({ signal: abort.signal })));
    await silent.until(3);
    abort.abort(new Error('the job was cancelled'));
    expect(await getting).to.match(/^TRANSFER_ABORTED .*the job was cancelled/);
    await silent.until(4);
    expect(silent.received.map(({ packet }) => packet.kind)).to.deep.equal(['rrq', 'error', 'rrq', 'error']);
  });

  it('listens to one server port only, and stays to repeat the last acknowledgement', async () => {
    const [listener, transfer, stranger] = [await rawServer(), await rawServer(), await rawServer()];
    const sink = new MemorySink();
    const remote = { host: HOST, port: listener.socket.address().port, path: 'x' };
    const getting = client.get(remote, sink, options());
    await listener.until(1);
    const port = listener.received[0]?.port ?? 0;
    transfer.send(encodeData(1, seededBytes(1, 512)), port);
    await transfer.until(1);
    stranger.send(encodeData(2, seededBytes(2, 100)), port);
    stranger.send(encodeError(1, 'no'), port);
    await stranger.until(1);
    expect(stranger.received[0]?.packet).to.include({ kind: 'error', code: 5 });
    transfer.send(encodeData(2, seededBytes(3, 10)), port);
    expect((await getting).bytes).to.equal(522);
    transfer.send(encodeData(2, seededBytes(3, 10)), port);
    await transfer.until(3);
    expect(transfer.received[2]?.packet).to.deep.equal({ kind: 'ack', block: 2 });
    transfer.send(encodeAck(0), port);
  });
});
