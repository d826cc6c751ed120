/** The carrier against Debian's nats-server, listened to by a plain client that knows nothing of us. */
import { expect } from 'chai';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { LocalBus } from '../../../connectors/bus/local-bus.js';
import { NatsCarrier } from '../../../connectors/bus/nats-carrier.js';
import type { Clock } from '../../../core/ports/clock.js';
import { MemoryVariables } from '../../support/memory-variables.js';
import { requirePeer } from '../../support/peers.js';
import { anEvent, MemoryEvents } from './memory-events.js';
import { NatsServer } from './nats-server.js';
import { quietLog } from './quiet-log.js';

const REAL_CLOCK: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, delayMs);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

/** A foreign subscriber with the client's own defaults; `until` resolves once it has heard so many messages. */
class Subscriber {
  readonly heard: { readonly subject: string; readonly id: string; readonly type: string }[] = [];
  readonly connection: NatsConnection;
  #wanted: { readonly count: number; readonly done: () => void } | undefined;

  constructor(connection: NatsConnection, subject: string) {
    this.connection = connection;
    connection.subscribe(subject, {
      callback: (_error, message) => {
        const { id, type } = message.json<{ id: string; type: string }>();
        this.heard.push({ subject: message.subject, id, type });
        if (this.#wanted !== undefined && this.heard.length >= this.#wanted.count) this.#wanted.done();
      },
    });
  }

  async until(count: number): Promise<void> {
    if (this.heard.length >= count) return;
    await new Promise<void>((done) => {
      this.#wanted = { count, done };
    });
  }
}

describe('connectors/bus/nats-carrier with nats-server', function () {
  this.timeout(60_000);
  let server: NatsServer;
  let foreign: NatsConnection;
  const events = new MemoryEvents();
  const variables = new MemoryVariables();
  const { log, lines } = quietLog();
  const bus = new LocalBus({ log });
  const makeCarrier = (): NatsCarrier =>
    new NatsCarrier({
      node: 'aus-1',
      servers: [server.url],
      events,
      variables,
      bus,
      clock: REAL_CLOCK,
      random: { below: () => 0, hex: () => '' },
      log,
    });
  let carrier: NatsCarrier;

  const emit = async (id: string, type: string): Promise<void> => {
    const event = anEvent(id, type, type.startsWith('job.') ? { job: 'job:1' } : {});
    const { seq } = await events.append(event);
    bus.publish(seq, event);
  };
  const wanted = (): readonly string[] => events.stored.map(({ event }) => event.id);

  let stopAll = (): Promise<void> => Promise.resolve();

  before(async function () {
    requirePeer.call(this, 'nats-server');
    server = await NatsServer.start();
    foreign = await connect({ servers: [server.url], maxReconnectAttempts: -1 });
    carrier = makeCarrier();
    stopAll = async () => {
      await carrier.stop();
      await foreign.close();
      await server.remove();
    };
  });

  after(async () => {
    await stopAll();
  });

  it('makes its streams, and a foreign subscriber hears everything in order, each once', async () => {
    const subscriber = new Subscriber(foreign, 'pw.events.>');
    const jobs = new Subscriber(foreign, 'pw.jobs.>');
    await foreign.flush();
    await carrier.start();
    for (let i = 0; i < 100; i += 1) await emit(`a${String(i)}`, i % 10 === 0 ? 'job.step' : 'console.line');
    await subscriber.until(100);
    await jobs.until(10);
    expect(subscriber.heard.map(({ id }) => id)).to.deep.equal(wanted());
    expect(subscriber.heard[1]?.subject).to.equal('pw.events.aus-1.aus-1=3A1/1.console.line');
    expect(jobs.heard.map(({ id, subject }) => `${subject} ${id}`)).to.deep.equal(
      Array.from({ length: 10 }, (_, i) => `pw.jobs.job=3A1 a${String(i * 10)}`),
    );
  });

  it('sends a message of a rule to a foreign subscriber, with its key', async () => {
    const heard = new Promise<string>((resolve) => {
      foreign.subscribe('site.alarms', {
        callback: (_error, message) => {
          resolve(`${message.headers?.get('Nats-Msg-Id') ?? ''} ${message.string()}`);
        },
      });
    });
    await foreign.flush();
    const sending = { key: 'job-1', signal: new AbortController().signal };
    await carrier.send({ subject: 'site.alarms', data: { port: '1/1' } }, sending);
    expect(await heard).to.equal('job-1 {"port":"1/1"}');
  });

  it('after SIGKILL of the server in mid-sequence everything arrives, in order, each once', async () => {
    const already = events.stored.length;
    const subscriber = new Subscriber(foreign, 'pw.events.>');
    await foreign.flush();
    const sequence = (async () => {
      for (let i = 0; i < 300; i += 1) {
        await emit(`b${String(i)}`, i % 7 === 0 ? 'job.step' : 'console.line');
        if (i === 150) {
          await subscriber.until(100);
          await server.kill();
        }
      }
    })();
    await sequence;
    const heardBefore = subscriber.heard.length;
    expect(heardBefore).to.be.within(100, 299);
    await server.up();
    await subscriber.until(300);
    const manager = await jetstreamManager(foreign);
    const stored = await manager.streams.info('PORTWRIGHT_EVENTS');
    expect(subscriber.heard.map(({ id }) => id)).to.deep.equal(wanted().slice(already));
    expect(stored.state.messages).to.equal(events.stored.length);
    expect((await manager.streams.info('PORTWRIGHT_JOBS')).state.messages).to.equal(
      events.stored.filter(({ event }) => event.type === 'job.step').length,
    );
    expect(lines.filter((line) => line.level === 'warn')).to.have.length(1);
  });

  it('a restarted node goes on where it was, also when its cursor was not kept', async () => {
    const subscriber = new Subscriber(foreign, 'pw.events.>');
    await foreign.flush();
    await carrier.stop();
    await variables.set('cursor', 'nats', events.stored.length - 30);
    await emit('c0', 'console.line');
    carrier = makeCarrier();
    await carrier.start();
    await subscriber.until(1);
    await emit('c1', 'job.step');
    await subscriber.until(2);
    expect(subscriber.heard.map(({ id }) => id)).to.deep.equal(['c0', 'c1']);
  });
});
