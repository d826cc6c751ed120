/** The docs gate: what the pages say is there, is there. Prints one line for each thing that is not. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { architectureFaults } from './architecture-svg.mjs';
import { ROOT } from './bootstrap.mjs';
import { decisionFaults } from './decision-index.mjs';

const root = resolve(process.argv[2] ?? ROOT);
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)) && statSync(join(root, path)).isFile());
const pages = tracked.filter((path) => path.endsWith('.md'));
const read = (path) => readFileSync(join(root, path), 'utf8');

const faults = [
  ...pages.flatMap((page) => [...linkFaults(page), ...jsonFaults(page)]),
  ...wordFaults('README.md', ['npm run demo', 'npm test']),
  ...wordFaults('CHANGELOG.md', ['## [Unreleased]']),
  ...decisionFaults(root),
  ...madePageFaults(),
  ...dependencyFaults(),
  ...(await architectureFaults(root)),
  ...placeFaults(),
];
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

/** Relative links and the headings they point at. */
function linkFaults(page) {
  const prose = read(page).replace(/```.*?```/gs, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1])
    .filter((link) => !/^[a-z]+:/.test(link))
    .flatMap((link) => linkFault(page, link));
}

function linkFault(page, link) {
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(join(root, target))) return [`${page}: the link ${link} leads nowhere`];
  if (anchor === undefined || !target.endsWith('.md') || anchorsOf(target).includes(anchor)) return [];
  return [`${page}: ${target} has no heading #${anchor}`];
}

/** Anchors as GitHub makes them. */
function anchorsOf(page) {
  return [...read(page).matchAll(/^#+ +(.+)$/gm)].map((match) =>
    match[1]
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** A block that says it is JSON can be pasted. */
function jsonFaults(page) {
  return [...read(page).matchAll(/^```json\n(.*?)^```/gms)].flatMap((match) => {
    try {
      JSON.parse(match[1]);
      return [];
    } catch (error) {
      const line = read(page).slice(0, match.index).split('\n').length;
      return [`${page}:${line}: the JSON block does not parse: ${error.message}`];
    }
  });
}

function wordFaults(page, words) {
  if (!pages.includes(page)) return [`there is no ${page}`];
  return words.filter((word) => !read(page).includes(word)).map((word) => `${page} does not show ${word}`);
}

/** Pages that are made from the code: the errors from their registry, the actions from their schemas. */
function madePageFaults() {
  const made = ['errors-doc.ts', 'actions-doc.ts'].filter((name) => existsSync(join(root, 'scripts', name)));
  return made.flatMap((name) => {
    const args = ['--import', 'tsx', join('scripts', name), '--check'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    return status === 0 ? [] : [stderr.trim().split('\n')[0]];
  });
}

/** Each runtime dependency has its reason. */
function dependencyFaults() {
  if (!tracked.includes('package.json')) return [];
  const names = Object.keys(JSON.parse(read('package.json')).dependencies ?? {});
  return wordFaults(
    'docs/dependencies.md',
    names.map((name) => `\`${name}\``),
  );
}

/** Nothing tracked knows this machine, or where its packages came from. */
function placeFaults() {
  const patterns = [
    { what: 'the path of a home folder', pattern: /\/(?:home|Users)\/[a-z][\w.-]*\/(?!\.\.\.)/ },
    { what: 'the path of a job folder', pattern: new RegExp('bash' + '_jobs') },
    { what: 'the address of a package registry', pattern: /"resolved": *"|registry\.(?:npmjs\.org|yarnpkg\.com)/ },
    ...machinePlaces().map((place) => ({ what: `the path ${place}`, pattern: new RegExp(escape(place)) })),
  ];
  return tracked
    .filter((path) => !path.startsWith('LICENSE') && path !== 'scripts/docs-check.mjs')
    .flatMap((path) => {
      const text = read(path);
      return patterns.filter(({ pattern }) => pattern.test(text)).map(({ what }) => `${path} names ${what}`);
    });
}

/** The checkout, and the folder that holds it where that is nobody else's usual place. */
function machinePlaces() {
  const parent = dirname(root);
  const usual = [
    '/',
    '/tmp',
    '/home',
    '/root',
    '/opt',
    '/srv',
    '/usr',
    '/usr/src',
    '/var',
    '/var/tmp',
    '/mnt',
    homedir(),
  ];
  return usual.includes(parent) ? [`${root}/`] : [`${parent}/`];
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
