import { expect } from 'chai';
import type { JobStore } from '../../../core/ports/job-store.js';
import type { Stores } from '../../../store/index.js';
import { codeOfRejected } from '../support/rejected.js';
import { START_MS, newFolder, removeFolders, startStores, testEvent, testJob } from '../support/store-folder.js';

describe('SqliteJobStore', () => {
  let stores: Stores;
  let jobs: JobStore;

  beforeEach(async () => {
    ({ stores } = await startStores(await newFolder()));
    jobs = stores.jobs;
  });

  afterEach(async () => {
    await stores.stop();
  });

  after(removeFolders);

  async function owedIds(): Promise<readonly string[]> {
    return (await jobs.owed(100)).map((owed) => owed.event.id);
  }

  it('creates a job once, however often it is decided', async () => {
    const first = await jobs.create(testJob('j1'), [testEvent('e1')]);
    await jobs.change({ jobId: 'j1', state: 'running', events: [] });
    const second = await jobs.create(testJob('j1', { portId: 'other' }), [testEvent('e2')]);
    expect(first).to.deep.equal({ job: testJob('j1'), created: true });
    expect(second).to.deep.equal({ job: testJob('j1', { state: 'running' }), created: false });
    expect(await owedIds()).to.deep.equal(['e1']);
  });

  it('changes a job, its journal, its attempts and its debts together', async () => {
    await jobs.create(testJob('j1'), []);
    const attempt = {
      number: 1,
      method: 'tftp',
      bytes: 7,
      seconds: 2,
      outcome: 'failed',
      code: 'TRANSFER_TIMEOUT',
    } as const;
    const journal = { seq: 1, step: 'transfer', phase: 'intended', atMs: 5 } as const;
    const changed = await jobs.change({
      jobId: 'j1',
      state: 'running',
      step: 'transfer',
      stepIntended: true,
      memory: { deep: [{ x: null }] },
      startedAtMs: 4,
      cancelRequested: true,
      attempt,
      journal,
      successor: testJob('j2', { createdAtMs: START_MS + 1 }),
      events: [testEvent('e1'), testEvent('e2')],
    });
    const wanted = testJob('j1', {
      state: 'running',
      step: 'transfer',
      stepIntended: true,
      memory: { deep: [{ x: null }] },
      startedAtMs: 4,
      cancelRequested: true,
      attempts: [attempt],
    });
    expect(changed).to.deep.equal(wanted);
    expect(await jobs.get('j1')).to.deep.equal(wanted);
    expect(await jobs.steps('j1')).to.deep.equal([journal]);
    expect((await jobs.unfinished()).map((job) => job.id)).to.deep.equal(['j1', 'j2']);
    expect(await owedIds()).to.deep.equal(['e1', 'e2']);
  });

  it('keeps nothing of a change that fails in its middle', async () => {
    await jobs.create(testJob('j1'), []);
    const journal = { seq: 1, step: 'facts', phase: 'intended', atMs: 1 } as const;
    await jobs.change({ jobId: 'j1', journal, events: [] });
    const again = jobs.change({
      jobId: 'j1',
      state: 'running',
      journal,
      successor: testJob('j2'),
      events: [testEvent('e1')],
    });
    expect(await codeOfRejected(again)).to.equal('STORE_FAILED');
    expect(await jobs.get('j1')).to.deep.equal(testJob('j1'));
    expect(await jobs.get('j2')).to.equal(undefined);
    expect(await jobs.steps('j1')).to.have.length(1);
    expect(await owedIds()).to.deep.equal([]);
  });

  it('ends a job and leaves it out of the unfinished', async () => {
    await jobs.create(testJob('j1'), []);
    const end = { verdict: 'succeeded', sentence: 'It runs 2.0.' } as const;
    await jobs.change({ jobId: 'j1', state: 'ended', end, endedAtMs: 9, events: [] });
    expect(await jobs.unfinished()).to.deep.equal([]);
    expect(await jobs.get('j1')).to.deep.equal(testJob('j1', { state: 'ended', end, endedAtMs: 9 }));
  });

  it('lists newest first, by port and state', async () => {
    await jobs.create(testJob('a', { portId: 'p1' }), []);
    await jobs.create(testJob('b', { portId: 'p2' }), []);
    await jobs.create(testJob('c', { portId: 'p1', state: 'running' }), []);
    await jobs.create(testJob('d', { portId: 'p1', state: 'waiting' }), []);
    const ids = async (filter: Parameters<JobStore['list']>[0]): Promise<readonly string[]> =>
      (await jobs.list(filter)).map((job) => job.id);
    expect(await ids({ limit: 10 })).to.deep.equal(['d', 'c', 'b', 'a']);
    expect(await ids({ limit: 2 })).to.deep.equal(['d', 'c']);
    expect(await ids({ portId: 'p1', limit: 10 })).to.deep.equal(['d', 'c', 'a']);
    expect(await ids({ portId: 'p1', states: ['running', 'waiting'], limit: 10 })).to.deep.equal(['d', 'c']);
    expect(await ids({ states: [], limit: 10 })).to.deep.equal([]);
    expect((await jobs.unfinished()).map((job) => job.id)).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('owes events in order until they are settled', async () => {
    await jobs.create(testJob('j1'), [testEvent('e1'), testEvent('e2'), testEvent('e3')]);
    const owed = await jobs.owed(2);
    expect(owed.map((one) => one.event)).to.deep.equal([testEvent('e1'), testEvent('e2')]);
    await jobs.settled(owed[1]!.key);
    expect(await owedIds()).to.deep.equal(['e3']);
    await jobs.settled(owed[1]!.key + 1);
    await jobs.change({ jobId: 'j1', events: [testEvent('e4')] });
    const [last] = await jobs.owed(9);
    expect(last!.event.id).to.equal('e4');
    // A key is never used again: a settlement that comes late takes nothing off that it does not mean.
    expect(last!.key).to.be.greaterThan(owed[1]!.key + 1);
  });
});
