/** Our FTP with foreign programs: their clients at our server, our client at their server. One row each, hashes compared. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { FtpClient } from '../../../connectors/transfers/ftp-client.js';
import type { FtpRemoteOptions } from '../../../connectors/transfers/ftp-remote.js';
import { FtpServer } from '../../../connectors/transfers/ftp-server.js';
import type { Exposure } from '../../../core/ports/transfer-server.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { makeCertificate } from '../../support/certificate.js';
import { settle } from '../../support/fake-clock.js';
import { requirePeer } from '../../support/peers.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { Vsftpd } from './vsftpd.js';

const HOST = '127.0.0.1';
const content = seededBytes(1, 1_000_001);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const pair = makeCertificate();

/** Where a program finds its file at our server, and as whom. */
interface Place {
  readonly port: string;
  readonly user: string;
  readonly password: string;
  readonly path: string;
}

interface Row {
  readonly program: string;
  readonly how: string;
  /** Fetches into `received`, or brings `image.bin`. */
  args(place: Place): readonly string[];
  /** Typed at the program. */
  input?(place: Place): string;
}

const url = ({ port, user, password, path }: Place): string => `ftp://${user}:${password}@${HOST}:${port}/${path}`;
const curlGet = (how: string, ...options: string[]): Row => ({
  ...{ program: 'curl', how },
  args: (place) => ['-sS', ...options, '-o', 'received', url(place)],
});
const curlPut = (how: string, ...options: string[]): Row => ({
  ...{ program: 'curl', how },
  args: (place) => ['-sS', ...options, '-T', 'image.bin', url(place)],
});
const lftp = (how: string, settings: string, work: (path: string) => string): Row => ({
  ...{ program: 'lftp', how },
  args: ({ port, user, password, path }) => [
    ...['--norc', '-u', `${user},${password}`, '-p', port, HOST, '-e'],
    `set net:max-retries 1; set ssl:verify-certificate no; ${settings}; ${work(path)}; bye`,
  ],
});
const CLEAR = 'set ftp:ssl-allow no';
const TLS = 'set ftp:ssl-force yes; set ftp:ssl-protect-data yes';
const ACTIVE = 'set ftp:passive-mode no';
const busybox = (applet: string, names: (path: string) => readonly string[], ...options: string[]): Row => ({
  ...{ program: 'busybox', how: applet },
  args: ({ port, user, password, path }) => [
    applet,
    ...options,
    '-P',
    port,
    '-u',
    user,
    '-p',
    password,
    HOST,
    ...names(path),
  ],
});
/** The BSD clients read their commands from standard input; without -n they would ask for a login first. */
const typed = (program: string, how: string, options: readonly string[], work: (path: string) => string): Row => ({
  ...{ program, how },
  args: () => [...options, '-n'],
  input: ({ port, user, password, path }) =>
    `open ${HOST} ${port}\nuser ${user} ${password}\nbinary\n${work(path)}\nbye\n`,
});

const FETCHES: readonly Row[] = [
  curlGet('passive (EPSV)'),
  curlGet('passive (PASV)', '--disable-epsv'),
  curlGet('active (EPRT)', '-P', '-'),
  curlGet('active (PORT)', '-P', '-', '--disable-eprt'),
  curlGet('passive, TLS', '--ssl-reqd', '-k'),
  lftp('passive', CLEAR, (path) => `get ${path} -o received`),
  lftp('active', `${CLEAR}; ${ACTIVE}`, (path) => `get ${path} -o received`),
  lftp('passive, TLS', TLS, (path) => `get ${path} -o received`),
  lftp('active, TLS', `${TLS}; ${ACTIVE}`, (path) => `get ${path} -o received`),
  lftp('in four parts at once', CLEAR, (path) => `pget -n 4 ${path} -o received`),
  lftp('that finds it by its own listing', CLEAR, () => 'mget */image.bin; local mv image.bin received'),
  busybox('ftpget', (path) => ['received', path]),
  typed('tnftp', 'passive', ['-p'], (path) => `get ${path} received`),
  typed('tnftp', 'active', ['-A'], (path) => `get ${path} received`),
  typed('inetutils-ftp', 'active', [], (path) => `get ${path} received`),
];
const UPLOADS: readonly Row[] = [
  curlPut('passive'),
  curlPut('active', '-P', '-'),
  curlPut('passive, TLS', '--ssl-reqd', '-k'),
  lftp('passive', CLEAR, (path) => `put image.bin -o ${path}`),
  lftp('active', `${CLEAR}; ${ACTIVE}`, (path) => `put image.bin -o ${path}`),
  lftp('passive, TLS', TLS, (path) => `put image.bin -o ${path}`),
  busybox('ftpput', (path) => [path, 'image.bin']),
  typed('tnftp', 'active', ['-A'], (path) => `put image.bin ${path}`),
  typed('inetutils-ftp', 'active', [], (path) => `put image.bin ${path}`),
];

