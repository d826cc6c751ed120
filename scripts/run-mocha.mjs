/** Runs Mocha in a process of its own and brings back its counts. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

/** Where Debian keeps servers such as in.tftpd; not in the PATH of an ordinary user. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Nodes that are killed, stopped, or lose the line: as long as all other tests on the lab together. */
const INTERRUPTED = /^test\/e2e\/lab\/(?:killed|stopped|console-speed)\./;

/** The parts of the tests: what needs this project alone, foreign programs, whole processes at a lab, whole devices. */
export const KINDS = {
  unit: { title: 'unit tests', owns: (path) => !path.endsWith('.peer.test.ts') },
  peers: { title: 'peer tests', owns: (path) => path.endsWith('.peer.test.ts') && !path.startsWith('test/e2e/') },
  interrupted: { title: 'interrupted pushes on the lab', owns: (path) => INTERRUPTED.test(path) },
  lab: {
    title: 'end-to-end tests on the lab',
    owns: (path) => path.startsWith('test/e2e/lab/') && !INTERRUPTED.test(path),
  },
  devices: {
    title: 'end-to-end tests on real devices',
    owns: (path) => path.startsWith('test/e2e/') && !path.startsWith('test/e2e/lab/'),
  },
};

/** Parts that run at the same time: all of them mostly wait for their devices. The others have the machine for themselves. */
export const TOGETHER = [['unit'], ['peers'], ['interrupted', 'lab', 'devices']];

/**
 * All test files of one kind.
 *
 * @param kind a key of KINDS
 */
export function testFiles(kind) {
  const folder = join(ROOT, 'test');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join('test', name))
    .filter((path) => path.endsWith('.test.ts') && KINDS[kind].owns(path))
    .sort();
}

/**
 * @param specs files or globs
 * @param more further arguments of Mocha
 * @returns `{ passed, failed, skipped, failures }`; a Mocha that breaks off counts as one failure
 */
export async function runMocha(specs, more = [], { quiet = false } = {}) {
  if (specs.length === 0) return { passed: 0, failed: 0, skipped: 0, failures: [] };
  const folder = mkdtempSync(join(tmpdir(), 'portwright-tests-'));
  const output = join(folder, 'summary.json');
  const reporter = ['--reporter', join(ROOT, 'scripts', 'mocha-reporter.mjs'), '--reporter-option', `output=${output}`];
  const args = [join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js'), ...reporter, ...more, ...specs];
  const env = { ...process.env, PATH: [process.env.PATH ?? '', ...SERVER_FOLDERS].join(delimiter) };
  const { status, signal, text } = await ended(args, env, quiet);
  process.stdout.write(text);
  const summary = existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });
  if (summary !== undefined && (status === 0 || summary.failed > 0)) return summary;
  const failure = `Mocha broke off with ${signal ?? `status ${status}`}`;
  console.error(`  FAILED  ${failure}`);
  const { passed = 0, skipped = 0 } = summary ?? {};
  return { passed, failed: 1, skipped, failures: [failure] };
}

/**
 * Several parts at once. The first is shown as it runs, the others when they have ended.
 *
 * @param kinds keys of KINDS
 * @returns the summaries, in order
 */
export function runTogether(kinds) {
  console.log(kinds.map((kind) => KINDS[kind].title).join(', '));
  return Promise.all(kinds.map((kind, i) => runMocha(testFiles(kind), [], { quiet: i > 0 })));
}

/** `quiet` keeps the output back, as `text`. */
function ended(args, env, quiet) {
  return new Promise((resolve, reject) => {
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio, env });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (part) => (text += part));
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, text }));
  });
}
