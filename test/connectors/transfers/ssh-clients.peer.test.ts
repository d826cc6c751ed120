/** Our SFTP and SCP clients against OpenSSH's server: hash compared both ways. */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { ScpClient } from '../../../connectors/transfers/scp-client.js';
import { SftpClient } from '../../../connectors/transfers/sftp-client.js';
import { codeOf } from '../../../core/errors/index.js';
import type { RemoteFile, TransferClient, TransferOptions } from '../../../core/ports/transfer.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { requirePeer } from '../../support/peers.js';
import { MemoryHostKeys } from '../sessions/memory-host-keys.js';
import { MemorySink } from './memory-sink.js';
import { MemorySource } from './memory-source.js';
import { startSshd } from './open-ssh.js';
import type { Sshd } from './open-ssh.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('SFTP and SCP clients with OpenSSH', function () {
  this.timeout(20_000);
  let folder = '';
  let sshd: Sshd;
  let hostKeys: MemoryHostKeys;
  const content = seededBytes(1, 5_000_003);
  const clock = new SystemClock();

  before(async function () {
    requirePeer.call(this, 'sshd');
    folder = await mkdtemp(join(tmpdir(), 'sshd-'));
    sshd = await startSshd(folder);
  });

  after(async () => {
    // Without the peer nothing was started.
    if (folder === '') return;
    await sshd.stop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    hostKeys = new MemoryHostKeys();
  });

  const options = (more: Partial<TransferOptions> = {}): TransferOptions => ({
    ...{ stallMs: 10_000, totalMs: 60_000, signal: new AbortController().signal, onProgress: () => undefined },
    ...more,
  });
  const remote = (path: string): RemoteFile => ({
    ...{ host: '127.0.0.1', port: sshd.port, path: join(folder, path) },
    credentials: { username: sshd.username, privateKey: sshd.privateKey },
  });
  const failure = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'none', codeOf);

  const CLIENTS: readonly (readonly [string, () => TransferClient])[] = [
    ['sftp', () => new SftpClient({ clock, hostKeys })],
    ['scp', () => new ScpClient({ clock, hostKeys })],
  ];
  for (const [method, client] of CLIENTS) {
    for (const sizeBytes of [0, 1, 32_768, 5_000_003]) {
      it(`${method} brings and fetches ${sizeBytes} bytes`, async () => {
        const bytes = content.subarray(0, sizeBytes);
        const name = `${method} file '${String(sizeBytes)}'`;
        const moved = { bytes: sizeBytes, sha256: sha256(bytes) };
        expect(await client().put(remote(name), new MemorySource(bytes, 65_536), options())).to.deep.equal(moved);
        expect(sha256(await readFile(join(folder, name)))).to.equal(moved.sha256);
        const sink = new MemorySink();
        expect(await client().get(remote(name), sink, options())).to.deep.equal(moved);
        expect(sha256(sink.content)).to.equal(moved.sha256);
        expect(hostKeys.keys).to.have.length(1);
      });
    }

    it(`${method} tells what is missing, not allowed and full from each other`, async function () {
      const get = (path: string): Promise<string> => failure(client().get(remote(path), new MemorySink(), options()));
      expect(await get('missing')).to.equal('TRANSFER_REMOTE_FILE');
      const put = (path: string): Promise<string> =>
        failure(client().put({ ...remote(''), path }, new MemorySource(content, 65_536), options()));
      expect(await put('/dev/full')).to.equal(method === 'sftp' ? 'TRANSFER_REFUSED' : 'TRANSFER_SPACE');
      expect(await put('/missing/file')).to.equal('TRANSFER_REMOTE_FILE');
      await writeFile(join(folder, 'there'), content);
      const small = new MemorySink({ maxBytes: 1000 });
      expect(await failure(client().get(remote('there'), small, options()))).to.equal('TRANSFER_SPACE');
    });

    it(`${method} sends nothing to a server with another host key`, async () => {
      hostKeys.keys.push('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
      const message = await client().get(remote('there'), new MemorySink(), options()).then(String, String);
      expect(message).to.contain(`shows the host key ${sshd.hostKey}`).and.contain('known is SHA256:');
    });

    it(`${method} is refused with a key that the server does not know, and one that is none`, async () => {
      const { username } = sshd;
      const stranger = { ...remote('there'), credentials: { username, password: 'wrong' } };
      expect(await failure(client().get(stranger, new MemorySink(), options()))).to.equal('TRANSFER_REFUSED');
      const none = { ...remote('there'), credentials: { username, privateKey: 'no key' } };
      expect(await failure(client().get(none, new MemorySink(), options()))).to.equal('TRANSFER_REFUSED');
    });

    it(`${method} is aborted in the middle`, async () => {
      const abort = new AbortController();
      const slow = options({
        signal: abort.signal,
        onProgress: ({ bytes }) => bytes > 0 && abort.abort(new Error('stop')),
      });
      expect(await failure(client().put(remote('aborted'), new MemorySource(content, 1000), slow))).to.equal(
        'TRANSFER_ABORTED',
      );
    });
  }

  it('sftp goes on where a fetch and a bringing were broken off', async () => {
    const client = new SftpClient({ clock, hostKeys });
    await writeFile(join(folder, 'image'), content);
    const sink = new MemorySink({ held: content.subarray(0, 3_000_000) });
    expect(await client.get(remote('image'), sink, options())).to.deep.equal({ bytes: content.length });
    expect(sha256(sink.content)).to.equal(sha256(content));
    await writeFile(join(folder, 'part'), content.subarray(0, 3_000_000));
    const source = new MemorySource(content, 65_536);
    expect(await client.put(remote('part'), source, options({ resume: true }))).to.deep.equal({
      bytes: content.length,
    });
    expect(sha256(await readFile(join(folder, 'part')))).to.equal(sha256(content));
  });

  it('sftp begins anew where what is there is another file', async () => {
    const client = new SftpClient({ clock, hostKeys });
    await writeFile(join(folder, 'other'), seededBytes(2, 3_000_000));
    const moved = await client.put(remote('other'), new MemorySource(content, 65_536), options({ resume: true }));
    expect(moved.sha256).to.equal(sha256(content));
    expect(sha256(await readFile(join(folder, 'other')))).to.equal(sha256(content));
  });
});
