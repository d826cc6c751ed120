import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { GateFixture } from './gate-fixture.js';

const RECORD = '# 1. First\n\n## Status\n\nx\n\n## Context\n\nx\n\n## Decision\n\nx\n\n## Consequences\n\nx\n';
const GOOD: Readonly<Record<string, string>> = {
  'README.md': '# Title\n\n`npm run demo` and `npm test`, see [docs](docs/page.md#one-heading).\n',
  'CHANGELOG.md': '## [Unreleased]\n',
  'docs/page.md': '## One heading\n\n```json\n{ "a": 1 }\n```\n',
  'docs/adr/README.md': '1. [First](0001-first.md)\n',
  'docs/adr/0001-first.md': RECORD,
};

/** A change of the good tree, and what has to be said about it. */
const BAD: readonly (readonly [path: string, text: string, said: string])[] = [
  ['docs/link.md', '[gone](gone.md)', 'docs/link.md: the link gone.md leads nowhere'],
  ['docs/anchor.md', '[gone](page.md#gone)', 'docs/anchor.md: docs/page.md has no heading #gone'],
  ['docs/json.md', 'Text\n\n```json\n{ "a": }\n```\n', 'docs/json.md:3: the JSON block does not parse'],
  ['README.md', '`npm run demo`', 'README.md does not show npm test'],
  ['CHANGELOG.md', '## [1.0.0]', 'CHANGELOG.md does not show ## [Unreleased]'],
  ['docs/adr/0002-second.md', RECORD.replace('1. First', '2. Second'), 'README.md does not list 0002-second.md'],
  ['docs/adr/0001-first.md', RECORD.replace('## Decision', ''), '0001-first.md has no part "Decision"'],
  ['docs/adr/0003-third.md', RECORD, 'docs/adr/0003-third.md: expected number 0002'],
  ['package.json', '{ "dependencies": { "left-pad": "1.0.0" } }', 'there is no docs/dependencies.md'],
  ['notes.txt', ['see ', 'home', 'somebody', 'notes'].join('/'), 'notes.txt names the path of a home folder'],
  ['lock.json', JSON.stringify({ resolved: 'x' }), 'lock.json names the address of a package registry'],
];

describe('scripts/docs-check', function () {
  this.timeout(30_000);
  let fixture: GateFixture;
  beforeEach(() => {
    fixture = new GateFixture(GOOD);
    spawnSync('git', ['init', '-q'], { cwd: fixture.root });
  });
  afterEach(() => {
    fixture.remove();
  });

  it('wants nothing of a good tree but its picture', () => {
    const { status, output } = fixture.run('docs-check.mjs');
    expect(output.trim()).to.equal('there is no docs/architecture.dot or no docs/architecture.svg');
    expect(status).to.equal(1);
  });

  for (const [path, text, said] of BAD) {
    it(`says: ${said}`, () => {
      fixture.write(path, text);
      const { status, output } = fixture.run('docs-check.mjs');
      expect(output).to.include(said);
      expect(status).to.equal(1);
    });
  }

  it('names the checkout itself', () => {
    fixture.write('notes.txt', `cd ${fixture.root}/x`);
    expect(fixture.run('docs-check.mjs').output).to.include(`notes.txt names the path ${fixture.root}/`);
  });

  it('finds a picture that shows other imports than the code has', () => {
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'node_modules']) fixture.link(name);
    fixture.write('core/a.ts', 'export const a = 1;\n');
    fixture.write('docs/architecture.dot', 'digraph portwright {\n}\n');
    fixture.write('docs/architecture.svg', '<svg/>');
    expect(fixture.run('docs-check.mjs').output).to.include('docs/architecture.dot shows other imports');
  });
});
