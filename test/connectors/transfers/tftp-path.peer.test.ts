/** A block is no longer than one packet on the way to the peer: over a link of its own, in a network namespace. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TftpServer } from '../../../connectors/transfers/tftp-server.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { requirePeer } from '../../support/peers.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { silentLog } from '../../support/silent-log.js';
import { MemorySource } from './memory-source.js';

const run = promisify(execFile);
/** RFC 2544's network for tests of devices. */
const [NODE, DEVICE] = ['198.18.69.1', '198.18.69.2'];
const MTU = 1400;

describe('TFTP on a link with a small MTU', () => {
  const name = `pw${process.pid}`;
  const [near, far] = [`${name}a`, `${name}b`];
  const ip = async (...args: string[]): Promise<unknown> => await run('ip', args);
  let folder: string | undefined;
  let made = false;

  before(async function () {
    requirePeer.call(this, 'ip', 'atftp');
    try {
      await ip('netns', 'add', name);
      made = true;
      await ip('link', 'add', near, 'mtu', String(MTU), 'type', 'veth', 'peer', 'name', far, 'mtu', String(MTU));
      await ip('link', 'set', far, 'netns', name);
      await ip('address', 'add', `${NODE}/30`, 'dev', near);
      await ip('link', 'set', near, 'up');
      await ip('-n', name, 'address', 'add', `${DEVICE}/30`, 'dev', far);
      await ip('-n', name, 'link', 'set', far, 'up');
    } catch (error) {
      console.warn(`    SKIPPED: no network namespace: ${error instanceof Error ? error.message : String(error)}`);
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'tftp-'));
  });

  after(async () => {
    // The link goes with its other end.
    if (made) await ip('netns', 'delete', name);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  for (const [fragment, blockBytes] of [
    [false, MTU - 32],
    [true, 8192],
  ] as const) {
    it(`grants blocks of ${String(blockBytes)} where fragment is ${String(fragment)}`, async () => {
      const content = seededBytes(1, 100_000);
      const deps = { host: NODE, port: 0, clock: new SystemClock(), random: new SeededRandom(7), log: silentLog };
      const server = new TftpServer({ ...deps, fragment });
      await server.start();
      try {
        const { path, port } = server.expose({ source: new MemorySource(content), onProgress: () => undefined });
        const file = join(folder ?? tmpdir(), `received-${String(fragment)}`);
        const args = ['--trace', '--option', 'blksize 8192', '-g', '-r', path, '-l', file, NODE, String(port)];
        const { stderr, stdout } = await run('ip', ['netns', 'exec', name, 'atftp', ...args], { timeout: 8000 });
        expect(`${stdout}${stderr}`).to.match(new RegExp(`OACK <blksize: ${String(blockBytes)}`));
        expect((await readFile(file)).equals(content)).to.equal(true);
      } finally {
        await server.stop();
      }
    });
  }
});
