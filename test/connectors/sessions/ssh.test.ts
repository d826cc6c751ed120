import { expect } from 'chai';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { AuthContext, ServerChannel } from 'ssh2';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SshChannel } from '../../../connectors/sessions/ssh.js';
import type { SshChannelOptions } from '../../../connectors/sessions/ssh.js';
import { codeOf } from '../../../core/errors/index.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { Heard } from './heard.js';
import { MemoryHostKeys } from './memory-host-keys.js';
import { newHostKey, startSshServer } from './ssh-server.js';
import type { SshServer, SshServerOptions } from './ssh-server.js';

const PASSWORD = { username: 'ops', password: 'hunter22' };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const byPassword = (attempt: AuthContext): true | 'password'[] =>
  (attempt.method === 'password' && attempt.username === 'ops' && attempt.password === 'hunter22') || ['password'];

describe('SshChannel', () => {
  let server: SshServer | undefined;
  const hostKeys = new MemoryHostKeys();

  afterEach(async () => {
    hostKeys.keys.length = 0;
    await server?.stop();
    server = undefined;
  });

  async function start(options: Partial<SshServerOptions> = {}): Promise<SshServer> {
    server = await startSshServer({ login: byPassword, shell: (shell) => shell.write('Router>'), ...options });
    return server;
  }

  function channelTo({ port }: { port: number }, options: Partial<SshChannelOptions> = {}): SshChannel {
    const base = { host: '127.0.0.1', port, hostKeys, clock: new SystemClock(), legacyAlgorithms: false };
    return new SshChannel({ ...base, credentials: () => PASSWORD, ...options });
  }

  it('logs in by password, and carries every byte in both directions', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, index) => index);
    const there = await start({
      shell: (shell) => {
        shell.write('Router>');
        shell.on('data', (bytes: Buffer) => shell.write(bytes));
      },
    });
    const heard = new Heard();
    const channel = channelTo(there);
    await channel.open(heard);
    expect(await heard.until((all) => all.includes('>'))).to.equal('Router>');
    await channel.write(every);
    const echoed = await heard.until((all) => all.length >= 7 + 256);
    expect(Uint8Array.from(Buffer.from(echoed.slice(7), 'latin1'))).to.deep.equal(every);
    expect(there.tried).to.deep.equal(['none', 'password']);
    await channel.close();
    await heard.closed;
    expect(await channel.write(text('x')).catch((error: unknown) => String(error))).to.contain('not open');
  });

  it('answers the questions of keyboard-interactive where the server has that alone', async () => {
    const answers: string[][] = [];
    const there = await start({
      login: (attempt) => {
        if (attempt.method !== 'keyboard-interactive') return ['keyboard-interactive'];
        const questions = [
          { prompt: 'Username: ', echo: true },
          { prompt: 'Password: ', echo: false },
        ];
        attempt.prompt(questions, (given) => {
          answers.push(given);
          attempt.accept();
        });
        return 'asked';
      },
    });
    const heard = new Heard();
    const channel = channelTo(there);
    await channel.open(heard);
    expect(answers).to.deep.equal([['ops', 'hunter22']]);
    await channel.close();
  });

  it('logs in by a key with a passphrase, and says what is wrong with a key it cannot read', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'open sesame' },
    });
    const there = await start({ login: (attempt) => attempt.method === 'publickey' || ['publickey'] });
    const withPhrase = { username: 'ops', privateKey: privateKey.trim(), passphrase: 'open sesame' };
    const channel = channelTo(there, { credentials: () => withPhrase });
    await channel.open(new Heard());
    await channel.close();
    const wrong = channelTo(there, { credentials: () => ({ ...withPhrase, passphrase: 'wrong' }) });
    const error: unknown = await wrong.open(new Heard()).catch((reason: unknown) => reason);
    expect(codeOf(error)).to.equal('CONSOLE_LOGIN_REFUSED');
    expect(String(error)).to.contain('the private key').and.not.to.contain('wrong');
  });

  it('says which ways were refused, tries no way that is not offered, and leaves nothing open', async () => {
    const there = await start({ login: () => ['password'] });
    const error: unknown = await channelTo(there)
      .open(new Heard())
      .catch((reason: unknown) => reason);
    expect(codeOf(error)).to.equal('CONSOLE_LOGIN_REFUSED');
    expect(String(error)).to.contain('password not accepted (the server offers password)');
    expect(there.tried).to.deep.equal(['none', 'password']);
    const other = channelTo(there, { credentials: () => ({ username: 'ops' }) });
    expect(await other.open(new Heard()).catch(String)).to.contain(
      'the server offers password, and the secret has nothing',
    );
    while (there.connections.size > 0) await settle();
  });

  it('pins the first host key and refuses another one before any password is sent', async () => {
    const first = await start();
    const channel = channelTo(first);
    await channel.open(new Heard());
    await channel.close();
    expect(hostKeys.keys).to.have.length(1);
    await channel.open(new Heard());
    await channel.close();
    expect(hostKeys.keys).to.have.length(1);
    await first.stop();
    const second = await start({ hostKey: newHostKey(), port: first.port });
    const error: unknown = await channel.open(new Heard()).catch((reason: unknown) => reason);
    expect(codeOf(error)).to.equal('CONSOLE_HOST_KEY_CHANGED');
    expect(String(error)).to.match(/wanted ssh-rsa SHA256:\S{43}, got ssh-rsa SHA256:\S{43}/);
    expect(second.tried).to.deep.equal([]);
  });

  it('uses legacy algorithms only where the port says so', async () => {
    const legacy = {
      kex: ['diffie-hellman-group14-sha1'],
      cipher: ['aes128-cbc'],
      hmac: ['hmac-sha1'],
      serverHostKey: ['ssh-rsa'],
    } as const;
    const there = await start({
      algorithms: {
        ...legacy,
        kex: [...legacy.kex],
        cipher: [...legacy.cipher],
        hmac: [...legacy.hmac],
        serverHostKey: [...legacy.serverHostKey],
      },
    });
    const refused: unknown = await channelTo(there)
      .open(new Heard())
      .catch((reason: unknown) => reason);
    expect(codeOf(refused)).to.equal('CONSOLE_SSH_ALGORITHMS');
    expect(String(refused)).to.contain('no matching');
    const channel = channelTo(there, { legacyAlgorithms: true });
    await channel.open(new Heard());
    await channel.close();
  });

  it('tells that the shell ended, and that the connection broke', async () => {
    let shell: ServerChannel | undefined;
    const there = await start({ shell: (opened) => (shell = opened) });
    const [exited, broken] = [new Heard(), new Heard()];
    const channel = channelTo(there);
    await channel.open(exited);
    shell?.write('bye');
    shell?.exit(0);
    shell?.end();
    await exited.closed;
    expect(exited.text).to.equal('bye');
    await channel.open(broken);
    for (const connection of there.connections) connection.end();
    expect((await broken.closed).reason).to.be.a('string');
  });

  it('gives up a far end that says nothing, or is no SSH server', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const clock = new FakeClock();
    const accepted = once(silent, 'connection');
    const opened = channelTo(silent.address() as AddressInfo, { clock })
      .open(new Heard())
      .catch(String);
    await accepted;
    await clock.advance(30_000);
    expect(await opened).to.contain('not open within 30 s');
    silent.close();
    const noise = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(Buffer.alloc(100_000, 0xfe));
    }).listen(0, '127.0.0.1');
    await once(noise, 'listening');
    const connected = once(noise, 'connection');
    const noisy = channelTo(noise.address() as AddressInfo, { clock })
      .open(new Heard())
      .catch(String);
    await connected;
    await clock.advance(30_000);
    expect(await noisy).to.contain('not open within 30 s');
    noise.close();
  });

  it('passes 10 MB without a line end', async () => {
    const there = await start({
      shell: (shell) => {
        const chunk = Buffer.alloc(65_536, 0x41);
        let left = 160;
        const more = (): void => {
          while (left-- > 0) if (!shell.write(chunk)) return void shell.once('drain', more);
        };
        more();
      },
    });
    let received = 0;
    let enough: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (enough = resolve));
    const channel = channelTo(there);
    await channel.open({
      onBytes: (bytes) => {
        received += bytes.length;
        if (received === 160 * 65_536) enough();
      },
      onClosed: () => undefined,
    });
    await all;
    await channel.close();
  });
});
