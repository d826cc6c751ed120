/** fetchOs and sendOs with the world's own servers: nginx, vsftpd, OpenSSH (SFTP and SCP), tftpd-hpa; hash compared. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../../connectors/clock/system-random.js';
import { FtpClient } from '../../../connectors/transfers/ftp-client.js';
import { HttpClient } from '../../../connectors/transfers/http-client.js';
import { ScpClient } from '../../../connectors/transfers/scp-client.js';
import { SftpClient } from '../../../connectors/transfers/sftp-client.js';
import { TftpClient } from '../../../connectors/transfers/tftp-client.js';
import { MemoryHostKeys } from '../../connectors/sessions/memory-host-keys.js';
import { startNginx } from '../../connectors/transfers/foreign-http.js';
import { startSshd } from '../../connectors/transfers/open-ssh.js';
import { Vsftpd } from '../../connectors/transfers/vsftpd.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { requirePeer } from '../../support/peers.js';
import type { Credentials } from '../../../core/ports/secrets.js';
import { FileWorld, PORT_ID } from './file-world.js';

const HOST = '127.0.0.1';
const SIZE = 3_000_001;

describe('fetchOs and sendOs with servers of the world', function () {
  this.timeout(30_000);
  const content = seededBytes(5, SIZE);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const clock = new SystemClock();
  const hostKeys = new MemoryHostKeys();
  const clients = {
    ftp: new FtpClient({ clock, random: new SystemRandom() }),
    http: new HttpClient({ method: 'http', clock }),
    scp: new ScpClient({ clock, hostKeys }),
    sftp: new SftpClient({ clock, hostKeys }),
    tftp: new TftpClient({ clock }),
  };
  let folder = '';
  let stops: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'far-'));
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'c1700.bin'), content);
    stops = [];
  });

  afterEach(async () => {
    for (const stop of stops.reverse()) await stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function fetched(url: string, credentials?: Credentials): Promise<void> {
    const world = await FileWorld.open(clients, credentials === undefined ? {} : { far: credentials });
    stops.push(() => world.close());
    const login = credentials === undefined ? {} : { credentials: 'far' };
    const end = await world.run('fetchOs', { url, version: 'candidate', sha256, ...login });
    expect(end.verdict, `${end.sentence} ${world.story.join(' | ')}`).to.equal('succeeded');
    expect(await world.images.get(PORT_ID, 'candidate')).to.include({
      ...{ fileName: 'c1700.bin', sizeBytes: SIZE, sha256 },
    });
    const missing = await world.run('fetchOs', {
      ...{ url: url.replace('c1700.bin', 'none.bin'), version: 'standard', ...login },
    });
    expect([url, missing.code]).to.deep.equal([url, 'TRANSFER_REMOTE_FILE']);
    expect(await world.images.list(PORT_ID)).to.have.lengthOf(1);
  }

  /** `file`: where it comes out on the server. */
  async function sent(url: string, file: string, credentials?: Credentials): Promise<void> {
    const world = await FileWorld.open(clients, credentials === undefined ? {} : { far: credentials });
    stops.push(() => world.close());
    const stored = { portId: PORT_ID, version: 'previous', fileName: 'sent.bin', content: Readable.from([content]) };
    await world.images.put(stored);
    const login = credentials === undefined ? {} : { credentials: 'far' };
    await configTo(world, url.replace(/[^/]*$/, ''), join(file, '..'), login);
    const end = await world.run('sendOs', { url, version: 'previous', ...login });
    expect(end.verdict, `${end.sentence} ${world.story.join(' | ')}`).to.equal('succeeded');
    expect(
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ).to.equal(sha256);
  }

  /** A folder gets it under its own name. */
  async function configTo(world: FileWorld, url: string, target: string, login: object): Promise<void> {
    const text = 'hostname r1\nend\n';
    await world.configs.put({ portId: PORT_ID, type: 'running-config', text, lasting: text });
    // tftpd-hpa's root is a folder that a URL cannot name: there the file has its name in the URL.
    const named = url.startsWith('tftp:') ? `${url}1-1.running-config` : url;
    const end = await world.run('sendConfig', { url: named, type: 'running-config', version: 'current', ...login });
    expect(end.verdict, end.sentence).to.equal('succeeded');
    expect(await readFile(join(target, '1-1.running-config'), 'utf8')).to.equal(text);
    const none = await world.run('sendConfig', { url: named, type: 'tech', version: 'previous', ...login });
    expect(none.code).to.equal('CONFIG_UNKNOWN');
    world.attempts.splice(0);
  }

  it('http: nginx', async function () {
    requirePeer.call(this, 'nginx');
    const scratch = join(folder, 'scratch');
    await mkdir(scratch);
    const server = await startNginx(folder, scratch);
    stops.push(() => server.stop());
    await fetched(`http://${HOST}:${server.port}/c1700.bin`);
    await sent(`http://${HOST}:${server.port}/put/sent.bin`, join(folder, 'put', 'sent.bin'));
  });

  it('ftp: vsftpd', async function () {
    requirePeer.call(this, 'vsftpd');
    if (process.getuid?.() !== 0) this.skip();
    const server = new Vsftpd(folder);
    await server.start();
    stops.push(() => server.stop());
    await writeFile(join(folder, 'ftp', 'c1700.bin'), content);
    await fetched(`ftp://${HOST}:${server.port}/c1700.bin`);
    await sent(`ftp://${HOST}:${server.port}/in/`, join(folder, 'ftp', 'in', 'sent.bin'));
  });

  it('sftp and scp: OpenSSH', async function () {
    requirePeer.call(this, 'sshd');
    const sshd = await startSshd(folder);
    stops.push(() => sshd.stop());
    const { port, privateKey, username } = sshd;
    for (const method of ['sftp', 'scp']) {
      await fetched(`${method}://${username}@${HOST}:${port}${folder}/c1700.bin`, { privateKey });
      await sent(`${method}://${username}@${HOST}:${port}${folder}/${method}.bin`, join(folder, `${method}.bin`), {
        privateKey,
      });
    }
  });

  it('tftp: tftpd-hpa', async function () {
    requirePeer.call(this, 'in.tftpd');
    if (process.getuid?.() !== 0) this.skip();
    const port = await freeUdpPort();
    const args = [
      '--foreground',
      '--listen',
      '--address',
      `${HOST}:${port}`,
      '-u',
      'root',
      '--secure',
      '--create',
      folder,
    ];
    const server = spawn('/usr/sbin/in.tftpd', args, { stdio: 'ignore' });
    stops.push(async () => {
      server.kill();
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    });
    // The client asks again until the server is there.
    await fetched(`tftp://${HOST}:${port}/c1700.bin`);
    await sent(`tftp://${HOST}:${port}/tftp.bin`, join(folder, 'tftp.bin'));
  });
});

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, HOST);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
