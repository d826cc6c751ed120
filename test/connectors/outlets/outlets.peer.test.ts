/** Messages to foreign servers: aiosmtpd takes the mail, rsyslog the log lines, and each is read from what they wrote. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { sendEmail } from '../../../connectors/outlets/email.js';
import { sendTrap } from '../../../connectors/outlets/snmp-trap.js';
import { sendSyslog } from '../../../connectors/outlets/syslog.js';
import { codeOf } from '../../../core/errors/index.js';
import { requirePeer } from '../../support/peers.js';

const sending = { key: '0123456789abcdef0123456789abcdef01', signal: new AbortController().signal };
const FROM = 'portwright@example.com';

describe('outlets with foreign servers', function () {
  this.timeout(60_000);
  let folder: string;
  const running: ChildProcess[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'portwright-outlets-'));
  });

  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null) continue;
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('hands an email to aiosmtpd', async function () {
    requirePeer.call(this, '/usr/lib/python3/dist-packages/aiosmtpd/__init__.py');
    const port = await freePort();
    const child = start('/usr/bin/python3', ['-u', '-m', 'aiosmtpd', '-n', '-l', `127.0.0.1:${String(port)}`]);
    const printed = collect(child);
    await listening(port);
    const message = { to: ['noc@example.com', 'b@example.com'], subject: 'Größe: 1/1', text: 'first\n.second\n' };
    await sendEmail({ url: `smtp://127.0.0.1:${String(port)}`, from: FROM }, message, sending);
    await until(() => printed().includes('END MESSAGE'));
    const mail = printed();
    expect(mail).to.contain(`Message-ID: <${sending.key}@example.com>`);
    expect(mail).to.match(/^From: portwright@example\.com$/m);
    expect(mail).to.match(/^To: noc@example\.com, b@example\.com$/m);
    expect(mail).to.contain('first').and.to.contain('second');
  });

  it('says that no mail server is there, and that one refuses', async function () {
    const port = await freePort();
    const url = `smtp://127.0.0.1:${String(port)}`;
    const message = { to: ['noc@example.com'], subject: 'x', text: 'x' };
    const away = await sendEmail({ url, from: FROM }, message, sending).catch((error: unknown) => error);
    expect(codeOf(away)).to.equal('OUTLET_UNREACHABLE');
    requirePeer.call(this, '/usr/lib/python3/dist-packages/aiosmtpd/__init__.py');
    start('/usr/bin/python3', ['-u', '-m', 'aiosmtpd', '-n', '-s', '10', '-l', `127.0.0.1:${String(port)}`]);
    await listening(port);
    const tooLarge = { ...message, text: 'x'.repeat(5000) };
    const refused = await sendEmail({ url, from: FROM }, tooLarge, sending).catch((error: unknown) => error);
    expect(codeOf(refused)).to.equal('OUTLET_REFUSED');
  });

  for (const transport of ['udp', 'tcp'] as const) {
    it(`brings a syslog message to rsyslog by ${transport.toUpperCase()}`, async function () {
      requirePeer.call(this, 'rsyslogd');
      const port = await freePort();
      const log = join(folder, `${transport}.log`);
      const configuration = join(folder, `${transport}.conf`);
      const fields = ['syslogseverity', 'syslogfacility', 'hostname', 'app-name', 'msgid', 'msg'];
      writeFileSync(
        configuration,
        [
          `module(load="im${transport}")`,
          `input(type="im${transport}" address="127.0.0.1" port="${String(port)}")`,
          `template(name="fields" type="string" string="${fields.map((name) => `%${name}%`).join('|')}\\n")`,
          `action(type="omfile" file="${log}" template="fields")`,
        ].join('\n'),
      );
      const pidFile = join(folder, `${transport}.pid`);
      start('/usr/sbin/rsyslogd', ['-n', '-f', configuration, '-i', pidFile]);
      const message = {
        host: '127.0.0.1',
        port,
        transport,
        severity: 2,
        facility: 16,
        timeMs: 0,
        text: 'Größe 1/1 hot',
      };
      const read = (): string => readFileSync(log, { encoding: 'utf8', flag: 'a+' });
      // Before it listens, a datagram is lost and a connection refused.
      await until(async () => {
        await sendSyslog('aus-1', message, sending).catch(() => undefined);
        await sleep(50);
        return read().includes('\n');
      });
      const [line = ''] = read().split('\n');
      expect(line.replace('\ufeff', '')).to.equal(`2|16|aus-1|portwright|${sending.key.slice(0, 32)}|Größe 1/1 hot`);
    });
  }

  for (const inform of [false, true]) {
    it(`brings an SNMP ${inform ? 'inform' : 'trap'} to snmptrapd`, async function () {
      requirePeer.call(this, 'snmptrapd');
      const port = await freePort();
      const configuration = join(folder, 'snmptrapd.conf');
      writeFileSync(configuration, 'authCommunity log watch-this\nformat2 GOT %v\\n\n');
      const at = `udp:127.0.0.1:${String(port)}`;
      const child = start('/usr/sbin/snmptrapd', ['-f', '-Lo', '-On', '-n', '-C', '-c', configuration, at]);
      const printed = collect(child);
      const message = {
        ...{ host: '127.0.0.1', port, community: 'watch-this', oid: '1.3.6.1.4.1.8072.2.3.0.1', inform },
        values: [
          { oid: '1.3.6.1.2.1.1.6.0', value: 'rack 4' },
          { oid: '1.3.6.1.2.1.2.2.1.1.7', value: 7 },
        ],
      };
      // Before it listens, a datagram is lost.
      await until(async () => {
        await sendTrap(message, sending).catch(() => undefined);
        await sleep(50);
        return printed().includes('GOT');
      });
      expect(printed()).to.match(/\.1\.3\.6\.1\.6\.3\.1\.1\.4\.1\.0 = OID: \.1\.3\.6\.1\.4\.1\.8072\.2\.3\.0\.1/);
      expect(printed()).to.match(/\.1\.3\.6\.1\.2\.1\.1\.6\.0 = STRING: "?rack 4/);
      expect(printed()).to.contain('.1.3.6.1.2.1.2.2.1.1.7 = INTEGER: 7');
      if (!inform) return;
      const silent = { ...message, community: 'another' };
      const lost = await sendTrap(silent, sending).catch((error: unknown) => error);
      expect(codeOf(lost)).to.equal('OUTLET_UNREACHABLE');
    });
  }

  function start(program: string, args: readonly string[]): ChildProcess {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    return child;
  }
});

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  return () => text;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number): Promise<void> {
  await until(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host: '127.0.0.1', port });
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      }),
  );
}

/** A foreign program has no other way to say that it is ready. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}
