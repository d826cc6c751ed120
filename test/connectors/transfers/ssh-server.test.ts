import { expect } from 'chai';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { ClientChannel, ConnectConfig } from 'ssh2';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SftpClient } from '../../../connectors/transfers/sftp-client.js';
import { SshServer } from '../../../connectors/transfers/ssh-server.js';
import { codeOf } from '../../../core/errors/index.js';
import type { Log } from '../../../core/ports/log.js';
import type { TransferOptions } from '../../../core/ports/transfer.js';
import type { Exposure, TransferServer } from '../../../core/ports/transfer-server.js';
import { FXP, OPEN } from '../../../protocols/sftp/packet.js';
import { encodePacket } from '../../../protocols/sftp/wire.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { seeded } from '../../support/seeded.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { MemoryHostKeys } from '../sessions/memory-host-keys.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { sshPlace } from './ssh-place.js';
import { newEd25519Key } from '../../../connectors/transfers/ed25519-key.js';

const HOST = '127.0.0.1';

describe('SshServer', function () {
  this.timeout(20_000);
  const place = sshPlace();
  const content = seededBytes(1, 1_000_001);
  let clock: FakeClock;
  let lines: string[];
  let server: TransferServer;

  const started = async (legacyAlgorithms = false): Promise<TransferServer> => {
    const note = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const random = new SeededRandom(1);
    const made = new SshServer({ ...place, legacyAlgorithms, clock, random, log }).as('sftp');
    await made.start();
    return made;
  };
  const onProgress = (): void => undefined;
  const expose = (bytes = content, more: object = {}): Exposure =>
    server.expose({ source: new MemorySource(bytes, 65_536), onProgress, ...more });
  const options = (): TransferOptions => ({
    ...{ stallMs: 5000, totalMs: 20_000, signal: new AbortController().signal, onProgress },
  });
  const client = new SftpClient({ clock: new SystemClock(), hostKeys: new MemoryHostKeys() });
  const fetch = (exposure: Exposure, sink = new MemorySink(), port = exposure.port): Promise<string> =>
    client
      .get({ host: HOST, port, path: exposure.path, credentials: exposure.login! }, sink, options())
      .then(() => (Buffer.from(sink.content).equals(content) ? 'exact' : 'damaged'), codeOf);
  /** A connection by ssh2's own client: `ready`, or how it failed. */
  const dial = async (config: ConnectConfig): Promise<{ ssh: ssh2.Client; end: string }> => {
    const ssh = new ssh2.Client();
    const end = new Promise<string>((resolve) => {
      ssh.once('ready', () => resolve('ready'));
      ssh.once('error', (error) => resolve(error.level ?? error.message));
      ssh.once('close', () => resolve('closed'));
    });
    ssh.on('error', () => undefined);
    ssh.connect({ host: HOST, port: server.address.port, ...config });
    return { ssh, end: await end };
  };

  beforeEach(async () => {
    clock = new FakeClock();
    lines = [];
    server = await started();
  });

  afterEach(() => server.stop());

  it('makes its host keys once, for itself alone', async () => {
    const folder = join(place.dataDir, 'ssh');
    const read = (): Promise<string[]> =>
      readdir(folder).then((names) => Promise.all(names.sort().map((name) => readFile(join(folder, name), 'utf8'))));
    const keys = await read();
    expect(keys).to.have.length(2);
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).to.equal(0o600);
    await server.stop();
    server = await started();
    expect(await read()).to.deep.equal(keys);
  });

  it('lets a key in that the grant names, and no other', async () => {
    const [known, stranger] = [newEd25519Key(), newEd25519Key()];
    const exposure = expose(content, { publicKeys: [known.public] });
    const login = { username: exposure.login!.username };
    for (const [key, wanted] of [
      [known, 'ready'],
      [stranger, 'client-authentication'],
    ] as const) {
      const { ssh, end } = await dial({ ...login, privateKey: key.private });
      ssh.end();
      expect(end).to.equal(wanted);
    }
  });

  it('speaks the algorithms of the 2000s only where it is told to', async () => {
    const old: ConnectConfig['algorithms'] = {
      kex: ['diffie-hellman-group14-sha1'],
      serverHostKey: ['ssh-rsa'],
      cipher: ['aes128-cbc'],
      hmac: ['hmac-sha1'],
    };
    const refused = await dial({ ...expose().login!, algorithms: old });
    expect(refused.end).to.equal('handshake');
    await server.stop();
    server = await started(true);
    const { ssh, end } = await dial({ ...expose().login!, algorithms: old });
    ssh.end();
    expect(end).to.equal('ready');
  });

  it('forwards nothing and runs nothing', async () => {
    const { ssh } = await dial(expose().login!);
    const outcome = (ask: (done: (error?: Error) => void) => void): Promise<string> =>
      new Promise((resolve) => ask((error) => resolve(error === undefined ? 'allowed' : 'refused')));
    expect(await outcome((done) => ssh.shell((error) => done(error)))).to.equal('refused');
    expect(await outcome((done) => ssh.exec('id', (error) => done(error)))).to.equal('refused');
    expect(await outcome((done) => ssh.forwardOut(HOST, 1, HOST, 22, (error) => done(error)))).to.equal('refused');
    expect(await outcome((done) => ssh.forwardIn(HOST, 0, (error) => done(error)))).to.equal('refused');
    ssh.end();
  });

  it('stops answering an address that guesses ten thousand times, and tells once a second', async () => {
    const exposure = expose();
    for (let tries = 0; tries < 4; tries++) {
      const guess = { username: exposure.login!.username, password: 'wrong', tryKeyboard: false };
      for (let each = 0; each < 5; each++) (await dial(guess)).ssh.end();
    }
    let closed = 0;
    for (let round = 0; round < 100; round++) {
      const sockets = Array.from({ length: 100 }, () => connect(server.address.port, HOST));
      await Promise.all(
        sockets.map(async (socket) => {
          socket.on('error', () => undefined);
          await once(socket, 'close');
          closed += socket.bytesRead === 0 ? 1 : 0;
        }),
      );
    }
    expect(closed).to.equal(10_000);
    expect(await fetch(exposure)).to.equal('TRANSFER_TRANSPORT');
    expect(lines.length).to.be.at.most(3);
    await clock.advance(61_000);
    expect(await fetch(exposure)).to.equal('exact');
  });

  it('closes a connection that does not log in, and one on which nothing moves', async () => {
    const silent = connect(server.address.port, HOST);
    silent.write('SSH-2.0-test\r\n');
    await once(silent, 'data');
    await clock.advance(30_000);
    if (!silent.closed) await once(silent, 'close');
    const { ssh, end } = await dial(expose().login!);
    expect(end).to.equal('ready');
    const gone = once(ssh, 'close');
    await clock.advance(300_000);
    await gone;
  });

  it('reads no more of the file than a client that never reads can be given', async () => {
    let pulled = 0;
    const large = new MemorySource(new Uint8Array(64 * 1024 * 1024), 65_536);
    const source = {
      ...{ fileName: 'image', sizeBytes: large.sizeBytes },
      async *open() {
        for await (const piece of large.open()) {
          pulled += piece.length;
          yield piece;
        }
      },
    };
    const exposure = server.expose({ source, onProgress });
    const sock = connect(server.address.port, HOST);
    const { ssh } = await dial({ ...exposure.login!, sock });
    const channel = await new Promise<ClientChannel>((resolve) =>
      ssh.subsys('sftp', (_error, opened) => resolve(opened)),
    );
    channel.write(encodePacket(FXP.init, [{ u32: 3 }]));
    channel.write(encodePacket(FXP.open, [{ u32: 1 }, { text: exposure.path }, { u32: OPEN.read }, { u32: 0 }]));
    await once(channel, 'data');
    channel.pause();
    for (let id = 0; id < 2000; id++) {
      const at = [{ u64: id * 32_768 }, { u32: 32_768 }];
      channel.write(encodePacket(FXP.read, [{ u32: 2 + id }, { text: '1' }, ...at]));
    }
    let before = -1;
    while (before !== pulled || pulled === 0) {
      before = pulled;
      for (let turn = 0; turn < 200; turn++) await settle();
    }
    expect(pulled).to.be.lessThan(16 * 1024 * 1024);
    const other = expose();
    expect(await fetch(other)).to.equal('exact');
    ssh.destroy();
  });

  it('gives the exact file or a clean failure over a connection that is cut anywhere, and then the rest', async function () {
    const below = seeded(this);
    for (let round = 0; round < 12; round++) {
      const exposure = expose();
      const relay = await cuttingRelay(exposure.port, below(1_100_000));
      const first = new MemorySink();
      const end = await fetch(exposure, first, relay.port);
      expect(end).to.be.oneOf(['exact', 'TRANSFER_TRANSPORT']);
      expect(Buffer.from(content.subarray(0, first.bytes)).equals(first.content)).to.equal(true);
      relay.stop();
      expect(await fetch(exposure, new MemorySink({ held: first.content }))).to.equal('exact');
    }
  });

  it('takes what is brought over a connection that is cut for no whole file, and the next try for one', async function () {
    const below = seeded(this);
    for (let round = 0; round < 6; round++) {
      const sink = new MemorySink();
      const exposure = server.accept!({ sink, onProgress });
      const put = (port: number): Promise<string> =>
        client
          .put(
            { host: HOST, port, path: exposure.path, credentials: exposure.login! },
            new MemorySource(content, 65_536),
            options(),
          )
          .then(() => 'whole', codeOf);
      const relay = await cuttingRelay(exposure.port, 5000 + below(900_000));
      expect(await put(relay.port)).to.equal('TRANSFER_TRANSPORT');
      relay.stop();
      expect(exposure.fetches.some(({ complete }) => complete)).to.equal(false);
      expect(await put(exposure.port)).to.equal('whole');
      expect(Buffer.from(content).equals(sink.content)).to.equal(true);
      expect(exposure.fetches.at(-1)?.complete).to.equal(true);
    }
  });
});

/** Passes a connection on, and resets it after so many bytes either way. */
async function cuttingRelay(to: number, afterBytes: number): Promise<{ readonly port: number; stop(): void }> {
  const sockets: Socket[] = [];
  let left = afterBytes;
  const relay = createServer((near) => {
    const far = connect(to, HOST);
    sockets.push(near, far);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', () => into.destroy());
      from.on('close', () => into.destroy());
      from.on('data', (bytes: Buffer) => {
        left -= bytes.length;
        if (left > 0) into.write(bytes);
        else {
          near.resetAndDestroy();
          far.resetAndDestroy();
        }
      });
    }
  }).listen(0, HOST);
  await once(relay, 'listening');
  return {
    port: (relay.address() as AddressInfo).port,
    stop: () => {
      relay.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
