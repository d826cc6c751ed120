import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadSite } from '../../../server/site/load-site.js';
import { newSite } from '../../../server/site/new-site.js';
import { siteChecks, withSite } from './site-folder.js';

describe('newSite', () => {
  it('writes a site with one port that has no problem', async () => {
    await withSite({}, async (parent) => {
      const folder = join(parent, 'deep', 'site');
      const files = await newSite(folder);
      expect(files).to.include.members(['portwright.json', 'ports.json', 'README.md']);
      const { site, problems } = await loadSite(folder, siteChecks({ env: {} }));
      expect(problems).to.deep.equal([]);
      expect(site?.ports.map(({ id }) => id)).to.deep.equal(['node-1:1/1']);
      expect((await stat(join(folder, 'secrets/lab-password'))).mode & 0o777).to.equal(0o600);
    });
  });

  it('writes into no folder that holds something', async () => {
    await withSite({ 'notes.txt': 'mine' }, async (folder) => {
      const error: unknown = await newSite(folder).catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'SITE_EXISTS');
    });
  });
});
