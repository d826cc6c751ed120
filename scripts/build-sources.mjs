/**
 * Compiles the shipped folders into dist/, copies the data beside them and bundles the program; does nothing while the
 * sources are as they were.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Data folders that the code reads at run time and tsconfig.build.json does not name. */
const DATA_FOLDERS = ['schemas'];
/** Changes of these make another build, too. */
const BUILT_BY = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/bundle.mjs'];
/** What tsc writes for a source file. */
const OUTPUTS = ['.js', '.js.map'];
/** In dist/ but made from no source. */
const OWN_FILES = new Set(['.stamp', '.tsbuildinfo']);
/** Below dist/, made by bundle.mjs. */
const BUNDLE = 'bundle';

/**
 * @param root the checkout
 * @param options `force` builds although the stamp fits
 */
export function buildSources(root, { force = false } = {}) {
  const dist = join(root, 'dist');
  const stamp = join(dist, '.stamp');
  const sources = sourceFiles(root);
  const wanted = fingerprint(root, sources);
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const startMs = Date.now();
  rmSync(stamp, { force: true });
  removeStale(dist, sources);
  compile(root);
  copyData(root, dist, sources);
  bundle(root);
  writeFileSync(stamp, wanted);
  console.log(`Built ${sources.length} files in ${((Date.now() - startMs) / 1000).toFixed(1)} s.`);
}

function sourceFiles(root) {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'));
  return [...include, ...DATA_FOLDERS]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => filesBelow(folder))
    .map((path) => relative(root, path))
    .sort();
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Names, sizes and times of all that goes in; a hash of contents would cost more than it tells. */
function fingerprint(root, sources) {
  const hash = createHash('sha256');
  for (const path of [...sources, ...BUILT_BY]) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** A file whose source is gone must not be found by an import. */
function removeStale(dist, sources) {
  if (!existsSync(dist)) return;
  const expected = new Set(sources.flatMap((path) => outputsOf(path)));
  for (const path of filesBelow(dist)) {
    const name = relative(dist, path);
    if (OWN_FILES.has(name) || expected.has(name) || name.startsWith(BUNDLE + sep)) continue;
    rmSync(path);
    // The incremental record believes that its outputs are there.
    rmSync(join(dist, '.tsbuildinfo'), { force: true });
  }
}

function outputsOf(path) {
  return path.endsWith('.ts') ? OUTPUTS.map((ending) => path.slice(0, -'.ts'.length) + ending) : [path];
}

function compile(root) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('the sources do not compile');
}

function copyData(root, dist, sources) {
  for (const path of sources.filter((name) => !name.endsWith('.ts'))) {
    const target = join(dist, ...path.split(sep));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(root, path), target);
  }
}

/** In a process of its own: the bundler is asynchronous. */
function bundle(root) {
  const program = join(root, 'scripts', 'bundle.mjs');
  const { status } = spawnSync(process.execPath, [program], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('the program cannot be bundled');
}
