import BetterSqlite3 from 'better-sqlite3';
import { expect } from 'chai';
import { join } from 'node:path';
import { GroupCommit } from '../../../store/worker/group-commit.js';
import { codeOfRejected } from '../support/rejected.js';
import { newFolder, removeFolders, startStores, testEvent, testJob } from '../support/store-folder.js';

describe('group commit', () => {
  after(removeFolders);

  it('commits many concurrent changes together and answers each', async () => {
    const { stores } = await startStores(await newFolder());
    const before = stores.commits();
    const ids = Array.from({ length: 500 }, (_, index) => `j${index}`);
    const created = await Promise.all(ids.map((id) => stores.jobs.create(testJob(id), [testEvent(id)])));
    expect(created.every((answer) => answer.created)).to.be.true;
    expect(stores.commits() - before).to.be.within(2, 4);
    expect(await stores.jobs.list({ limit: 1000 })).to.have.length(500);
    await stores.stop();
  });

  it('lets one failing request fail alone', async () => {
    const { stores } = await startStores(await newFolder());
    await stores.jobs.create(testJob('j1'), []);
    const before = stores.commits();
    const answers = await Promise.allSettled([
      stores.jobs.change({ jobId: 'j1', step: 'a', events: [] }),
      stores.jobs.change({ jobId: 'nobody', step: 'b', events: [testEvent('lost')] }),
      stores.jobs.change({ jobId: 'j1', state: 'running', events: [testEvent('kept')] }),
    ]);
    expect(stores.commits() - before).to.equal(1);
    expect(answers.map((answer) => answer.status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect(await codeOfRejected(stores.jobs.change({ jobId: 'nobody', events: [] }))).to.equal('JOB_UNKNOWN');
    expect(await stores.jobs.get('j1')).to.deep.equal(testJob('j1', { step: 'a', state: 'running' }));
    expect((await stores.jobs.owed(10)).map((owed) => owed.event.id)).to.deep.equal(['kept']);
    await stores.stop();
  });

  it('lets a read that follows a write see it', async () => {
    const { stores } = await startStores(await newFolder());
    const writes = [1, 2, 3].map((value) => stores.variables.set('port', 'x', value));
    expect(await stores.variables.get('port', 'x')).to.equal(3);
    await Promise.all(writes);
    await stores.stop();
  });

  it('saves what fits when the disk is full', async () => {
    const database = new BetterSqlite3(join(await newFolder(), 'full.db'));
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE a (x TEXT)');
    database.pragma('max_page_count = 8');
    const insert = database.prepare('INSERT INTO a VALUES (?)');
    const commit = new GroupCommit(() => undefined);
    const sizes = [10, 1_000_000, 10, 10];
    const replies = commit.run(
      database,
      sizes.map((size, id) => ({ id, run: () => insert.run('x'.repeat(size)).changes })),
    );
    expect(replies.map((reply) => [reply.id, reply.kind])).to.deep.equal([
      [0, 'done'],
      [1, 'failed'],
      [2, 'done'],
      [3, 'done'],
    ]);
    const refused = replies.find((reply) => reply.kind === 'failed');
    expect(refused?.failure.code).to.equal('STORE_FAILED');
    expect(refused?.failure.context['reason']).to.match(/full/);
    expect(database.prepare('SELECT count(*) AS n FROM a').get()).to.deep.equal({ n: 3 });
    database.close();
  });

  it('answers STORE_CLOSED before the start and after the stop', async () => {
    const { stores } = await startStores(await newFolder());
    const last = stores.variables.set('port', 'x', 1);
    await stores.stop();
    await last;
    expect(await codeOfRejected(stores.variables.get('port', 'x'))).to.equal('STORE_CLOSED');
    expect(await codeOfRejected(stores.events.append(testEvent('e')))).to.equal('STORE_CLOSED');
  });
});
