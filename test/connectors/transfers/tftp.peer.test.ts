/** Our TFTP against foreign programs: their clients fetch from our server, our client engine from their servers. */
import { expect } from 'chai';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TftpServer } from '../../../connectors/transfers/tftp-server.js';
import type { Exposure } from '../../../core/ports/transfer-server.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { settle } from '../../support/fake-clock.js';
import { requirePeer } from '../../support/peers.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { findAtftpd } from './atftpd.js';
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

    it('serves a file with more than 65535 blocks', async function () {
      requirePeer.call(this, 'curl');
      const large = seededBytes(2, 65_536 * 512 + 1000);
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

    async function fetchInEveryForm(port: number, grantsWindows: boolean): Promise<void> {
      const server = { host: HOST, port };
      const plain = await fetchByTftp(server, { fileName: 'image.bin' });
      expect(plain.bytes.equals(content), JSON.stringify(plain.error)).to.equal(true);
      const options = { blockBytes: 1428, timeoutSeconds: 3, askSize: true, windowBlocks: 16 };
      const fetched = await fetchByTftp(server, { fileName: 'image.bin', ...options });
      expect(fetched.bytes.equals(content)).to.equal(true);
      expect(fetched.terms).to.include({ blockBytes: 1428, timeoutMs: 3000, sizeBytes: content.length });
      expect(fetched.terms?.windowBlocks).to.equal(grantsWindows ? 16 : 1);
      expect((await fetchByTftp(server, { fileName: 'none.bin' })).error).to.include({ reason: 'refused', code: 1 });
    }

    it('fetches from tftpd-hpa', async function () {
      requirePeer.call(this, 'in.tftpd');
      if (process.getuid?.() !== 0) {
        console.warn('    SKIPPED: in.tftpd needs root');
        this.skip();
      }
      const port = await freeUdpPort();
      serve('/usr/sbin/in.tftpd', [
        '--foreground',
        '--listen',
        '--address',
        `${HOST}:${port}`,
        '--secure',
        '-u',
        'root',
        folder,
      ]);
      await fetchInEveryForm(port, false);
    });

    it('fetches from atftpd, with windows', async function () {
      const found = await findAtftpd();
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
    });
  });
});
