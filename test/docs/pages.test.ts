import { expect } from 'chai';
import { blocksOf, codeSpans, handwrittenPages, namesOf, tableOf } from './pages.js';

describe('docs, as tests read them', () => {
  it('every page is found, and what stands on it', () => {
    expect(handwrittenPages()).to.include.members(['README.md', 'docs/quickstart.md', 'docs/push-os.md']);
    expect(blocksOf('README.md').map(({ language }) => language)).to.deep.equal(['sh', 'sh']);
    expect(blocksOf('docs/rules.md')[0]).to.include({ language: 'json', title: 'rules/reload-loop.json' });
    expect(codeSpans('docs/rules.md')).to.include('console.line');
    expect(tableOf('docs/cli.md', 'code')[0]).to.deep.equal(['0', 'succeeded or staged']);
    expect(namesOf('docs/rules.md', 'operator')).to.include.members(['equal', 'notEqual']);
    expect(() => tableOf('README.md', 'nothing')).to.throw('README.md has no table with a column "nothing"');
  });
});
