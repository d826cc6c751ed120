/**
 * The gates every change passes, in the order in which their answers help most. Each is a program: its exit status is the
 * verdict, its output is shown when it fails.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, seconds } from './bootstrap.mjs';

const bin = (...path) => [join(ROOT, 'node_modules', ...path)];
const own = (name) => [join(ROOT, 'scripts', name)];

const GATES = [
  { name: 'types', args: [...bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.'] },
  { name: 'lint', args: [...bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'] },
  { name: 'format', args: [...bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  { name: 'architecture', args: own('architecture-check.mjs') },
  { name: 'unused code', args: [...bin('knip', 'bin', 'knip.js'), '--no-progress'] },
  { name: 'size', args: own('size-gate.mjs'), isTold: true },
  { name: 'docs', args: own('docs-check.mjs') },
];

/** dist/ from the sources: what tests of whole processes start. */
export const BUILD_GATE = { name: 'build', args: own('build.mjs') };

/** The optional native sender, so that its tests run; it is for Linux alone. */
export const NATIVE_GATES =
  process.platform === 'linux' ? [{ name: 'native sender', args: own('build-native.mjs') }] : [];

/**
 * Runs all of them, also after a failure.
 *
 * @param first gates to run before the usual ones
 * @returns counts for a Tally; each gate counts as one
 */
export function runGates(first = []) {
  const gates = [...first, ...GATES];
  const failures = gates.filter((gate) => !passes(gate)).map((gate) => `gate: ${gate.name}`);
  return { passed: gates.length - failures.length, failed: failures.length, skipped: 0, failures };
}

function passes({ name, args, isTold = false }) {
  const startMs = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const isGood = status === 0;
  console.log(`  ${isGood ? 'ok     ' : 'FAILED '} ${name} (${seconds(startMs)})`);
  if (!isGood || isTold) process.stdout.write(indent(`${stdout}${isGood ? '' : stderr}`));
  return isGood;
}

function indent(text) {
  return text.replace(/^(?=.)/gm, '          ');
}
