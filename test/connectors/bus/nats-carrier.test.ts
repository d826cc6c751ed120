/** The carrier over a simulated server that breaks at any point, in simulated time. */
import { expect } from 'chai';
import fc from 'fast-check';
import { LocalBus } from '../../../connectors/bus/local-bus.js';
import { NatsCarrier } from '../../../connectors/bus/nats-carrier.js';
import type { NatsLink } from '../../../connectors/bus/nats-link.js';
import type { NatsMessage, StoredMark } from '../../../connectors/bus/nats-message.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryVariables } from '../../support/memory-variables.js';
import { anEvent, MemoryEvents } from './memory-events.js';
import { quietLog } from './quiet-log.js';

/** What the server does with one publish. */
type Fate = 'ok' | 'lostBefore' | 'lostAfter';

/** Two streams and plain subscribers. A message id that a stream has is not stored again, but subscribers hear it. */
class SimulatedServer {
  up = true;
  readonly streams = { PORTWRIGHT_EVENTS: new Array<NatsMessage>(), PORTWRIGHT_JOBS: new Array<NatsMessage>() };
  readonly heard: string[] = [];
  readonly fates: Fate[] = [];
  opened = 0;

  async open(): Promise<NatsLink> {
    this.opened += 1;
    if (!this.up) throw new Error('connection refused');
    let end: (reason: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => (end = resolve));
    let alive = true;
    const lose = (): never => {
      alive = false;
      end('lost');
      throw new Error('lost');
    };
    return {
      maxPayloadBytes: 10_000,
      closed,
      newest: async (stream, subject) => (alive && this.up ? this.#newest(stream, subject) : lose()),
      publish: async (message) => {
        const fate = this.fates.shift() ?? 'ok';
        if (!alive || !this.up || fate === 'lostBefore') lose();
        this.#store(message);
        if (fate === 'lostAfter') lose();
      },
      send: () => Promise.reject(new Error('not in these tests')),
      close: async () => {
        alive = false;
        end('closed');
      },
    };
  }

  ids(stream: keyof SimulatedServer['streams']): readonly string[] {
    return this.streams[stream].map((message) => message.msgId.split(' ')[1] ?? '');
  }

  #store(message: NatsMessage): void {
    this.heard.push(message.subject);
    const stream = this.streams[message.subject.startsWith('pw.jobs.') ? 'PORTWRIGHT_JOBS' : 'PORTWRIGHT_EVENTS'];
    if (!stream.some((known) => known.msgId === message.msgId)) stream.push(message);
  }

  #newest(stream: keyof SimulatedServer['streams'], subject: string): StoredMark | undefined {
    const matches = (name: string): boolean =>
      subject.endsWith('>') ? name.startsWith(subject.slice(0, -1)) : name === subject;
    return this.streams[stream].findLast((message) => matches(message.subject));
  }
}

interface World {
  readonly server: SimulatedServer;
  readonly clock: FakeClock;
  readonly events: MemoryEvents;
  readonly variables: MemoryVariables;
  readonly bus: LocalBus;
  readonly lines: ReturnType<typeof quietLog>['lines'];
  readonly carrier: () => NatsCarrier;
  readonly emit: (id: string, type?: string, job?: string) => Promise<void>;
}

function world(): World {
  const server = new SimulatedServer();
  const [clock, events, variables, { log, lines }] = [
    new FakeClock(),
    new MemoryEvents(),
    new MemoryVariables(),
    quietLog(),
  ];
  const bus = new LocalBus({ log });
  const options = {
    node: 'aus-1',
    servers: ['nats://user:secret@127.0.0.1:4222'],
    events,
    variables,
    bus,
    clock,
    random: { below: () => 0, hex: () => '' },
    log,
    open: () => server.open(),
  };
  return {
    server,
    clock,
    events,
    variables,
    bus,
    lines,
    carrier: () => new NatsCarrier(options),
    emit: async (id, type = 'console.line', job) => {
      const event = anEvent(id, type, job === undefined ? {} : { job });
      const { seq } = await events.append(event);
      bus.publish(seq, event);
    },
  };
}

