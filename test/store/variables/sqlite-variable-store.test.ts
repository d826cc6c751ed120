import { expect } from 'chai';
import { newFolder, removeFolders, startStores } from '../support/store-folder.js';

describe('SqliteVariableStore', () => {
  after(removeFolders);

  it('keeps values by scope and key', async () => {
    const { stores } = await startStores(await newFolder());
    const { variables } = stores;
    await variables.set('hold', 'a', { since: 1, by: ['x', null] });
    await variables.set('hold', 'b', false);
    await variables.set('alarm', 'a', 'other scope');
    await variables.set('hold', 'a', 'new');
    expect(await variables.get('hold', 'a')).to.equal('new');
    expect(await variables.get('hold', 'none')).to.equal(undefined);
    expect([...(await variables.all('hold'))]).to.deep.equal([
      ['a', 'new'],
      ['b', false],
    ]);
    await variables.remove('hold', 'a');
    await variables.remove('hold', 'a');
    expect([...(await variables.all('hold')).keys()]).to.deep.equal(['b']);
    await stores.stop();
  });
});
