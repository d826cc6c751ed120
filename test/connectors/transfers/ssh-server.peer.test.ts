/** Our SFTP and SCP server against foreign clients: sent and received, hash compared. */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SshServer } from '../../../connectors/transfers/ssh-server.js';
import type { Exposure, TransferServer } from '../../../core/ports/transfer-server.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { settle } from '../../support/fake-clock.js';
import { requirePeer } from '../../support/peers.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { clientOptions, runSsh } from './open-ssh.js';

const HOST = '127.0.0.1';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface At {
  readonly url: string;
  readonly target: string;
  readonly path: string;
  readonly user: string;
  readonly password: string;
  readonly options: readonly string[];
}

/** A command line that fetches into `received`, or brings `sent`. */
type Command = (at: At) => readonly [command: string, ...args: string[]];

const LFTP_SSH = 'ssh -a -x -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR';
const lftp =
  (verb: (at: At) => string): Command =>
  (at) => [
    'lftp',
    ...['-e', `set net:max-retries 1; set sftp:connect-program "${LFTP_SSH}"; ${verb(at)}; exit`],
    ...['-u', `${at.user},${at.password}`, at.url],
  ];
const batch =
  (line: (path: string) => string): Command =>
  (at) => ['sh', '-c', `echo '${line(at.path)}' | sftp "$@"`, 'sh', ...at.options, '-b', '-', at.target];

const FETCHES: readonly (readonly [name: string, peers: readonly string[], command: Command])[] = [
  ['sftp get', ['sftp'], batch((path) => `get ${path} received`)],
  [
    'sftp get with small blocks',
    ['sftp'],
    (at) => batch((path) => `get ${path} received`)({ ...at, options: ['-B', '1000', '-R', '3', ...at.options] }),
  ],
  ['scp over SFTP', ['scp'], (at) => ['scp', ...at.options, `${at.target}:${at.path}`, 'received']],
  ['scp -O', ['scp'], (at) => ['scp', '-O', ...at.options, `${at.target}:${at.path}`, 'received']],
  ['scp -O -p', ['scp'], (at) => ['scp', '-O', '-p', ...at.options, `${at.target}:${at.path}`, 'received']],
  [
    'curl sftp://',
    ['curl'],
    (at) => ['curl', '-sSk', '-u', `${at.user}:${at.password}`, `${at.url}/${at.path}`, '-o', 'received'],
  ],
  [
    'curl scp://',
    ['curl'],
    (at) => [
      'curl',
      '-sSk',
      '-u',
      `${at.user}:${at.password}`,
      `${at.url.replace('sftp:', 'scp:')}/${at.path}`,
      '-o',
      'received',
    ],
  ],
  ['lftp get', ['lftp', 'ssh'], lftp((at) => `get ${at.path} -o received`)],
];

const BRINGS: readonly (readonly [name: string, peers: readonly string[], command: Command])[] = [
  ['sftp put', ['sftp'], batch((path) => `put sent ${path}`)],
  ['scp over SFTP', ['scp'], (at) => ['scp', ...at.options, 'sent', `${at.target}:${at.path}`]],
  ['scp -O', ['scp'], (at) => ['scp', '-O', ...at.options, 'sent', `${at.target}:${at.path}`]],
  ['scp -O -p', ['scp'], (at) => ['scp', '-O', '-p', ...at.options, 'sent', `${at.target}:${at.path}`]],
  [
    'curl sftp://',
    ['curl'],
    (at) => ['curl', '-sSk', '-T', 'sent', '-u', `${at.user}:${at.password}`, `${at.url}/${at.path}`],
  ],
  [
    'curl scp://',
    ['curl'],
    (at) => [
      'curl',
      '-sSk',
      '-T',
      'sent',
      '-u',
      `${at.user}:${at.password}`,
      `${at.url.replace('sftp:', 'scp:')}/${at.path}`,
    ],
  ],
  ['lftp put', ['lftp', 'ssh'], lftp((at) => `put sent -o ${at.path}`)],
];

/** Programs that go away after the last byte without a word: whether they have it, the server cannot know. */
const LEAVES: readonly string[] = ['curl scp://', 'lftp get'];