describe('connectors/bus/nats-carrier', () => {
  it('carries what was there and what comes, in order, and job events to both streams', async () => {
    const { server, clock, variables, carrier, emit } = world();
    await emit('a');
    await emit('b', 'job.started', 'j1');
    const running = carrier();
    await running.start();
    await clock.advance(0);
    await emit('c', 'job.ended', 'j1');
    await clock.advance(0);
    expect(server.heard).to.deep.equal([
      'pw.events.aus-1.aus-1=3A1/1.console.line',
      'pw.events.aus-1.aus-1=3A1/1.job.started',
      'pw.jobs.j1',
      'pw.events.aus-1.aus-1=3A1/1.job.ended',
      'pw.jobs.j1',
    ]);
    expect(server.ids('PORTWRIGHT_EVENTS')).to.deep.equal(['a', 'b', 'c']);
    expect(server.ids('PORTWRIGHT_JOBS')).to.deep.equal(['b', 'c']);
    expect(await variables.get('cursor', 'nats')).to.equal(3);
    expect(running.status()).to.deep.equal({ connected: true, throughSeq: 3 });
    await running.stop();
  });

  it('waits for a server that is away at the start, says so once, and hides what a URL holds', async () => {
    const { server, clock, lines, carrier, emit } = world();
    server.up = false;
    const running = carrier();
    await running.start();
    await emit('a');
    await clock.advance(60_000);
    expect(server.opened).to.be.within(10, 60);
    expect(lines.filter((line) => line.level === 'warn').map((line) => line.message)).to.deep.equal([
      'NATS at nats://127.0.0.1:4222: connection refused',
    ]);
    server.up = true;
    await clock.advance(20_000);
    expect(server.ids('PORTWRIGHT_EVENTS')).to.deep.equal(['a']);
    await clock.run(running.stop());
    expect(clock.pending).to.equal(0);
  });

  it('rests after a reconnect, so that subscribers are back before the first message', async () => {
    const { server, clock, carrier, emit } = world();
    const running = carrier();
    await running.start();
    await clock.advance(0);
    server.fates.push('lostBefore');
    await emit('a');
    await clock.advance(2000);
    expect(server.heard).to.deep.equal([]);
    await clock.advance(1500);
    expect(server.ids('PORTWRIGHT_EVENTS')).to.deep.equal(['a']);
    await clock.run(running.stop());
  });

  it('publishes nothing twice when an acknowledgement was lost, in either stream', async () => {
    const { server, clock, carrier, emit } = world();
    const running = carrier();
    await running.start();
    await clock.advance(0);
    server.fates.push('lostAfter', 'ok', 'lostAfter');
    await emit('a', 'job.started', 'j1');
    await emit('b', 'job.step', 'j1');
    await clock.advance(20_000);
    expect(server.heard).to.have.length(4);
    expect(server.ids('PORTWRIGHT_JOBS')).to.deep.equal(['a', 'b']);
    await clock.run(running.stop());
  });

  it('goes back where the server lost what it had acknowledged', async () => {
    const { server, clock, carrier, emit } = world();
    const first = carrier();
    await first.start();
    for (const id of ['a', 'b', 'c']) await emit(id);
    await clock.advance(0);
    await first.stop();
    server.streams.PORTWRIGHT_EVENTS.length = 1;
    const second = carrier();
    await second.start();
    await clock.advance(0);
    expect(server.ids('PORTWRIGHT_EVENTS')).to.deep.equal(['a', 'b', 'c']);
    await second.stop();
  });

  it('does not take the marks of another data folder for its own', async () => {
    const { server, clock, carrier, emit } = world();
    const other = await server.open();
    await other.publish({
      subject: 'pw.events.aus-1.=.x',
      msgId: 'elsewhere 1',
      seq: 2,
      node: 'aus-1',
      body: new Uint8Array(),
    });
    await emit('a');
    await emit('b');
    const running = carrier();
    await running.start();
    await clock.advance(0);
    expect(server.ids('PORTWRIGHT_EVENTS')).to.deep.equal(['1', 'a', 'b']);
    await running.stop();
  });

  it('sends an event too large for the server without its data', async () => {
    const { server, clock, events, carrier } = world();
    await events.append(anEvent('big', 'console.line', { line: 'x'.repeat(20_000) }));
    await events.append(anEvent('y'.repeat(20_000)));
    await events.append(anEvent('small'));
    const running = carrier();
    await running.start();
    await clock.advance(0);
    expect(server.ids('PORTWRIGHT_EVENTS')).to.deep.equal(['big', 'small']);
    const body: unknown = JSON.parse(new TextDecoder().decode(server.streams.PORTWRIGHT_EVENTS[0]?.body));
    expect(body).to.have.nested.property('data.omittedBytes').above(20_000);
    await running.stop();
  });

  it('stops at once without a server, and carries what is owed where there is one', async () => {
    const { server, clock, carrier, emit } = world();
    server.up = false;
    const away = carrier();
    await away.start();
    await clock.advance(1000);
    await away.stop();
    server.up = true;
    const there = carrier();
    await there.start();
    await clock.advance(0);
    for (let i = 0; i < 200; i += 1) await emit(`e${String(i)}`);
    await there.stop();
    expect(server.ids('PORTWRIGHT_EVENTS')).to.have.length(200);
    expect(clock.pending).to.equal(0);
  });

  it('whatever breaks, streams and subscribers get everything in order, each once', async () => {
    const fate = fc.constantFrom<Fate>('ok', 'ok', 'ok', 'lostBefore', 'lostAfter');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('emit'), job: fc.boolean(), count: fc.integer({ min: 1, max: 80 }) }),
      fc.record({ kind: fc.constant('restart') }),
      fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 0, max: 8000 }) }),
      fc.record({ kind: fc.constant('outage'), ms: fc.integer({ min: 0, max: 8000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(fate, { maxLength: 60 }), async (steps, fates) => {
        const { server, clock, carrier, emit } = world();
        server.fates.push(...fates);
        let running = carrier();
        await running.start();
        const wanted: string[] = [];
        const jobs: string[] = [];
        for (const one of steps) {
          if ('count' in one) {
            for (let i = 0; i < one.count; i += 1) {
              const id = `e${String(wanted.length)}`;
              wanted.push(id);
              if (one.job) jobs.push(id);
              await emit(id, one.job ? 'job.step' : 'console.line', one.job ? `j${String(i % 2)}` : undefined);
            }
          } else if ('ms' in one) {
            server.up = one.kind !== 'outage';
            await clock.advance(one.ms);
            server.up = true;
          } else {
            await clock.run(running.stop());
            running = carrier();
            await running.start();
          }
        }
        await clock.advance(fates.length * 10_000 + 60_000);
        expect(server.ids('PORTWRIGHT_EVENTS')).to.deep.equal(wanted);
        expect(server.ids('PORTWRIGHT_JOBS')).to.deep.equal(jobs);
        expect(server.heard, 'subscribers').to.have.length(wanted.length + jobs.length);
        await clock.run(running.stop());
      }),
      { numRuns: 40, verbose: true },
    );
  });
});
