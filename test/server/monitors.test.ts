import { expect } from 'chai';
import { readPoll } from '../../actions/monitors/poll.js';
import { dialogOpener } from '../../connectors/sessions/line-dialog.js';
import { PortConsole } from '../../connectors/sessions/port-console.js';
import { fail } from '../../core/errors/index.js';
import type { Event } from '../../core/event.js';
import type { Monitor } from '../../core/monitor.js';
import type { Pinger } from '../../core/ports/pinger.js';
import { ciscoIos } from '../../drivers/cisco-ios/driver.js';
import { Monitors } from '../../server/monitors.js';
import { PORT } from '../actions/quick-world.js';
import { FakeChannel, MemoryTranscripts, quietLog } from '../connectors/sessions/fake-channel.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { MemoryVariables } from '../support/memory-variables.js';
import { SeededRandom } from '../support/seeded-random.js';

const HOUR_MS = 3_600_000;
const CPU: Monitor = {
  ...{ name: 'cpu', everyMs: 60_000, ports: {} },
  poll: {
    kind: 'command',
    send: 'show processes cpu',
    patterns: ['five minutes: (?P<cpu>\\d+)%', 'state (?P<state>\\w+)'],
  },
};
const PING: Monitor = { name: 'alive', everyMs: 30_000, ports: {}, poll: { kind: 'ping', count: 3 } };

/** A router at its prompt that answers one command. */
class Router {
  cpu = '7';
  line = 'GigabitEthernet0/1 is up, line protocol is up';
  answers = true;
  readonly typed: string[] = [];
  readonly channel = new FakeChannel();

  constructor(clock: FakeClock) {
    const write = this.channel.write.bind(this.channel);
    this.channel.write = async (bytes) => {
      await write(bytes);
      const typed = new TextDecoder().decode(bytes);
      this.typed.push(typed);
      if (this.answers) clock.after(5, () => this.channel.say(this.#answer(typed)));
    };
  }

  #answer(typed: string): string {
    if (typed === '\r') return '\r\nRouter#';
    const answers: Readonly<Record<string, string>> = {
      'show processes': `CPU utilization: five minutes: ${this.cpu}%\r\n`,
      'show interfaces': `${this.line}\r\n  Hardware is Gigabit Ethernet\r\n`,
    };
    const said = answers[typed.split(' ', 2).join(' ')] ?? '';
    return `${typed}\n${said}\r\nRouter#`;
  }
}

describe('Monitors', () => {
  let clock: FakeClock;
  let router: Router;
  let console: PortConsole;
  let variables: MemoryVariables;
  let events: Event[];
  let busy: boolean;
  let pinger: Pinger;
  let monitors: Monitors;

  const make = (): Monitors =>
    new Monitors({
      ...{ clock, log: quietLog, variables, driver: () => ciscoIos, read: readPoll, openDialog: dialogOpener(clock) },
      pinger: { ping: (host, options) => pinger.ping(host, options) },
      console: () => console,
      credentials: () => ({}),
      isBusy: () => busy,
      factsRead: () => undefined,
      accept: (event) => Promise.resolve(events.push(event)),
    });
  /** Lets so much time go by, step by step: a poll is many small waits. */
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += 500) await clock.advance(500);
    await settle();
  };

  beforeEach(async () => {
    [clock, variables, events, busy] = [new FakeClock(), new MemoryVariables(), [], false];
    pinger = { ping: () => Promise.resolve({ sent: 3, received: 3, rttMs: 1.5 }) };
    router = new Router(clock);
    console = new PortConsole({
      ...{ portId: PORT.id, channel: router.channel, clock, random: new SeededRandom(1), log: quietLog },
      ...{ transcripts: new MemoryTranscripts(), mask: (text: string) => text },
    });
    console.start();
    await settle();
    monitors = make();
  });

  afterEach(async () => {
    await monitors.stop();
    await console.stop();
  });

  it('reads in its turn, and says what has changed', async () => {
    monitors.use([CPU], [PORT]);
    monitors.start();
    await pass(60_000);
    expect(events).to.have.length(1);
    expect(events[0]).to.include({ type: 'monitor.command', authenticated: true, portid: PORT.id });
    expect(events[0]?.data).to.deep.equal({ monitor: 'cpu', values: { cpu: 7 }, previous: {}, changed: [] });
    router.cpu = '93';
    await pass(60_000);
    expect(events[1]?.data).to.deep.equal({
      ...{ monitor: 'cpu', values: { cpu: 93 }, previous: { cpu: 7 }, changed: ['cpu'] },
    });
    expect(console.holder).to.equal(undefined);
    expect(monitors.readings(PORT.id)).to.have.length(1);
  });

  it('reads an interface: what it was told to be, its link, and what has changed', async () => {
    monitors.use([{ ...CPU, name: 'uplink', poll: { kind: 'interface', name: 'Gi0/1' } }], [PORT]);
    monitors.start();
    await pass(60_000);
    router.line = 'GigabitEthernet0/1 is up, line protocol is down (notconnect)';
    await pass(60_000);
    router.line = 'GigabitEthernet0/1 is administratively down, line protocol is down (disabled)';
    await pass(60_000);
    const told = { interface: 'GigabitEthernet0/1' };
    expect(events.map(({ type, data }) => [type, data['values'], data['changed']])).to.deep.equal([
      ['monitor.interface', { ...told, admin: 'on', link: 'up' }, []],
      ['monitor.interface', { ...told, admin: 'on', link: 'down' }, ['link']],
      ['monitor.interface', { ...told, admin: 'off', link: 'down' }, ['admin']],
    ]);
    expect(router.typed).to.include('show interfaces Gi0/1\r');
  });

