import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { FtpClient } from '../../../connectors/transfers/ftp-client.js';
import type { FtpClientDeps } from '../../../connectors/transfers/ftp-client.js';
import { FtpServer } from '../../../connectors/transfers/ftp-server.js';
import type { Exposure } from '../../../core/ports/transfer-server.js';
import type { RemoteFile, TransferOptions } from '../../../core/ports/transfer.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { seeded } from '../../support/seeded.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { runBroken } from './ftp-fault-run.js';
import { FtpRelay } from './ftp-relay.js';
import type { DataFault } from './ftp-relay.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';

const HOST = '127.0.0.1';
const content = seededBytes(1, 300_001);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const NO_FAULT: DataFault = { kind: 'none', afterBytes: 0, pieceBytes: 65_536 };

function options(more: Partial<TransferOptions> = {}): TransferOptions {
  return { stallMs: 5000, totalMs: 8000, signal: new AbortController().signal, onProgress: () => undefined, ...more };
}

function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );
}

describe('the FTP client', () => {
  const ends: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const clientWith = (more: Partial<FtpClientDeps> = {}): FtpClient =>
    new FtpClient({ clock: new SystemClock(), random: new SeededRandom(1), ...more });

  async function serve(): Promise<FtpServer> {
    const server = new FtpServer({
      ...{ host: HOST, port: 0, clock: new SystemClock(), random: new SeededRandom(1), log: silentLog },
    });
    await server.start();
    ends.push(() => server.stop());
    return server;
  }

  const at = ({ path, port, login }: Exposure): RemoteFile => ({ host: HOST, port, path, credentials: login! });

  const exposed = (server: FtpServer, bytes: Uint8Array = content): RemoteFile =>
    at(server.expose({ source: new MemorySource(bytes), path: '{random}/a.bin', onProgress: () => undefined }));

  function accepted(server: FtpServer, sink: MemorySink): { remote: RemoteFile; exposure: Exposure } {
    const exposure = server.accept({ sink, path: '{random}/b.bin', onProgress: () => undefined });
    return { remote: at(exposure), exposure };
  }

  /** A server that says what a test says: each command is answered by the first row that it begins with. */
  async function scripted(answers: Readonly<Record<string, string | undefined>>): Promise<RemoteFile> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      if (answers['greeting'] !== '') socket.write(`${answers['greeting'] ?? '220 hello'}\r\n`);
      socket.on('data', (bytes: Buffer) => {
        for (const line of bytes.toString().split('\r\n').slice(0, -1)) {
          const known: Readonly<Record<string, string | undefined>> = { USER: '331 yes', PASS: '230 in', ...answers };
          const answer = known[line.slice(0, 4).trim()] ?? '200 fine';
          if (answer !== '') socket.write(`${answer}\r\n`);
        }
      });
    });
    server.listen(0, HOST);
    await once(server, 'listening');
    ends.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    const address = server.address();
    return { host: HOST, port: typeof address === 'object' && address !== null ? address.port : 0, path: 'a.bin' };
  }

  for (const active of [false, true]) {
    it(`fetches and brings files of every size${active ? ', over active connections' : ''}`, async () => {
      const server = await serve();
      const client = clientWith({ active });
      for (const size of [0, 1, 65_535, 65_536, 300_001]) {
        const bytes = seededBytes(size, size);
        const sink = new MemorySink();
        const told: number[] = [];
        const got = await client.get(exposed(server, bytes), sink, options({ onProgress: (p) => told.push(p.bytes) }));
        expect(got).to.deep.equal({ bytes: size, sha256: sha256(bytes) });
        expect(Buffer.from(sink.content).equals(bytes)).to.equal(true);
        expect(told.at(-1)).to.equal(size);
        const there = new MemorySink();
        const { remote, exposure } = accepted(server, there);
        expect(await client.put(remote, new MemorySource(bytes), options())).to.deep.equal(got);
        expect(Buffer.from(there.content).equals(bytes)).to.equal(true);
        expect(exposure.fetches[0]).to.include({ complete: true, sha256: got.sha256 });
      }
    });
  }

  it('goes on behind what the sink holds, and knows when that is all', async () => {
    const server = await serve();
    for (const held of [1, 200_000, content.length]) {
      const sink = new MemorySink({ held: content.subarray(0, held) });
      expect(await clientWith().get(exposed(server), sink, options())).to.deep.equal({ bytes: content.length });
      expect(Buffer.from(sink.content).equals(content)).to.equal(true);
    }
    const longer = new MemorySink({ held: new Uint8Array(content.length + 1) });
    expect((await clientWith().get(exposed(server), longer, options())).sha256).to.equal(sha256(content));
  });

  it('begins anew where the server cannot begin in the middle', async () => {
    const server = await serve();
    const remote = exposed(server);
    const relay = await scriptedRestart(server.address.port);
    const sink = new MemorySink({ held: new Uint8Array(1000) });
    const got = await clientWith().get({ ...remote, port: relay }, sink, options());
    expect(got).to.deep.equal({ bytes: content.length, sha256: sha256(content) });
    expect(Buffer.from(sink.content).equals(content)).to.equal(true);
  });

  /** Our server behind somebody who refuses REST. */
  async function scriptedRestart(serverPort: number): Promise<number> {
    const { connect } = await import('node:net');
    const proxy = createServer((near) => {
      const far = connect({ host: HOST, port: serverPort });
      ends.push(() => {
        near.destroy();
        far.destroy();
      });
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.on('data', (bytes: Buffer) => {
        if (bytes.toString().startsWith('REST')) near.write('502 no\r\n');
        else far.write(bytes);
      });
      far.on('data', (bytes: Buffer) => near.write(bytes));
    });
    proxy.listen(0, HOST);
    await once(proxy, 'listening');
    ends.push(() => {
      proxy.close();
    });
    const address = proxy.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  describe('over connections that break', () => {
    const relayed = async (server: FtpServer, faults: readonly DataFault[]): Promise<FtpRelay> => {
      const left = [...faults];
      const relay = new FtpRelay(server.address.port, () => left.shift() ?? NO_FAULT);
      await relay.start();
      ends.push(() => relay.stop());
      return relay;
    };

    for (const kind of ['cut', 'reset', 'control'] as const) {
      it(`goes on after a ${kind}, both ways`, async () => {
        const server = await serve();
        const fault: DataFault = { kind, afterBytes: 100_000, pieceBytes: 10_000 };
        const out = await relayed(server, [fault, fault]);
        const sink = new MemorySink();
        const got = await clientWith().get({ ...exposed(server), port: out.port }, sink, options());
        expect(got).to.deep.equal({ bytes: content.length, sha256: sha256(content) });
        expect(Buffer.from(sink.content).equals(content)).to.equal(true);
        expect(out.connections).to.equal(3);

        const inwards = await relayed(server, [fault, fault]);
        const there = new MemorySink();
        const { remote } = accepted(server, there);
        const put = await clientWith().put({ ...remote, port: inwards.port }, new MemorySource(content), options());
        expect(put.bytes).to.equal(content.length);
        expect(Buffer.from(there.content).equals(content)).to.equal(true);
      });
    }

    it('gives up where nothing moves any more', async () => {
      const server = await serve();
      const relay = await relayed(server, [{ kind: 'stall', afterBytes: 50_000, pieceBytes: 1000 }]);
      const stalled = clientWith().get(
        { ...exposed(server), port: relay.port },
        new MemorySink(),
        options({ stallMs: 200 }),
      );
      expect(await codeOf(stalled)).to.equal('TRANSFER_TIMEOUT');
      expect(relay.connections).to.equal(1);
    });

    it('is exact or fails cleanly, whatever breaks where', async function () {
      this.timeout(30_000);
      const below = seeded(this);
      const server = await serve();
      const outcomes: string[] = [];
      for (let run = 0; run < 12; run += 1) outcomes.push(await runBroken(server, below));
      expect(outcomes).to.include('done');
    });
  });

  describe('tells what went wrong', () => {
    const cases: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
      ['no login', { PASS: '530 no' }, 'TRANSFER_REFUSED'],
      ['a server that is full', { greeting: '421 later' }, 'TRANSFER_TRANSPORT'],
      ['a data port that nobody listens at', { EPSV: '229 (|||1|)' }, 'TRANSFER_TRANSPORT'],
      ['no way to a data connection', { EPSV: '500 no', PASV: '425 no' }, 'TRANSFER_TRANSPORT'],
      ['nonsense for PASV', { EPSV: '500 no', PASV: '227 (somewhere)' }, 'TRANSFER_TRANSPORT'],
      ['TLS that it does not have', { AUTH: '502 no' }, 'TRANSFER_REFUSED'],
      ['no answer', { greeting: '' }, 'TRANSFER_TIMEOUT'],
      ['no answer to a command', { TYPE: '' }, 'TRANSFER_TIMEOUT'],
      ['an endless reply', { USER: `331-${'x'.repeat(70_000)}` }, 'TRANSFER_TRANSPORT'],
    ];
    for (const [what, answers, wanted] of cases) {
      it(`of ${what}: ${wanted}`, async () => {
        const remote = await scripted({ SIZE: '550 no', ...answers });
        const client = clientWith('AUTH' in answers ? { tls: {} } : {});
        expect(await codeOf(client.get(remote, new MemorySink(), options({ stallMs: 200 })))).to.equal(wanted);
      });
    }

    it('by the code of the reply', async () => {
      const wanted: Readonly<Record<string, string>> = {
        ...{
          425: 'TRANSFER_TRANSPORT',
          426: 'TRANSFER_TRANSPORT',
          450: 'TRANSFER_REMOTE_FILE',
          451: 'TRANSFER_TRANSPORT',
        },
        ...{ 452: 'TRANSFER_SPACE', 530: 'TRANSFER_REFUSED', 550: 'TRANSFER_REMOTE_FILE', 552: 'TRANSFER_SPACE' },
        ...{ 553: 'TRANSFER_REFUSED' },
      };
      // A data connection that is there is all that this server needs.
      const data = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.resume();
      });
      data.listen(0, HOST);
      await once(data, 'listening');
      ends.push(() => {
        data.close();
      });
      const address = data.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      for (const [code, error] of Object.entries(wanted)) {
        const remote = await scripted({
          EPSV: `229 (|||${port}|)`,
          SIZE: '550 no',
          STOR: `${code} no`,
          RETR: `${code} no`,
        });
        expect(await codeOf(clientWith().put(remote, new MemorySource(content), options())), code).to.equal(error);
        expect(await codeOf(clientWith().get(remote, new MemorySink(), options())), code).to.equal(error);
      }
    });

    it('where the server said why only after the data connection broke', async () => {
      const server = await serve();
      const { remote } = accepted(server, new MemorySink({ fullAtBytes: 1000 }));
      const large = new MemorySource(seededBytes(3, 2_000_000), 65_536);
      expect(await codeOf(clientWith().put(remote, large, options()))).to.equal('TRANSFER_SPACE');
    });

    it('at our own end', async () => {
      const server = await serve();
      expect(await codeOf(clientWith().get(exposed(server), new MemorySink({ fullAtBytes: 9 }), options()))).to.equal(
        'TRANSFER_SPACE',
      );
      expect(await codeOf(clientWith().get(exposed(server), new MemorySink({ maxBytes: 9 }), options()))).to.equal(
        'TRANSFER_SPACE',
      );
      const { remote } = accepted(server, new MemorySink());
      const lying = new MemorySource(content, 1000, content.length + 5);
      expect(await codeOf(clientWith().put(remote, lying, options()))).to.equal('TRANSFER_INTEGRITY');
    });

    it('of names that would be commands of their own, before anything is sent', async () => {
      const server = await serve();
      const remote = { ...exposed(server), path: 'a\r\nDELE b' };
      expect(await codeOf(clientWith().get(remote, new MemorySink(), options()))).to.equal('TRANSFER_REMOTE_FILE');
      expect(
        await codeOf(clientWith().get({ ...remote, path: 'x'.repeat(65_536) }, new MemorySink(), options())),
      ).to.equal('TRANSFER_REFUSED');
    });

    it('when it is aborted in the middle', async () => {
      const server = await serve();
      const abort = new AbortController();
      const sink = new MemorySink();
      const work = clientWith().get(
        exposed(server, Buffer.alloc(50_000_000, 1)),
        sink,
        options({ signal: abort.signal }),
      );
      await sink.holds(1_000_000);
      abort.abort(new Error('enough'));
      expect(await codeOf(work)).to.equal('TRANSFER_ABORTED');
    });
  });
});
