import { expect } from 'chai';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision } from '../../../core/decision.js';
import { makeEvent } from '../../../core/event.js';
import {
  DAY_MS,
  DEFAULT_RETENTION,
  START_MS,
  newFolder,
  removeFolders,
  startStores,
  testEvent,
} from '../support/store-folder.js';

/** Segments of the least size, 256 KiB. */
const SMALL = { retention: { ...DEFAULT_RETENTION, maxBytes: 1_000_000 } };

function decision(id: string, rule: string, eventId: string): Decision {
  return { id, rule, eventId, atMs: 1, outcome: { kind: 'fired' }, conditions: [], match: {}, jobs: ['j'] };
}

describe('SegmentEventStore', () => {
  after(removeFolders);

  it('keeps seq rising over days, restarts and dropped segments', async () => {
    const dataDir = await newFolder();
    let { stores, clock } = await startStores(dataDir);
    expect(await stores.events.append(testEvent('e1'))).to.deep.equal({ seq: 1, isNew: true });
    clock.wallMs += DAY_MS;
    expect(await stores.events.append(testEvent('e2'))).to.deep.equal({ seq: 2, isNew: true });
    clock.wallMs += 20 * DAY_MS;
    // The new segment has nothing in it: only its name and its first seq.
    expect(await stores.events.append(testEvent('e2'))).to.deep.equal({ seq: 2, isNew: false });
    await stores.enforceRetention(clock.wallMs);
    expect(readdirSync(join(dataDir, 'events')).filter((file) => file.endsWith('.db'))).to.deep.equal([
      '2026-12-14.db',
    ]);
    await stores.stop();
    ({ stores, clock } = await startStores(dataDir));
    clock.wallMs += 21 * DAY_MS;
    expect(await stores.events.append(testEvent('e3'))).to.deep.equal({ seq: 3, isNew: true });
    expect((await stores.events.readAfter(0, 10)).map((stored) => stored.seq)).to.deep.equal([3]);
    await stores.stop();
  });

  it('knows an event again, also from the segment before and after a restart', async () => {
    const dataDir = await newFolder();
    const first = await startStores(dataDir);
    await first.stores.events.append(testEvent('e1'));
    const twice = await Promise.all([
      first.stores.events.append(testEvent('e2')),
      first.stores.events.append(testEvent('e2')),
    ]);
    expect(twice).to.deep.equal([
      { seq: 2, isNew: true },
      { seq: 2, isNew: false },
    ]);
    first.clock.wallMs += DAY_MS;
    expect(await first.stores.events.append(testEvent('e1'))).to.deep.equal({ seq: 1, isNew: false });
    await first.stores.stop();
    const second = await startStores(dataDir);
    second.clock.wallMs += 2 * DAY_MS;
    expect(await second.stores.events.append(testEvent('e2'))).to.deep.equal({ seq: 2, isNew: false });
    await second.stores.stop();
  });

  it('reads on over many segments, in order and by limits', async () => {
    const dataDir = await newFolder();
    const { stores } = await startStores(dataDir, SMALL);
    for (let block = 0; block < 12; block += 1) {
      const ids = Array.from({ length: 100 }, (_, index) => `e${block * 100 + index + 1}`);
      await Promise.all(ids.map((id) => stores.events.append(testEvent(id, { text: 'x'.repeat(400) }))));
    }
    const segments = readdirSync(join(dataDir, 'events')).filter((file) => file.endsWith('.db'));
    expect(segments).to.have.length.greaterThan(3);
    const [oldest] = await stores.events.readAfter(0, 1);
    const seqs: number[] = [];
    for (let after = oldest!.seq - 1; ;) {
      const read = await stores.events.readAfter(after, 77);
      if (read.length === 0) break;
      expect(read.every((stored) => stored.event.id === `e${stored.seq}`)).to.be.true;
      seqs.push(...read.map((stored) => stored.seq));
      after = seqs.at(-1)!;
    }
    expect(seqs).to.deep.equal(Array.from({ length: 1200 - oldest!.seq + 1 }, (_, index) => oldest!.seq + index));
    expect((await stores.events.list({ limit: 700 })).map((stored) => stored.seq)).to.deep.equal(
      Array.from({ length: Math.min(700, seqs.length) }, (_, index) => 1200 - index),
    );
    await stores.stop();
  });

  it('lists by type, port and time', async () => {
    const { stores, clock } = await startStores(await newFolder());
    const { events } = stores;
    await events.append(testEvent('a', { portId: 'n:1', type: 'job.ended' }));
    clock.wallMs += DAY_MS;
    await events.append(testEvent('b', { portId: 'n:2', timeMs: START_MS + DAY_MS }));
    await events.append(testEvent('c', { portId: 'n:1', timeMs: START_MS + DAY_MS + 10 }));
    const node = { node: 'aus-1', type: 'node.started', authenticated: true, data: {} };
    const ofTheNode = makeEvent({ id: 'd', timeMs: START_MS + DAY_MS + 20, ...node });
    await events.append(ofTheNode);
    const ids = async (filter: object): Promise<readonly string[]> =>
      (await events.list({ limit: 9, ...filter })).map((stored) => stored.event.id);
    expect(await ids({})).to.deep.equal(['d', 'c', 'b', 'a']);
    expect(await ids({ portId: 'n:1' })).to.deep.equal(['c', 'a']);
    expect(await ids({ id: 'a' })).to.deep.equal(['a']);
    expect(await ids({ type: 'job.ended' })).to.deep.equal(['a']);
    expect(await ids({ sinceMs: START_MS + DAY_MS + 10 })).to.deep.equal(['d', 'c']);
    expect(await ids({ sinceMs: START_MS + 1, portId: 'n:1' })).to.deep.equal(['c']);
    expect((await events.list({ limit: 1 }))[0]!.event).to.deep.equal(ofTheNode);
    await stores.stop();
  });

  it('keeps decisions once, and finds them by rule and event', async () => {
    const { stores, clock } = await startStores(await newFolder());
    const { events } = stores;
    await events.appendDecision(decision('d1', 'r1', 'e1'));
    await events.appendDecision(decision('d1', 'r1', 'e1'));
    clock.wallMs += DAY_MS;
    await events.appendDecision(decision('d2', 'r2', 'e1'));
    await events.appendDecision(decision('d3', 'r1', 'e2'));
    const ids = async (filter: object): Promise<readonly string[]> =>
      (await events.decisions({ limit: 9, ...filter })).map((one) => one.id);
    expect(await ids({})).to.deep.equal(['d3', 'd2', 'd1']);
    expect(await ids({ rule: 'r1' })).to.deep.equal(['d3', 'd1']);
    expect(await ids({ eventId: 'e1' })).to.deep.equal(['d2', 'd1']);
    expect(await ids({ limit: 1 })).to.deep.equal(['d3']);
    await stores.stop();
  });

  it('stays in the last day when the clock goes back', async () => {
    const dataDir = await newFolder();
    const { stores, clock } = await startStores(dataDir);
    clock.wallMs += 365 * DAY_MS;
    await stores.events.append(testEvent('e1'));
    clock.wallMs -= 365 * DAY_MS;
    expect(await stores.events.append(testEvent('e2'))).to.deep.equal({ seq: 2, isNew: true });
    expect(readdirSync(join(dataDir, 'events')).filter((file) => file.endsWith('.db'))).to.deep.equal([
      '2027-11-23.db',
    ]);
    await stores.stop();
  });

  it('sets a damaged newest segment aside, says so, and never gives a seq twice', async () => {
    const dataDir = await newFolder();
    const first = await startStores(dataDir);
    await first.stores.events.append(testEvent('e1'));
    first.clock.wallMs += DAY_MS;
    await first.stores.events.append(testEvent('e2'));
    await first.stores.stop();
    const file = join(dataDir, 'events', '2026-11-24.db');
    writeFileSync(file, readFileSync(file).fill(0x55, 0, 100));
    const { stores, log } = await startStores(dataDir);
    expect(log.lines.join()).to.match(/2026-11-24\.db is damaged and set aside/);
    const { seq } = await stores.events.append(testEvent('e3'));
    expect(seq).to.be.greaterThan(2);
    expect((await stores.events.readAfter(0, 9)).map((stored) => stored.event.id)).to.deep.equal(['e1', 'e3']);
    await stores.stop();
  });
});
