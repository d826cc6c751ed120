/** Foreign senders: logger of util-linux, and rsyslog as the relay that most sites have. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Intake } from '../../../connectors/sources/intake.js';
import { SyslogSource } from '../../../connectors/sources/syslog-source.js';
import type { Event } from '../../../core/event.js';
import { FakeClock } from '../../support/fake-clock.js';
import { requirePeer } from '../../support/peers.js';
import { silentLog } from '../../support/silent-log.js';

describe('syslog from foreign senders', function () {
  this.timeout(60_000);
  let source: SyslogSource;
  const events: Event[] = [];
  let heard: () => void = () => undefined;

  before(async () => {
    const clock = new FakeClock();
    const accept = (event: Event): Promise<void> => {
      events.push(event);
      heard();
      return Promise.resolve();
    };
    const intake = new Intake({ accept, clock, onDropped: () => undefined, onFailed: () => undefined });
    const at = { host: '127.0.0.1', port: 0 };
    source = new SyslogSource({
      ...{ node: 'n', intake, clock, log: silentLog, random: { hex: () => 'run', below: () => 0 }, udp: at, tcp: at },
      ...{ mask: (text) => text, findPort: () => undefined },
    });
    await source.start();
  });

  beforeEach(() => {
    events.length = 0;
  });

  after(async () => {
    await source.stop();
  });

  async function arrived(): Promise<Event['data']> {
    while (events.length === 0) await new Promise<void>((resolve) => (heard = resolve));
    return events[0]?.data ?? {};
  }

  const FORMS: readonly (readonly [form: string, transport: 'udp' | 'tcp', args: readonly string[]])[] = [
    ['rfc5424', 'udp', ['--rfc5424', '--sd-id', 'x@1', '--sd-param', 'k="v"', '--msgid', 'ID7']],
    ['rfc3164', 'udp', ['--rfc3164']],
    ['rfc5424', 'tcp', ['--rfc5424', '--octet-count']],
    ['rfc3164', 'tcp', ['--rfc3164', '--octet-count']],
    ['rfc3164', 'tcp', ['--rfc3164']],
  ];
  for (const [form, transport, args] of FORMS) {
    it(`logger: ${transport} ${args.join(' ')}`, async function () {
      requirePeer.call(this, 'logger');
      const to = ['--server', '127.0.0.1', '--port', String(source.address(transport)?.port), `--${transport}`];
      const child = spawn('logger', [...to, ...args, '-p', 'local3.crit', '-t', 'bgpd', 'peer 192.0.2.1 went down']);
      expect(await once(child, 'close')).to.deep.equal([0, null]);
      const data = await arrived();
      expect(data).to.include({ form, severity: 'critical', facility: 19, app: 'bgpd' });
      expect(data['message']).to.equal('peer 192.0.2.1 went down');
      if (args.includes('--sd-id')) expect(data).to.deep.include({ msgId: 'ID7' });
      if (args.includes('--sd-id')) expect(data['structuredData']).to.have.deep.property('x@1', { k: 'v' });
    });
  }

  it('rsyslog hands on what a router said', async function () {
    requirePeer.call(this, 'rsyslogd', 'logger');
    const folder = mkdtempSync(join(tmpdir(), 'portwright-rsyslog-'));
    const input = join(folder, 'in.sock');
    const configuration = join(folder, 'rsyslog.conf');
    const target = `target="127.0.0.1" port="${String(source.address('tcp')?.port)}" protocol="tcp"`;
    writeFileSync(
      configuration,
      [
        'module(load="imuxsock" SysSock.Use="off")',
        `input(type="imuxsock" Socket="${input}")`,
        `action(type="omfwd" ${target} template="RSYSLOG_SyslogProtocol23Format" TCP_Framing="octet-counted")`,
      ].join('\n'),
    );
    const relay: ChildProcess = spawn('/usr/sbin/rsyslogd', ['-n', '-f', configuration, '-i', join(folder, 'pid')]);
    try {
      const text = '%LINK-3-UPDOWN: Interface Gi0/1, changed state to down';
      while (events.length === 0) {
        const child = spawn('logger', ['--socket', input, '--socket-errors=off', '-p', 'local7.err', text]);
        await once(child, 'close');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const data = await arrived();
      expect(data).to.include({ form: 'rfc5424', severity: 'error', facility: 23 });
      expect(data['message']).to.contain(text);
    } finally {
      const closed = once(relay, 'close');
      relay.kill('SIGKILL');
      await closed;
      rmSync(folder, { recursive: true });
    }
  });
});