describe('FTP with foreign programs', function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftp-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  describe('our server', () => {
    let server: FtpServer;

    beforeEach(async () => {
      server = new FtpServer({
        ...{ host: HOST, port: 0, clock: new SystemClock(), random: new SeededRandom(1), log: silentLog },
        tls: () => pair,
      });
      await server.start();
    });

    afterEach(() => server.stop());

    const placeOf = ({ port, path, login }: Exposure): Place => ({
      ...{ port: String(port), path, user: login!.username, password: login!.password },
    });

    const expose = (): Exposure =>
      server.expose({
        source: new MemorySource(content, 65_536),
        path: '{random}/image.bin',
        onProgress: () => undefined,
      });

    const accept = (sink: MemorySink): Exposure =>
      server.accept({ sink, path: '{random}/image.bin', onProgress: () => undefined });

    function run(row: Row, place: Place): Promise<{ code: unknown; text: string }> {
      return new Promise((resolve) => {
        const env = { ...process.env, LC_ALL: 'C', HOME: folder };
        const child = execFile(
          row.program,
          row.args(place),
          { cwd: folder, env, timeout: 20_000 },
          (error, stdout, stderr) => {
            resolve({ code: error === null ? 0 : error.code, text: `${stdout}${stderr}` });
          },
        );
        child.stdin?.end(row.input?.(place) ?? '');
      });
    }

    const received = (): Promise<Buffer> => readFile(join(folder, 'received'));

    for (const row of FETCHES) {
      it(`serves ${row.program} ${row.how}`, async function () {
        requirePeer.call(this, row.program);
        const exposure = expose();
        const { code, text } = await run(row, placeOf(exposure));
        expect(code, text).to.equal(0);
        expect(sha256(await received()), text).to.equal(sha256(content));
        while (exposure.fetches.length === 0) await settle();
        expect(exposure.fetches[0]?.peer).to.equal(HOST);
      });
    }

    for (const row of UPLOADS) {
      it(`takes from ${row.program} ${row.how}`, async function () {
        requirePeer.call(this, row.program);
        await writeFile(join(folder, 'image.bin'), content);
        const sink = new MemorySink();
        const exposure = accept(sink);
        const { code, text } = await run(row, placeOf(exposure));
        expect(code, text).to.equal(0);
        expect(sha256(sink.content), text).to.equal(sha256(content));
        expect(exposure.fetches.at(-1)).to.include({ complete: true, sha256: sha256(content) });
      });
    }

    const resumes: readonly Row[] = [
      curlGet('', '-C', '-'),
      lftp('', CLEAR, (path) => `get -c ${path} -o received`),
      busybox('ftpget', (path) => ['received', path], '-c'),
    ];
    for (const row of resumes) {
      it(`goes on with what ${row.program} has already`, async function () {
        requirePeer.call(this, row.program);
        await writeFile(join(folder, 'received'), content.subarray(0, 700_000));
        const { code, text } = await run(row, placeOf(expose()));
        expect(code, text).to.equal(0);
        expect(sha256(await received()), text).to.equal(sha256(content));
      });
    }

    for (const row of [curlPut('(APPE)', '-C', '-'), lftp('(REST)', CLEAR, (path) => `put -c image.bin -o ${path}`)]) {
      it(`lets ${row.program} go on with what is here already ${row.how}`, async function () {
        requirePeer.call(this, row.program);
        await writeFile(join(folder, 'image.bin'), content);
        const sink = new MemorySink({ held: content.subarray(0, 700_000) });
        const exposure = accept(sink);
        const { code, text } = await run(row, placeOf(exposure));
        expect(code, text).to.equal(0);
        expect(sha256(sink.content), text).to.equal(sha256(content));
        expect(exposure.fetches.at(-1)).to.include({ complete: true, bytes: content.length });
      });
    }

    it('tells curl what is wrong, in codes that it understands', async function () {
      requirePeer.call(this, 'curl');
      const place = placeOf(expose());
      await writeFile(join(folder, 'image.bin'), content);
      // 67 login denied, 78 file not found, 9 access denied, 25 upload failed, 70 disk full (552).
      expect((await run(curlGet(''), { ...place, password: 'nonsense' })).code).to.equal(67);
      expect((await run(curlGet('', '--ftp-method', 'nocwd'), { ...place, path: 'etc/passwd' })).code).to.equal(78);
      expect((await run(curlGet(''), { ...place, path: 'etc/passwd' })).code).to.equal(9);
      expect((await run(curlPut(''), place)).code).to.equal(25);
      const full = placeOf(accept(new MemorySink({ fullAtBytes: 1000 })));
      expect((await run(curlPut(''), full)).code).to.be.oneOf([18, 25, 55, 70]);
    });
  });

  describe('our client', () => {
    const ways: readonly (readonly [string, FtpRemoteOptions])[] = [
      ['passive', {}],
      ['active', { active: true }],
      ['passive, TLS, within one session', { tls: { ca: pair.certificate } }],
      ['active, TLS, within one session', { active: true, tls: { ca: pair.certificate } }],
    ];
    for (const [how, way] of ways) {
      it(`fetches from vsftpd, goes on there, and brings: ${how}`, async function () {
        requirePeer.call(this, 'vsftpd');
        if (process.getuid?.() !== 0) {
          console.warn('    SKIPPED: vsftpd needs root');
          this.skip();
        }
        const vsftpd = new Vsftpd(folder, way.tls === undefined ? {} : { tls: await keyFiles() });
        await vsftpd.start();
        try {
          await mkdir(join(folder, 'ftp/out'));
          await writeFile(join(folder, 'ftp/out/image.bin'), content);
          const client = new FtpClient({ clock: new SystemClock(), random: new SeededRandom(2), ...way });
          const at = (path: string): { host: string; port: number; path: string } => ({
            host: HOST,
            port: vsftpd.port,
            path,
          });
          const whole = new MemorySink();
          expect(await client.get(at('out/image.bin'), whole, options())).to.deep.equal({
            ...{ bytes: content.length, sha256: sha256(content) },
          });
          expect(sha256(whole.content)).to.equal(sha256(content));
          const rest = new MemorySink({ held: content.subarray(0, 700_000) });
          expect(await client.get(at('out/image.bin'), rest, options())).to.deep.equal({ bytes: content.length });
          expect(sha256(rest.content)).to.equal(sha256(content));
          await client.put(at('in/image.bin'), new MemorySource(content), options());
          expect(sha256(await readFile(join(folder, 'ftp/in/image.bin')))).to.equal(sha256(content));
          const missing: unknown = await client
            .get(at('none.bin'), new MemorySink(), options())
            .catch((e: unknown) => e);
          expect(missing).to.have.property('code', 'TRANSFER_REMOTE_FILE');
        } finally {
          await vsftpd.stop();
        }
      });
    }

    async function keyFiles(): Promise<{ certificateFile: string; keyFile: string }> {
      const files = { certificateFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
      await writeFile(files.certificateFile, pair.certificate);
      await writeFile(files.keyFile, pair.key, { mode: 0o600 });
      return files;
    }

    const options = (): Parameters<FtpClient['get']>[2] => ({
      ...{ stallMs: 10_000, totalMs: 20_000, signal: new AbortController().signal, onProgress: () => undefined },
    });
  });
});