  it('takes no list of interfaces, and none that its device does not know', async () => {
    monitors.use([{ ...CPU, name: 'all', poll: { kind: 'interface', name: 'Gi0/1 - 24' } }], [PORT]);
    monitors.start();
    await pass(60_000);
    expect(events.map(({ type, data }) => [type, data['code']])).to.deep.equal([['monitor.failed', 'INTERFACE_NAME']]);
    expect(router.typed.join('')).not.to.contain('show interfaces');
  });

  it('goes on from what a former process has read', async () => {
    monitors.use([CPU], [PORT]);
    monitors.start();
    await pass(60_000);
    await monitors.stop();
    monitors = make();
    await monitors.load();
    monitors.use([CPU], [PORT]);
    monitors.start();
    router.cpu = '8';
    await pass(60_000);
    expect(events[1]?.data['previous']).to.deep.equal({ cpu: 7 });
  });

  it('types nothing while somebody holds the line, a job waits, or the console is away', async () => {
    monitors.use([CPU], [PORT]);
    monitors.start();
    const line = console.claim('job 7');
    await pass(120_000);
    line.release();
    busy = true;
    await pass(120_000);
    busy = false;
    const person = console.claim('ada', { kind: 'person' });
    await pass(120_000);
    person.release();
    expect(router.typed).to.deep.equal([]);
    expect(events).to.deep.equal([]);
    await pass(60_000);
    expect(events).to.have.length(1);
  });

  it('a job takes the line from it in the middle, and nothing is told', async () => {
    monitors.use([CPU], [PORT]);
    monitors.start();
    router.answers = false;
    while (router.typed.length === 0) await clock.advance(500);
    const line = console.claim('job 7');
    const typed = router.typed.length;
    await pass(50_000);
    expect(router.typed).to.have.length(typed);
    expect(events).to.deep.equal([]);
    line.release();
  });

  it('counts failures in a row, and forgets them with the first success', async () => {
    monitors.use([CPU], [PORT]);
    monitors.start();
    router.cpu = 'none';
    await pass(120_000);
    expect(events.map(({ type, data }) => [type, data['code'], data['failures']])).to.deep.equal([
      ['monitor.failed', 'MONITOR_NO_VALUE', 1],
      ['monitor.failed', 'MONITOR_NO_VALUE', 2],
    ]);
    router.cpu = '5';
    await pass(60_000);
    expect(events[2]?.data['values']).to.deep.equal({ cpu: 5 });
    expect(monitors.readings(PORT.id)[0]).to.include({ failures: 0, code: '' });
  });

  it('a device that says nothing is a failure, and the line is free again', async () => {
    monitors.use([CPU], [PORT]);
    monitors.start();
    router.answers = false;
    await pass(180_000);
    expect(events[0]).to.include({ type: 'monitor.failed' });
    expect(events[0]?.data['code']).to.equal('DEVICE_SILENT');
    expect(console.mode === 'idle' || console.holder === 'monitor cpu').to.equal(true);
  });

  it('pings without the line, also while a job holds it', async () => {
    console.claim('job 7');
    monitors.use([{ ...PING, poll: { kind: 'ping', count: 3, host: '192.0.2.1' } }], [PORT]);
    monitors.start();
    await pass(30_000);
    pinger = { ping: () => Promise.resolve({ sent: 3, received: 0 }) };
    await pass(30_000);
    expect(events.map(({ data }) => data['values'])).to.deep.equal([
      { sent: 3, received: 3, lossPercent: 0, roundTripTime: 1.5, rttMs: 1.5 },
      { sent: 3, received: 0, lossPercent: 100, roundTripTime: 0 },
    ]);
    expect(events[1]?.data['changed']).to.have.members(['received', 'lossPercent', 'roundTripTime', 'rttMs']);
    expect(router.typed).to.deep.equal([]);
  });

  it('says so where there is nothing to ping, or ping fails', async () => {
    monitors.use([PING], [PORT]);
    monitors.start();
    await pass(30_000);
    expect(events[0]?.data['code']).to.equal('MONITOR_NO_ADDRESS');
    pinger = { ping: () => Promise.reject(fail('PING_FAILED', { host: 'x', reason: 'no such host' })) };
    monitors.use([PING], [{ ...PORT, management: { address: '192.0.2.9' } }]);
    await pass(30_000);
    expect(events[1]?.data).to.include({ code: 'PING_FAILED', failures: 2 });
  });

  it('follows the site: what is gone ends, what is as it was keeps its turn', async () => {
    monitors.use([CPU, PING], [{ ...PORT, management: { address: '192.0.2.9' } }]);
    monitors.start();
    await pass(60_000);
    const before = events.filter(({ type }) => type === 'monitor.command').length;
    monitors.use([CPU], [{ ...PORT, management: { address: '192.0.2.9' } }]);
    events.length = 0;
    await pass(60_000);
    expect(before).to.equal(1);
    expect(events.map(({ type }) => type)).to.deep.equal(['monitor.command']);
    expect(monitors.readings(PORT.id).map(({ monitor }) => monitor)).to.deep.equal(['cpu']);
    monitors.use([{ ...CPU, ports: { make: 'extreme' } }], [PORT]);
    expect(monitors.readings(PORT.id)).to.deep.equal([]);
    await settle();
    expect([...(await variables.all('reading')).keys()]).to.deep.equal([]);
    events.length = 0;
    await pass(HOUR_MS / 6);
    expect(events).to.deep.equal([]);
  });
});