describe('SFTP and SCP server with foreign clients', function () {
  this.timeout(30_000);
  let folder: string;
  let dataDir: string;
  let server: TransferServer;
  const content = seededBytes(1, 3_000_001);

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ssh-data-'));
    const parts = { clock: new SystemClock(), random: new SeededRandom(1), log: silentLog };
    server = new SshServer({ host: HOST, port: 0, dataDir, legacyAlgorithms: false, ...parts }).as('sftp');
    await server.start();
  });

  after(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ssh-'));
    await writeFile(join(folder, 'sent'), content);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = (command: Command, exposure: Exposure): Promise<{ code: unknown; text: string }> => {
    const { username = '', password = '' } = exposure.login ?? {};
    const port = String(exposure.port);
    const at = {
      url: `sftp://${HOST}:${port}`,
      target: `${username}@${HOST}`,
      path: exposure.path,
      user: username,
      password,
      options: clientOptions(exposure.port),
    };
    const [program, ...args] = command(at);
    return runSsh(program, args, folder, password);
  };
  const expose = (source = new MemorySource(content, 65_536)): Exposure =>
    server.expose({ source, path: '{random}/image.bin', peerAddress: HOST, onProgress: () => undefined });
  const accept = (sink: MemorySink): Exposure =>
    server.accept!({ sink, path: '{random}/image.bin', onProgress: () => undefined });
  const ended = async (exposure: Exposure): Promise<void> => {
    while (exposure.fetches.length === 0) await settle();
  };

  for (const [name, peers, command] of FETCHES) {
    it(`serves ${name}`, async function () {
      requirePeer.call(this, ...peers);
      const exposure = expose();
      const { code, text } = await run(command, exposure);
      expect(code, text).to.equal(0);
      expect(sha256(await readFile(join(folder, 'received')))).to.equal(sha256(content));
      await ended(exposure);
      const [fetch] = exposure.fetches;
      expect(fetch).to.include({ peer: HOST, bytes: content.length });
      if (!LEAVES.includes(name)) expect(fetch?.complete).to.equal(true);
      exposure.close('over');
    });
  }

  for (const [name, peers, command] of BRINGS) {
    it(`takes ${name}`, async function () {
      requirePeer.call(this, ...peers);
      const sink = new MemorySink();
      const exposure = accept(sink);
      const { code, text } = await run(command, exposure);
      expect(code, text).to.equal(0);
      expect(sha256(sink.content)).to.equal(sha256(content));
      await ended(exposure);
      const fetch = { peer: HOST, bytes: content.length, complete: true, sha256: sha256(content) };
      expect(exposure.fetches.at(-1)).to.deep.equal(fetch);
      exposure.close('over');
    });
  }

  it('goes on where sftp reget left off', async function () {
    requirePeer.call(this, 'sftp');
    await writeFile(join(folder, 'received'), content.subarray(0, 1_000_000));
    const exposure = expose();
    const { code, text } = await run(
      batch((path) => `reget ${path} received`),
      exposure,
    );
    expect(code, text).to.equal(0);
    expect(sha256(await readFile(join(folder, 'received')))).to.equal(sha256(content));
  });

  it('goes on where sftp reput left off', async function () {
    requirePeer.call(this, 'sftp');
    const sink = new MemorySink({ held: content.subarray(0, 1_000_000) });
    const exposure = accept(sink);
    const { code, text } = await run(
      batch((path) => `reput sent ${path}`),
      exposure,
    );
    expect(code, text).to.equal(0);
    expect(sha256(sink.content)).to.equal(sha256(content));
  });

  it('shows the file, and nothing else, to a person who looks', async function () {
    requirePeer.call(this, 'sftp');
    const exposure = expose();
    const [random = ''] = exposure.path.split('/');
    const look = `pwd\nls\nls -l ${random}\n-ls ../../etc\n-get /etc/passwd received\n-put sent ${exposure.path}\n-rm ${exposure.path}\n-mkdir x`;
    const { code, text } = await run(
      batch(() => look),
      exposure,
    );
    expect(code, text).to.equal(0);
    expect(text).to.contain('Remote working directory: /').and.contain(`${random}/image.bin`).and.contain('3000001');
    expect(text).to.contain('"/../../etc" not found').and.contain('File "/etc/passwd" not found');
    expect(text.match(/[Pp]ermission denied/g), text).to.have.length(3);
    expect(exposure.fetches).to.deep.equal([]);
  });

  it('gives no shell, and tells scp in its own words what it may not have', async function () {
    requirePeer.call(this, 'ssh', 'scp');
    const exposure = expose();
    const shell: Command = (at) => ['ssh', ...at.options.map((word) => (word === '-P' ? '-p' : word)), at.target, 'id'];
    expect((await run(shell, exposure)).code).to.not.equal(0);
    const other: Command = (at) => ['scp', '-O', ...at.options, `${at.target}:/etc/passwd`, 'received'];
    const refused = await run(other, exposure);
    expect(refused.code).to.equal(1);
    expect(refused.text).to.contain('/etc/passwd: No such file or directory');
    const bring: Command = (at) => ['scp', '-O', ...at.options, 'sent', `${at.target}:${at.path}`];
    expect((await run(bring, exposure)).text).to.contain('Permission denied');
    const folders: Command = (at) => ['scp', '-O', '-r', ...at.options, `${at.target}:${at.path}`, 'received'];
    expect((await run(folders, exposure)).text).to.contain('folders are not served');
  });

  it('refuses a wrong password, and any password once the grant is closed', async function () {
    requirePeer.call(this, 'sftp');
    const exposure = expose();
    const get = batch((path) => `get ${path} received`);
    const wrong = await run((at) => get(at), {
      ...exposure,
      path: exposure.path,
      port: exposure.port,
      login: { ...exposure.login!, password: 'wrong' },
    });
    expect(wrong.text).to.contain('Permission denied');
    exposure.close('over');
    expect((await run(get, exposure)).text).to.contain('Permission denied');
  });

  it('tells the client that the disk is full, and keeps nothing as whole', async function () {
    requirePeer.call(this, 'sftp', 'scp');
    for (const command of [BRINGS[0]![2], BRINGS[2]![2]]) {
      const exposure = accept(new MemorySink({ fullAtBytes: 1_000_000 }));
      const { code, text } = await run(command, exposure);
      expect(code, text).to.not.equal(0);
      await ended(exposure);
      expect(exposure.fetches.some((fetch) => fetch.complete)).to.equal(false);
      exposure.close('over');
    }
  });
});
