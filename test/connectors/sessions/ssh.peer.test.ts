/** SSH sessions against OpenSSH: its server, its key files, its agent. */
import { expect } from 'chai';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SshChannel } from '../../../connectors/sessions/ssh.js';
import type { SshChannelOptions } from '../../../connectors/sessions/ssh.js';
import { codeOf } from '../../../core/errors/index.js';
import type { Credentials } from '../../../core/ports/secrets.js';
import { KnownHosts } from '../../../store/host-keys/known-hosts.js';
import { requirePeer } from '../../support/peers.js';
import { Heard } from './heard.js';
import { ended } from './ser2net.js';
import { PASSPHRASE, PASSWORD, SshdFolder } from './sshd.js';
import type { Sshd } from './sshd.js';

const run = promisify(execFile);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('SshChannel and OpenSSH', function () {
  let made: SshdFolder | undefined;
  let server: Sshd | undefined;

  before(async function () {
    requirePeer.call(this, 'sshd', 'ssh-keygen', 'ssh-agent', 'openssl');
    made = await SshdFolder.make();
    await made.newHostKey();
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  after(async () => {
    await made?.remove();
  });

  const folder = (): SshdFolder => {
    if (made === undefined) throw new Error('no folder');
    return made;
  };

  async function start(...config: string[]): Promise<Sshd> {
    server = await folder().start({ config });
    return server;
  }

  function channelTo(port: number, credentials: Credentials, options: Partial<SshChannelOptions> = {}): SshChannel {
    const hostKeys = new KnownHosts(join(folder().folder, 'known_hosts'));
    const whole = { username: folder().username, ...credentials };
    const base = { host: '127.0.0.1', port, hostKeys, clock: new SystemClock(), legacyAlgorithms: false };
    return new SshChannel({ ...base, credentials: () => whole, ...options });
  }

  /** Opens a shell and has it answer something that stands in no echo. */
  async function answers(channel: SshChannel): Promise<void> {
    const heard = new Heard();
    await channel.open(heard);
    await channel.write(text('echo $((6*7))-$TERM\n'));
    await heard.until((all) => all.includes('42-vt100'));
    await channel.close();
    await heard.closed;
  }

  it('logs in by a key with a passphrase, and by an agent', async () => {
    const { port } = await start();
    await answers(channelTo(port, { privateKey: await folder().privateKey(), passphrase: PASSPHRASE }));
    const socket = join(folder().folder, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket]);
    await once(createInterface({ input: agent.stdout }), 'line');
    const asks = join(folder().folder, 'askpass');
    await writeFile(asks, `#!/bin/sh\necho '${PASSPHRASE}'\n`);
    await chmod(asks, 0o700);
    const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: asks, SSH_ASKPASS_REQUIRE: 'force' };
    await run('ssh-add', [join(folder().folder, 'user')], { env });
    await answers(channelTo(port, {}, { agentSocket: socket }));
    await ended(agent);
  });

  it('logs in by password and by keyboard-interactive', async function () {
    if (!folder().isRoot) {
      console.warn('    SKIPPED: a password for sshd needs root and a mount namespace');
      this.skip();
    }
    const byPassword = await start('UsePAM no', 'KbdInteractiveAuthentication no');
    await answers(channelTo(byPassword.port, { password: PASSWORD }));
    const wrong = await channelTo(byPassword.port, { password: 'wrong' }).open(new Heard()).catch(codeOf);
    expect(wrong).to.equal('CONSOLE_LOGIN_REFUSED');
    await byPassword.stop();
    const byQuestions = await start('UsePAM yes', 'PasswordAuthentication no', 'KbdInteractiveAuthentication yes');
    await answers(channelTo(byQuestions.port, { password: PASSWORD }));
  });

  it('refuses a changed host key, and takes it after ssh-keygen forgot the old one', async () => {
    const first = await start();
    const login = { privateKey: await folder().privateKey(), passphrase: PASSPHRASE };
    const channel = channelTo(first.port, login);
    await answers(channel);
    await first.stop();
    await folder().newHostKey();
    server = await folder().start({ port: first.port });
    const refused: unknown = await channel.open(new Heard()).catch((error: unknown) => error);
    expect(codeOf(refused)).to.equal('CONSOLE_HOST_KEY_CHANGED');
    const { stdout } = await run('ssh-keygen', ['-lf', join(folder().folder, 'host.pub')]);
    expect(String(refused)).to.contain(`got ssh-ed25519 ${stdout.split(' ')[1] ?? ''}`);
    const known = join(folder().folder, 'known_hosts');
    await run('ssh-keygen', ['-R', `[127.0.0.1]:${String(first.port)}`, '-f', known]);
    await answers(channel);
    expect(await readFile(known, 'utf8')).to.contain(`[127.0.0.1]:${String(first.port)} ssh-ed25519 `);
  });

  it('refuses a server of the old days unless the port says otherwise', async () => {
    const { port } = await start('KexAlgorithms diffie-hellman-group14-sha1', 'Ciphers aes128-cbc', 'MACs hmac-sha1');
    const login = { privateKey: await folder().privateKey(), passphrase: PASSPHRASE };
    expect(await channelTo(port, login).open(new Heard()).catch(String)).to.contain('no matching');
    await answers(channelTo(port, login, { legacyAlgorithms: true }));
  });

  it('finds that the server is gone', async () => {
    const { port } = await start();
    const heard = new Heard();
    const channel = channelTo(port, { privateKey: await folder().privateKey(), passphrase: PASSPHRASE });
    await channel.open(heard);
    await channel.write(text('kill -9 $PPID\n'));
    expect((await heard.closed).reason).to.be.a('string');
  });
});
