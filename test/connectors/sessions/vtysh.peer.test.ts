/** A router's own shell over SSH: FRR's vtysh behind OpenSSH, with a zebra in a network namespace of its own. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SshChannel } from '../../../connectors/sessions/ssh.js';
import { requirePeer } from '../../support/peers.js';
import { Heard } from './heard.js';
import { MemoryHostKeys } from './memory-host-keys.js';
import { ended } from './ser2net.js';
import { PASSPHRASE, SshdFolder } from './sshd.js';

const ZEBRA = '/usr/lib/frr/zebra';
/** One name for its sockets and its configuration. */
const NAME = `pw${String(process.pid)}`;
const FOLDERS = [`/var/run/frr/${NAME}`, `/etc/frr/${NAME}`];

describe('SshChannel and vtysh', () => {
  it("talks with a router's shell", async function () {
    requirePeer.call(this, 'sshd', 'ssh-keygen', 'vtysh', 'unshare', ZEBRA);
    if (process.getuid?.() !== 0) {
      console.warn('    SKIPPED: zebra needs root and a network namespace');
      this.skip();
    }
    for (const folder of FOLDERS) {
      await mkdir(folder, { recursive: true });
      await chmod(folder, 0o777);
    }
    await writeFile(`/etc/frr/${NAME}/vtysh.conf`, '');
    const zebra: ChildProcess = spawn('unshare', ['-n', ZEBRA, '-N', NAME, '--log', 'stdout', '-P', '0']);
    const made = await SshdFolder.make();
    try {
      if (zebra.stdout !== null) await once(createInterface({ input: zebra.stdout }), 'line');
      await made.newHostKey();
      const server = await made.start({ config: [`ForceCommand /usr/bin/vtysh -N ${NAME}`] });
      const login = { username: made.username, privateKey: await made.privateKey(), passphrase: PASSPHRASE };
      const heard = new Heard();
      const channel = new SshChannel({
        host: '127.0.0.1',
        port: server.port,
        clock: new SystemClock(),
        hostKeys: new MemoryHostKeys(),
        legacyAlgorithms: false,
        credentials: () => login,
      });
      await channel.open(heard);
      await heard.until((text) => /# $/.test(text));
      await channel.write(new TextEncoder().encode('show version\n'));
      const text = await heard.until((all) => /FRRouting \d[^]*# $/.test(all.slice(all.indexOf('show version'))));
      expect(text).to.contain('Hello, this is FRRouting');
      await channel.close();
      await server.stop();
    } finally {
      await ended(zebra);
      await made.remove();
      for (const folder of FOLDERS) await rm(folder, { recursive: true, force: true });
    }
  });
});
