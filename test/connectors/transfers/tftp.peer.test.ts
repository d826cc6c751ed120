/** Our TFTP against foreign programs: their clients fetch from our server, our client engine from their servers. */
import { expect } from 'chai';
import type { Context } from 'mocha';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAtftpd } from '../../../bench/transfers/find-atftpd.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TftpClient } from '../../../connectors/transfers/tftp-client.js';
import { TftpServer } from '../../../connectors/transfers/tftp-server.js';
import { codeOf } from '../../../core/errors/index.js';
import type { TransferOptions } from '../../../core/ports/transfer.js';
import type { Exposure } from '../../../core/ports/transfer-server.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { settle } from '../../support/fake-clock.js';
import { requirePeer } from '../../support/peers.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { fetchByTftp } from './udp-client.js';

const HOST = '127.0.0.1';

/** Exit code and all output of a program that runs to its end. */
function runToEnd(command: string, args: readonly string[], cwd: string): Promise<{ code: unknown; text: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile(command, args, { cwd, env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, text: `${stdout}${stderr}` });
    });
  });
}

describe('TFTP with foreign programs', function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tftp-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  describe('our server', () => {
    let server: TftpServer;
    const content = seededBytes(1, 1_000_001);

    beforeEach(async () => {
      server = new TftpServer({
        host: HOST,
        port: 0,
        clock: new SystemClock(),
        random: new SeededRandom(1),
        log: silentLog,
      });
      await server.start();
    });

    afterEach(() => server.stop());

    const expose = (bytes = content, peerAddress?: string): Exposure =>
      server.expose({
        source: new MemorySource(bytes, 65_536),
        path: '{random}/image.bin',
        onProgress: () => undefined,
        ...(peerAddress === undefined ? {} : { peerAddress }),
      });

    type Arguments = (path: string, port: string) => string[];
    const curl =
      (...options: string[]): Arguments =>
      (path, port) => ['-s', '-S', ...options, '-o', 'received', `tftp://${HOST}:${port}/${path}`];
    const atftp =
      (...options: string[]): Arguments =>
      (path, port) => [
        ...options.flatMap((option) => ['--option', option]),
        '-g',
        '-r',
        path,
        '-l',
        'received',
        HOST,
        port,
      ];
    const busybox =
      (...options: string[]): Arguments =>
      (path, port) => ['tftp', ...options, '-g', '-r', path, '-l', 'received', HOST, port];
    const hpa: Arguments = (path, port) => ['-m', 'binary', HOST, port, '-c', 'get', path, 'received'];

    const clients: readonly (readonly [string, string, Arguments])[] = [
      ['curl', 'with its own options', curl()],
      ['curl', 'without options', curl('--tftp-no-options')],
      ['curl', 'with blocks of 1428', curl('--tftp-blksize', '1428')],
      ['curl', 'with blocks of 65464', curl('--tftp-blksize', '65464')],
      ['tftp', 'as it is', hpa],
      ['atftp', 'as it is', atftp()],
      ['atftp', 'with windows of 16', atftp('blksize 1428', 'windowsize 16')],
      ['atftp', 'with a window too large for its buffer', atftp('blksize 8192', 'windowsize 64')],
      ['atftp', 'with timeout and tsize', atftp('timeout 2', 'tsize 0')],
      ['busybox', 'as it is', busybox()],
      ['busybox', 'with blocks of 1428', busybox('-b', '1428')],
    ];
    for (const [command, how, args] of clients) {
      it(`serves ${command} ${how}`, async function () {
        requirePeer.call(this, command);
        const exposure = expose();
        const { code, text } = await runToEnd(command, args(exposure.path, String(exposure.port)), folder);
        expect(code, text).to.equal(0);
        expect((await readFile(join(folder, 'received'))).equals(content)).to.equal(true);
        while (exposure.fetches.length === 0) await settle();
        expect(exposure.fetches).to.deep.equal([{ peer: HOST, bytes: content.length, complete: true }]);
      });
    }

    const senders: readonly (readonly [string, string, Arguments])[] = [
      ['curl', 'with its own options', (path, port) => ['-s', '-S', '-T', 'upload', `tftp://${HOST}:${port}/${path}`]],
      [
        'curl',
        'without options',
        (path, port) => ['-s', '-S', '--tftp-no-options', '-T', 'upload', `tftp://${HOST}:${port}/${path}`],
      ],
      ['tftp', 'as it is', (path, port) => ['-m', 'binary', HOST, port, '-c', 'put', 'upload', path]],
      ['atftp', 'as it is', (path, port) => ['-p', '-l', 'upload', '-r', path, HOST, port]],
      [
        'atftp',
        'with windows of 16',
        (path, port) => [
          ...['--option', 'blksize 1428', '--option', 'windowsize 16'],
          ...['-p', '-l', 'upload', '-r', path, HOST, port],
        ],
      ],
      ['busybox', 'as it is', (path, port) => ['tftp', '-p', '-l', 'upload', '-r', path, HOST, port]],
      [
        'busybox',
        'with blocks of 1428',
        (path, port) => ['tftp', '-b', '1428', '-p', '-l', 'upload', '-r', path, HOST, port],
      ],
    ];
    for (const [command, how, args] of senders) {
      it(`takes a file from ${command} ${how}`, async function () {
        requirePeer.call(this, command);
        const sink = new MemorySink();
        const exposure = server.accept({ sink, path: '{random}/upload', onProgress: () => undefined });
        await writeFile(join(folder, 'upload'), content);
        const { code, text } = await runToEnd(command, args(exposure.path, String(exposure.port)), folder);
        expect(code, text).to.equal(0);
        while (exposure.fetches.length === 0) await settle();
        const sha256 = createHash('sha256').update(content).digest('hex');
        expect(exposure.fetches).to.deep.equal([{ peer: HOST, complete: true, bytes: content.length, sha256 }]);
        expect(Buffer.compare(sink.content, content)).to.equal(0);
      });
    }

    it('moves text with tftp-hpa as netascii, both ways', async function () {
      requirePeer.call(this, 'tftp');
      const text = Buffer.from('hostname r1\n!\nend\n'.repeat(5000));
      const exposure = expose(text);
      const mode = ['-m', 'netascii', HOST, String(exposure.port)];
      const got = await runToEnd('tftp', [...mode, '-c', 'get', exposure.path, 'received'], folder);
      expect(got.code, got.text).to.equal(0);
      expect((await readFile(join(folder, 'received'))).equals(text)).to.equal(true);
      const sink = new MemorySink();
      const upload = server.accept({ sink, onProgress: () => undefined });
      await writeFile(join(folder, 'upload'), text);
      const put = await runToEnd('tftp', [...mode, '-c', 'put', 'upload', upload.path], folder);
      expect(put.code, put.text).to.equal(0);
      expect(text.equals(sink.content)).to.equal(true);
    });

    it('tells programs that the disk is full', async function () {
      requirePeer.call(this, 'curl', 'atftp');
      await writeFile(join(folder, 'upload'), content);
      const full = (): Exposure =>
        server.accept({ sink: new MemorySink({ fullAtBytes: 50_000 }), onProgress: () => undefined });
      const [one, two] = [full(), full()];
      const url = `tftp://${HOST}:${one.port}/${one.path}`;
      // curl: 70 is "out of disk space on remote".
      expect((await runToEnd('curl', ['-s', '-S', '-T', 'upload', url], folder)).code).to.equal(70);
      const { text } = await runToEnd('atftp', ['-p', '-l', 'upload', '-r', two.path, HOST, String(two.port)], folder);
      expect(text).to.match(/no space left/i);
    });

    it('serves a file with more than 65535 blocks', async function () {
      requirePeer.call(this, 'curl');
      const large = Buffer.alloc(65_536 * 512 + 1000, seededBytes(2, 65_537));
      const exposure = expose(large);
      const args = curl('--tftp-no-options')(exposure.path, String(exposure.port));
      const { code, text } = await runToEnd('curl', args, folder);
      expect(code, text).to.equal(0);
      expect((await readFile(join(folder, 'received'))).equals(large)).to.equal(true);
    });

    it('serves several programs at once', async function () {
      requirePeer.call(this, 'curl', 'tftp', 'atftp', 'busybox');
      const exposure = expose();
      const runs = Array.from({ length: 12 }, async (_unused, index) => {
        const own = await mkdtemp(join(folder, 'client-'));
        const [command, , args] = clients[index % clients.length]!;
        const { code, text } = await runToEnd(command, args(exposure.path, String(exposure.port)), own);
        expect(code, text).to.equal(0);
        return readFile(join(own, 'received'));
      });
      for (const received of await Promise.all(runs)) expect(received.equals(content)).to.equal(true);
    });

    it('tells unknown names, wrong addresses and writers what is wrong, in codes that programs understand', async function () {
      requirePeer.call(this, 'curl');
      const exposure = expose(content, '127.0.0.9');
      const port = String(exposure.port);
      // curl: 68 is "file not found", 69 "permission problem" on a TFTP server.
      expect((await runToEnd('curl', curl()('c1700.bin', port), folder)).code).to.equal(68);
      expect((await runToEnd('curl', curl()(exposure.path, port), folder)).code).to.equal(69);
      await writeFile(join(folder, 'upload'), 'x');
      const upload = ['-s', '-S', '-T', 'upload', `tftp://${HOST}:${port}/${exposure.path}`];
      expect((await runToEnd('curl', upload, folder)).code).to.equal(69);
      expect(exposure.fetches).to.deep.equal([]);
    });
  });

  describe('our client', () => {
    const content = seededBytes(3, 500_001);
    const running: ChildProcess[] = [];

    beforeEach(() => writeFile(join(folder, 'image.bin'), content));

    afterEach(async () => {
      for (const child of running.splice(0)) {
        child.kill();
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
    });

    /** A port that no UDP socket of the machine holds now. */
    async function freeUdpPort(): Promise<number> {
      const socket = createSocket('udp4');
      socket.bind(0, HOST);
      await once(socket, 'listening');
      const { port } = socket.address();
      socket.close();
      await once(socket, 'close');
      return port;
    }

    const serve = (command: string, args: readonly string[]): void => {
      running.push(spawn(command, args, { stdio: 'ignore' }));
    };

    const client = new TftpClient({ clock: new SystemClock() });
    const options = (): TransferOptions => ({
      ...{ stallMs: 10_000, totalMs: 20_000, signal: new AbortController().signal, onProgress: () => undefined },
    });

    async function fetchFrom(host: string, port: number): Promise<void> {
      const sink = new MemorySink();
      const sha256 = createHash('sha256').update(content).digest('hex');
      const moved = await client.get({ host, port, path: 'image.bin' }, sink, options());
      expect(moved).to.deep.equal({ bytes: content.length, sha256 });
      expect(Buffer.compare(sink.content, content)).to.equal(0);
      const error: unknown = await client
        .get({ host, port, path: 'none.bin' }, new MemorySink(), options())
        .catch((thrown: unknown) => thrown);
      expect(codeOf(error)).to.equal('TRANSFER_REMOTE_FILE');
    }

    async function bringTo(host: string, port: number): Promise<void> {
      await client.put({ host, port, path: 'brought.bin' }, new MemorySource(content, 65_536), options());
      // A server may still have the file's end in its hands when it has acknowledged it.
      const brought = join(folder, 'brought.bin');
      for (;;) if ((await readFile(brought)).length === content.length) break;
      expect((await readFile(brought)).equals(content)).to.equal(true);
    }

    async function fetchInEveryForm(port: number, grantsWindows: boolean): Promise<void> {
      const server = { host: HOST, port };
      const plain = await fetchByTftp(server, { fileName: 'image.bin' });
      expect(plain.bytes.equals(content), JSON.stringify(plain.error)).to.equal(true);
      const asked = { blockBytes: 1428, timeoutSeconds: 3, askSize: true, windowBlocks: 16 };
      const fetched = await fetchByTftp(server, { fileName: 'image.bin', ...asked });
      expect(fetched.bytes.equals(content)).to.equal(true);
      expect(fetched.terms).to.include({ blockBytes: 1428, timeoutMs: 3000, sizeBytes: content.length });
      expect(fetched.terms?.windowBlocks).to.equal(grantsWindows ? 16 : 1);
    }

    /** Which ports below 1024 a program may take, and whose files it may read, depends on it. */
    function requireRoot(this: Context, program: string): void {
      if (process.getuid?.() === 0) return;
      console.warn(`    SKIPPED: ${program} needs root`);
      this.skip();
    }

    it('fetches from and brings to tftpd-hpa', async function () {
      requirePeer.call(this, 'in.tftpd');
      requireRoot.call(this, 'in.tftpd');
      const port = await freeUdpPort();
      const own = ['--foreground', '--listen', '--address', `${HOST}:${port}`, '-u', 'root'];
      serve('/usr/sbin/in.tftpd', [...own, '--secure', '--create', '--permissive', folder]);
      await fetchInEveryForm(port, false);
      await fetchFrom(HOST, port);
      await bringTo(HOST, port);
    });

    it('fetches from and brings to atftpd, with windows', async function () {
      const found = await findAtftpd(join(import.meta.dirname, '../../..'));
      if ('missing' in found) {
        if (process.env['CI'] === 'true') throw new Error(`missing peer: atftpd: ${found.missing}`);
        console.warn(`    SKIPPED: missing peer: atftpd: ${found.missing}`);
        this.skip();
      }
      const port = await freeUdpPort();
      // Started by root it would become another user, who may not read the folder.
      const user = process.getuid?.() === 0 ? ['--user', 'root.root', '--group', 'root'] : [];
      const listen = ['--bind-address', HOST, '--port', String(port), '--logfile', '-'];
      serve(found.path, ['--daemon', '--no-fork', ...user, ...listen, folder]);
      await fetchInEveryForm(port, true);
      await fetchFrom(HOST, port);
      await bringTo(HOST, port);
    });

    it('fetches from dnsmasq', async function () {
      requirePeer.call(this, 'dnsmasq');
      requireRoot.call(this, 'dnsmasq');
      // It knows no other port than 69: an address of the loopback that nobody else has.
      const address = '127.0.64.69';
      const own = ['--no-daemon', '--port=0', '--conf-file=/dev/null', '--user=root', '--bind-interfaces'];
      serve('dnsmasq', [...own, `--listen-address=${address}`, '--enable-tftp', `--tftp-root=${folder}`]);
      await fetchFrom(address, 69);
    });
  });
});
