/** An image is brought to a machine with OpenSSH's server, by the step of a push. */
import { expect } from 'chai';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringToDevice } from '../../actions/push-os/bring.js';
import { SystemClock } from '../../connectors/clock/system-clock.js';
import { ScpClient } from '../../connectors/transfers/scp-client.js';
import { SftpClient } from '../../connectors/transfers/sftp-client.js';
import { MemoryHostKeys } from '../connectors/sessions/memory-host-keys.js';
import { MemorySource } from '../connectors/transfers/memory-source.js';
import { startSshd } from '../connectors/transfers/open-ssh.js';
import { seededBytes } from '../protocols/xmodem/noisy-line.js';
import { requirePeer } from '../support/peers.js';
import { BringWorld, WE_PUT } from './bring-world.js';

describe('bringing an image to OpenSSH', function () {
  this.timeout(20_000);

  for (const Client of [SftpClient, ScpClient]) {
    it(`by ${Client.name}`, async function () {
      requirePeer.call(this, 'sshd');
      const folder = await mkdtemp(join(tmpdir(), 'bring-'));
      const sshd = await startSshd(folder);
      const content = seededBytes(1, 2_000_001);
      const clock = new SystemClock();
      const client = new Client({ clock, hostKeys: new MemoryHostKeys() });
      const { username, privateKey } = sshd;
      const source = new MemorySource(content, 65_536);
      const world = new BringWorld({ client, source, clock, credentials: { username, privateKey } });
      try {
        const procedure = { ...WE_PUT, port: sshd.port, remotePath: join(folder, 'image.bin') };
        await bringToDevice(world.delivery, procedure);
        expect((await readFile(join(folder, 'image.bin'))).equals(content)).to.equal(true);
        expect(world.bytes).to.equal(content.length);
        expect(world.story.at(-1)).to.equal('SFTP download of image.bin succeeded.');
      } finally {
        await sshd.stop();
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
