import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOfRejected } from '../support/rejected.js';
import { newFolder, removeFolders, startStores } from '../support/store-folder.js';

describe('the lock of a data folder', () => {
  after(removeFolders);

  it('refuses a second opener and names the first', async () => {
    const dataDir = await newFolder();
    const { stores } = await startStores(dataDir);
    const second = startStores(dataDir);
    expect(await codeOfRejected(second)).to.equal('DATA_FOLDER_BUSY');
    const message = await second.catch((error: unknown) => String(error));
    expect(message).to.contain(`in use by process ${process.pid}`);
    await stores.stop();
    await (await startStores(dataDir)).stores.stop();
  });

  it('does not believe a process id that is left over', async () => {
    const dataDir = await newFolder();
    writeFileSync(join(dataDir, 'node.pid'), '1\n');
    const { stores } = await startStores(dataDir);
    expect(readFileSync(join(dataDir, 'node.pid'), 'utf8')).to.equal(`${process.pid}\n`);
    await stores.stop();
  });
});
