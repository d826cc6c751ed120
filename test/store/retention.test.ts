import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Stores } from '../../store/index.js';
import {
  DAY_MS,
  DEFAULT_RETENTION,
  START_MS,
  folderBytes,
  newFolder,
  removeFolders,
  startStores,
  testEvent,
  testJob,
} from './support/store-folder.js';

const MAX_BYTES = 6_000_000;
const BOUNDED = { retention: { ...DEFAULT_RETENTION, maxBytes: MAX_BYTES } };
const UNCOUNTED = ['jobs.db', 'images'];

async function eventsOf(stores: Stores, block: number): Promise<void> {
  const ids = Array.from({ length: 600 }, (_, n) => `e${block}-${n}`);
  await Promise.all(ids.map((id) => stores.events.append(testEvent(id, { text: 'x'.repeat(300) }))));
}

function logs(stores: Stores, block: number): void {
  const atMs = START_MS + block;
  for (let n = 0; n < 300; n += 1) {
    stores.transcripts.append(
      { kind: 'console', portId: `p${n % 3}` },
      { atMs, direction: 'in', text: 'y'.repeat(600) },
    );
    stores.transcripts.append(
      { kind: 'transcript', jobId: `j${block}` },
      { atMs, direction: 'out', text: 'z'.repeat(100) },
    );
  }
}

describe('retention', () => {
  after(removeFolders);

  it('keeps the folder within 110 % of maxBytes while more and more is written', async function () {
    this.timeout(30_000);
    const dataDir = await newFolder();
    const { stores } = await startStores(dataDir, BOUNDED);
    let most = 0;
    for (let block = 0; block < 27; block += 1) {
      logs(stores, block);
      await eventsOf(stores, block);
      await stores.transcripts.flush();
      most = Math.max(most, await folderBytes(dataDir, UNCOUNTED));
    }
    expect(most).to.be.within(MAX_BYTES * 0.8, MAX_BYTES * 1.1);
    // The newest of each kind is still there.
    const [newest] = await stores.events.list({ limit: 1 });
    expect(newest!.event.id).to.match(/^e26-/);
    const console0 = await stores.transcripts.read({ kind: 'console', portId: 'p0' }, { limit: 1 });
    expect(console0[0]!.atMs).to.equal(START_MS + 26);
    expect(await stores.transcripts.read({ kind: 'transcript', jobId: 'j26' }, {})).to.have.length(300);
    await stores.stop();
  });

  it('keeps what an open job refers to', async () => {
    const dataDir = await newFolder();
    const { stores, clock } = await startStores(dataDir, BOUNDED);
    await stores.events.append(testEvent('cause'));
    await stores.jobs.create(testJob('open', { portId: 'p0', state: 'waiting' }), []);
    stores.transcripts.append(
      { kind: 'console', portId: 'p0' },
      { atMs: START_MS, direction: 'in', text: 'the crash' },
    );
    stores.transcripts.append(
      { kind: 'transcript', jobId: 'open' },
      { atMs: START_MS, direction: 'note', text: 'kept' },
    );
    await stores.transcripts.flush();
    clock.wallMs += 500 * DAY_MS;
    for (let block = 0; block < 10; block += 1) {
      await eventsOf(stores, block);
      stores.transcripts.append(
        { kind: 'console', portId: 'p1' },
        { atMs: clock.wallMs, direction: 'in', text: 'y'.repeat(900_000) },
      );
      await stores.transcripts.flush();
    }
    await stores.enforceRetention(clock.wallMs);
    expect(await folderBytes(dataDir, UNCOUNTED)).to.be.below(MAX_BYTES * 1.1);
    expect((await stores.events.readAfter(0, 1))[0]!.event.id).to.equal('cause');
    expect(await stores.transcripts.read({ kind: 'console', portId: 'p0' }, {})).to.have.length(1);
    expect(await stores.transcripts.read({ kind: 'transcript', jobId: 'open' }, {})).to.have.length(1);

    const end = { verdict: 'failed', sentence: 'It runs 1.0.' } as const;
    await stores.jobs.change({ jobId: 'open', state: 'ended', end, endedAtMs: clock.wallMs, events: [] });
    await stores.enforceRetention(clock.wallMs);
    expect((await stores.events.readAfter(0, 1))[0]!.event.id).not.to.equal('cause');
    expect(await stores.transcripts.read({ kind: 'console', portId: 'p0' }, {})).to.have.length(0);
    expect(await stores.transcripts.read({ kind: 'transcript', jobId: 'open' }, {})).to.have.length(0);
    await stores.stop();
  });

  it('drops each kind at its own age, and jobs with their transcripts', async () => {
    const dataDir = await newFolder();
    const { stores, clock } = await startStores(dataDir);
    const end = { state: 'ended', end: { verdict: 'succeeded', sentence: '' }, endedAtMs: START_MS } as const;
    await stores.jobs.create(testJob('old', end), []);
    for (let day = 0; day < 3; day += 1) {
      const atMs = START_MS + day * DAY_MS;
      clock.wallMs = atMs;
      await stores.events.append(testEvent(`e${day}`));
      stores.transcripts.append({ kind: 'console', portId: 'p' }, { atMs, direction: 'in', text: 'c' });
      stores.transcripts.append({ kind: 'transcript', jobId: 'old' }, { atMs, direction: 'in', text: 't' });
      stores.transcripts.append({ kind: 'post', portId: 'p', jobId: 'old' }, { atMs, direction: 'in', text: 'p' });
    }
    await stores.transcripts.flush();
    const left = async (ageDays: number): Promise<readonly string[]> => {
      await stores.enforceRetention(START_MS + ageDays * DAY_MS);
      return ['events', 'console/p', 'transcripts', 'captures'].map((folder) =>
        readdirSync(join(dataDir, folder))
          .filter((file) => /(db|log)$/.test(file))
          .map((file) => file.slice(8, 10))
          .join(),
      );
    };
    expect(await left(14)).to.deep.equal(['23,24,25', '23,24,25', '23,24,25', '23,24,25']);
    expect(await left(15.5)).to.deep.equal(['24,25', '23,24,25', '23,24,25', '23,24,25']);
    expect(await left(31.5)).to.deep.equal(['25', '25', '23,24,25', '23,24,25']);
    expect((await stores.jobs.get('old'))?.id).to.equal('old');
    expect(await left(401.5)).to.deep.equal(['25', '', '25', '25']);
    expect(await stores.jobs.get('old')).to.equal(undefined);
    await stores.stop();
  });
});
