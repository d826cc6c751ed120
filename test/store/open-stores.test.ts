import { expect } from 'chai';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOfRejected } from './support/rejected.js';
import { newFolder, removeFolders, startStores, testEvent, testJob } from './support/store-folder.js';

describe('openStores', () => {
  after(removeFolders);

  it('keeps jobs, events, variables, transcripts and images over a restart', async () => {
    const dataDir = await newFolder();
    const first = await startStores(dataDir);
    await first.stores.jobs.create(testJob('j1'), [testEvent('e1')]);
    await first.stores.events.append(testEvent('e2'));
    await first.stores.variables.set('hold', 'all', { until: null });
    first.stores.transcripts.append({ kind: 'transcript', jobId: 'j1' }, { atMs: 5, direction: 'in', text: 'Router>' });
    const image = { portId: 'p', version: 'candidate', fileName: 'os.bin', content: bytes('hello') };
    const { sha256 } = await first.stores.images.put(image);
    await first.stores.stop();

    const { stores } = await startStores(dataDir);
    expect((await stores.jobs.unfinished()).map((job) => job.id)).to.deep.equal(['j1']);
    expect((await stores.jobs.owed(10)).map((owed) => owed.event.id)).to.deep.equal(['e1']);
    expect((await stores.events.readAfter(0, 10)).map((stored) => stored.event.id)).to.deep.equal(['e2']);
    expect(await stores.variables.get('hold', 'all')).to.deep.equal({ until: null });
    expect(await stores.transcripts.read({ kind: 'transcript', jobId: 'j1' }, {})).to.deep.equal([
      { atMs: 5, direction: 'in', text: 'Router>' },
    ]);
    expect((await stores.images.get('p', 'candidate'))?.sha256).to.equal(sha256);
    await stores.stop();
  });

  it('closes everything even where the last lines cannot be written', async () => {
    const dataDir = await newFolder();
    const first = await startStores(dataDir);
    // A file stands where the folder must be made.
    writeFileSync(join(dataDir, 'transcripts'), '');
    first.stores.transcripts.append({ kind: 'transcript', jobId: 'j' }, { atMs: 1, direction: 'in', text: 'x' });
    expect(await codeOfRejected(first.stores.stop())).to.equal('STORE_FAILED');
    const second = await startStores(dataDir);
    await second.stores.stop();
  });

  it('makes the data folder for its owner only', async () => {
    const dataDir = join(await newFolder(), 'a', 'b');
    const { stores } = await startStores(dataDir);
    expect(statSync(dataDir).mode & 0o777).to.equal(0o700);
    await stores.stop();
  });

  it('says what is in the way of a data folder', async () => {
    const file = join(await newFolder(), 'file');
    writeFileSync(file, '');
    expect(await codeOfRejected(startStores(join(file, 'data')))).to.equal('STORE_FAILED');
  });
});

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}
