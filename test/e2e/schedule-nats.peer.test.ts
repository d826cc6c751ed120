/** A push that a cron schedule starts on a real device, followed by a foreign subscriber over NATS that dies on the way. */
import { connect } from '@nats-io/transport-node';
import { expect } from 'chai';
import { NatsServer } from '../connectors/bus/nats-server.js';
import { DEVICE_PEERS } from '../peers/device/build.js';
import { requirePeer } from '../support/peers.js';
import { withBed } from './support/with-bed.js';

/** Half an hour off every whole-hour zone: a schedule in the machine's own zone would not meet it. */
const ZONE = 'Asia/Kolkata';

/** `minute hour` of the next whole minute in the zone, with room for the node to start before it. */
function nextMinute(): { cron: string; atMs: number } {
  const atMs = Math.ceil((Date.now() + 8_000) / 60_000) * 60_000;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs);
  const part = (type: string): number => Number(parts.find((found) => found.type === type)?.value);
  return { cron: `${String(part('minute'))} ${String(part('hour'))} * * *`, atMs };
}

/** Longest that a step of this push lets wait for itself. */
const LIMIT_MS = 180_000;

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly job?: string;
    readonly seq?: number;
    readonly verdict?: string;
    readonly schedule?: string;
  };
}

/** A plain subscriber, as anyone would write it; keeps what it hears and tells of it. */
async function listen(
  url: string,
): Promise<{ heard: Heard[]; until(fits: (event: Heard) => boolean): Promise<void>; close(): Promise<void> }> {
  const connection = await connect({ servers: url, maxReconnectAttempts: -1 });
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const subscription = connection.subscribe('pw.events.>');
  void (async () => {
    for await (const message of subscription) {
      heard.push(message.json<Heard>());
      for (const look of waiting) look();
    }
  })();
  await connection.flush();
  return {
    heard,
    until: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!heard.some(fits)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () => connection.close(),
  };
}

describe('push os on a real device, by a schedule, with NATS', function () {
  this.timeout(400_000);

  it('a foreign subscriber hears the tick, every change and the verdict, in order, each once, though NATS dies on the way', async function () {
    requirePeer.call(this, ...DEVICE_PEERS, 'nats-server');
    const nats = await NatsServer.start();
    const { cron, atMs } = nextMinute();
    const schedule = {
      name: 'nightly',
      cron,
      timezone: ZONE,
      ports: {},
      actions: [{ pushOs: { version: 'candidate' } }],
    };
    const subscriber = await listen(nats.url);
    try {
      await withBed({ nats: [nats.url] }, async (bed) => {
        await bed.serve();
        await bed.storeCandidate('2.0.0');
        await bed.writeSite({ nats: [nats.url], schedules: [schedule] });
        expect((await bed.command('reload')).code).to.equal(0);
        await subscriber.until(({ type }) => type === 'job.started');
        expect(Date.now(), 'not before its minute').to.be.at.least(atMs);
        const id = subscriber.heard.find(({ type }) => type === 'job.started')?.data.job ?? '';

        await bed.api.event({ job: id, type: 'job.step' }, ({ data }) => data['step'] === 'verify', LIMIT_MS);
        await nats.kill();
        await bed.api.event({ job: id, type: 'job.step' }, ({ data }) => data['step'] === 'reload', LIMIT_MS);
        await nats.up();
        const job = await bed.ended(id);
        expect(job.verdict, job.sentence).to.equal('succeeded');
        await subscriber.until(({ type }) => type === 'job.ended');

        const { heard } = subscriber;
        expect(new Set(heard.map((event) => event.id)).size, 'each once').to.equal(heard.length);
        const ours = heard.filter(({ type, data }) => type === 'schedule.due' || data.job === id);
        expect(ours.map(({ type }) => type).slice(0, 3)).to.deep.equal(['schedule.due', 'job.queued', 'job.started']);
        expect(ours[0]?.data.schedule).to.equal('nightly');
        const journal = ours.filter(({ type }) => type === 'job.step').map(({ data }) => data.seq);
        expect(journal, 'every change, in order').to.deep.equal(journal.map((_seq, i) => i + 1));
        expect(journal.length).to.equal(job.steps.length);
        expect(ours.at(-1)).to.include({ type: 'job.ended' });
        expect(ours.at(-1)?.data.verdict).to.equal('succeeded');
      });
    } finally {
      await subscriber.close();
      await nats.remove();
    }
  });
});
