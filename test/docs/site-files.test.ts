/** Blocks of the docs that are files of a site, or of the lab, pass the real checker without a word. */
import { expect } from 'chai';
import { readLabFile } from '../../lab/lab-file.js';
import { loadSite } from '../../server/site/load-site.js';
import { problemText } from '../../core/problem.js';
import { siteChecks, withSite } from '../server/site/site-folder.js';
import { EDGE_PROPERTIES } from '../e2e/edge-port.js';
import { blocksOf, handwrittenPages } from './pages.js';
import type { Block } from './pages.js';

const MAIN = {
  node: 'aus-1',
  servers: { address: '192.0.2.10', tftp: { listen: '127.0.0.1:0' } },
  secrets: {
    lab: { username: 'admin', password: 'env:PASSWORD' },
    edge: { username: 'root', password: 'env:PASSWORD' },
  },
};
const SITE_FILE =
  /^(?:portwright\.json|ports\.json|(?:rules|conditions|schedules|monitors|windows|policies|drivers)\/[\w-]+\.json)$/;

/** Every reference of a block leads to something. */
function environmentOf({ text }: Block): Readonly<Record<string, string>> {
  const names = [...text.matchAll(/"env:(\w+)"/g)].map(([, name = '']) => [name, 'correct-horse'] as const);
  return { PASSWORD: 'correct-horse', ...Object.fromEntries(names) };
}

describe('docs, site files', () => {
  const blocks = handwrittenPages().flatMap((page) => blocksOf(page).filter(({ language }) => language === 'json'));

  it('every kind of file is shown, and every block says which it is', () => {
    const titles = blocks.map(({ title }) => title);
    expect(titles.filter((title) => !SITE_FILE.test(title) && title !== 'lab.json')).to.deep.equal([]);
    const kinds = titles.map((title) => title.replace(/\/.*$/, ''));
    expect(kinds).to.include.members([
      'portwright.json',
      'ports.json',
      'rules',
      'conditions',
      'schedules',
      'monitors',
      'windows',
      'drivers',
      'lab.json',
    ]);
  });

  it('docs/linux.md shows the port that the end-to-end tests use', () => {
    const shown = blocksOf('docs/linux.md').find(({ title }) => title === 'ports.json');
    const [port] = JSON.parse(shown?.text ?? '[]') as { properties?: unknown }[];
    expect(port?.properties).to.deep.equal(EDGE_PROPERTIES);
  });

  for (const block of blocks) {
    it(`${block.page}: ${block.title}`, () =>
      withSite({ 'portwright.json': MAIN, 'ports.json': [], [block.title]: block.text }, async (folder) => {
        if (block.title === 'lab.json') {
          expect(readLabFile(`${folder}/lab.json`).devices).not.to.deep.equal([]);
          return;
        }
        const { site, problems } = await loadSite(folder, siteChecks({ env: environmentOf(block) }));
        expect(problems.map(problemText)).to.deep.equal([]);
        expect(site).not.to.equal(undefined);
      }));
  }
});
