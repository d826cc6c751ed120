/** Runs Mocha in a process of its own and brings back its counts. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

/** Where Debian keeps servers such as in.tftpd; not in the PATH of an ordinary user. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The two halves of the tests: what needs this project alone, and what needs foreign programs or whole processes. */
export const KINDS = {
  unit: { title: 'unit tests', owns: (path) => !KINDS.peers.owns(path) },
  peers: {
    title: 'peer and end-to-end tests',
    owns: (path) => path.endsWith('.peer.test.ts') || path.startsWith('test/e2e/'),
  },
};

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
export function runMocha(specs, more = []) {
  if (specs.length === 0) return { passed: 0, failed: 0, skipped: 0, failures: [] };
  const folder = mkdtempSync(join(tmpdir(), 'portwright-tests-'));
  const output = join(folder, 'summary.json');
  const reporter = ['--reporter', join(ROOT, 'scripts', 'mocha-reporter.mjs'), '--reporter-option', `output=${output}`];
  const args = [join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js'), ...reporter, ...more, ...specs];
  const env = { ...process.env, PATH: [process.env.PATH ?? '', ...SERVER_FOLDERS].join(delimiter) };
  const { status, signal } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env });
  const summary = existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });
  if (summary !== undefined && (status === 0 || summary.failed > 0)) return summary;
  const failure = `Mocha broke off with ${signal ?? `status ${status}`}`;
  console.error(`  FAILED  ${failure}`);
  const { passed = 0, skipped = 0 } = summary ?? {};
  return { passed, failed: 1, skipped, failures: [failure] };
}
