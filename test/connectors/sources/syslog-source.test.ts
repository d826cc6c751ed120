import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { Intake } from '../../../connectors/sources/intake.js';
import { SyslogSource } from '../../../connectors/sources/syslog-source.js';
import type { SyslogSourceDeps } from '../../../connectors/sources/syslog-source.js';
import { codeOf } from '../../../core/errors/index.js';
import type { Event } from '../../../core/event.js';
import { makeCertificate } from '../../support/certificate.js';
import { FakeClock } from '../../support/fake-clock.js';
import { silentLog } from '../../support/silent-log.js';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const NUMBERED = '<189>000123: *Mar  1 18:46:11.123 UTC: %SYS-5-RESTART: System restarted --';

describe('connectors/sources/syslog-source', () => {
  const started: SyslogSource[] = [];
  let events: Event[];
  let heard: () => void;

  beforeEach(() => {
    events = [];
    heard = () => undefined;
  });

  afterEach(async () => {
    for (const source of started.splice(0)) await source.stop();
  });

  async function start(deps: Partial<SyslogSourceDeps>): Promise<SyslogSource> {
    const clock = new FakeClock();
    const intake = new Intake({
      clock,
      accept: (event) => {
        events.push(event);
        heard();
        return Promise.resolve();
      },
      onDropped: () => undefined,
      onFailed: () => undefined,
    });
    const source = new SyslogSource({
      ...{ node: 'n', intake, clock, log: silentLog, random: { hex: () => 'run', below: () => 0 } },
      mask: (text) => text.replace('s3cret', '•••'),
      findPort: (_address, host) => (host === 'sw1' ? { id: 'n:1/1', name: '1/1' } : undefined),
      ...deps,
    });
    await source.start();
    started.push(source);
    return source;
  }

  async function arrived(count: number): Promise<void> {
    while (events.length < count) await new Promise<void>((resolve) => (heard = resolve));
  }

  const portOf = (source: SyslogSource, transport: 'udp' | 'tcp' | 'tls'): number =>
    source.address(transport)?.port ?? 0;

  async function sendUdp(source: SyslogSource, ...texts: readonly (string | Uint8Array)[]): Promise<void> {
    const socket = createSocket('udp4');
    for (const text of texts) {
      await new Promise<void>((resolve) => {
        socket.send(text, portOf(source, 'udp'), '127.0.0.1', () => resolve());
      });
    }
    socket.close();
  }

  it('makes an event of a datagram, unauthenticated, at its port', async () => {
    const source = await start({ udp: LOOPBACK });
    await sendUdp(source, '<187>Oct 11 22:14:15 sw1 sshd[7]: password s3cret \u001b[2J refused');
    await arrived(1);
    const [event] = events;
    expect(event).to.include({ type: 'syslog.message', portid: 'n:1/1', authenticated: false });
    expect(event?.data).to.deep.equal({
      ...{ message: 'password ••• \\x1b[2J refused', severity: 'error', facility: 23, address: '127.0.0.1' },
      ...{ form: 'rfc3164', host: 'sw1', app: 'sshd', procId: '7', deviceTime: 'Oct 11 22:14:15' },
    });
  });

  it('gives a message that numbers itself the same id each time, and others one of their own', async () => {
    const source = await start({ udp: LOOPBACK });
    await sendUdp(source, NUMBERED, NUMBERED, '<1>x', '<1>x');
    await arrived(4);
    const [first, again, plain, repeated] = events.map(({ id }) => id);
    expect(first).to.equal(again);
    expect(plain).not.to.equal(repeated);
  });

  it('takes what is no text at all', async () => {
    const source = await start({ udp: LOOPBACK });
    await sendUdp(source, new Uint8Array([0xff, 0xfe, 0x00, 0x1b, 0x80]), new Uint8Array(), '<1>after');
    await arrived(2);
    expect(events.at(-1)?.data['message']).to.equal('after');
  });

  it('reads a stream in both framings, and its end without a line end', async () => {
    const source = await start({ tcp: LOOPBACK });
    const socket = connect(portOf(source, 'tcp'), '127.0.0.1');
    await once(socket, 'connect');
    socket.end('5 <1>ab<2>c\n<3>last');
    await arrived(3);
    expect(events.map(({ data }) => data['message'])).to.deep.equal(['ab', 'c', 'last']);
  });

  it('authenticates by a certificate of the client, and lets nobody in without one', async function () {
    this.timeout(20_000);
    const { certificate, key } = makeCertificate();
    const source = await start({
      tls: { listen: LOOPBACK, keys: () => ({ certificate, key, clientCa: certificate }) },
    });
    const at = {
      port: portOf(source, 'tls'),
      host: '127.0.0.1',
      ca: certificate,
      checkServerIdentity: () => undefined,
    };
    const stranger = connectTls(at);
    const sentAway = new Promise<void>((resolve) => {
      stranger.on('error', () => undefined).once('close', () => resolve());
    });
    stranger.end('5 <1>no');
    await sentAway;
    const known = connectTls({ ...at, cert: certificate, key });
    await once(known, 'secureConnect');
    known.end('6 <1>yes');
    await arrived(1);
    expect(events.map(({ data, authenticated }) => [data['message'], authenticated])).to.deep.equal([['yes', true]]);
  });

  it('says why it may not listen, and where else it could', async () => {
    const first = await start({ udp: LOOPBACK, tcp: LOOPBACK });
    for (const transport of ['udp', 'tcp'] as const) {
      const taken = { host: '127.0.0.1', port: portOf(first, transport) };
      const error: unknown = await start({ [transport]: taken }).catch((thrown: unknown) => thrown);
      expect(codeOf(error)).to.equal('LISTEN_REFUSED');
      expect(String((error as { next?: string }).next)).to.contain(`syslog.${transport}`);
    }
  });
});
