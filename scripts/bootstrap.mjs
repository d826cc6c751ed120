/**
 * Makes a fresh clone runnable: dependencies installed, sources built. Plain Node, because nothing else is there yet.
 * Both halves keep a stamp and do nothing while it fits.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSources } from './build-sources.mjs';

/** The checkout. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.portwright-stamp');
/** First Node that can `require` an ES module, which some dependencies need. */
const OLDEST_NODE = [20, 19];
/** npm builds these with the C++ toolchain where they bring no binary for this machine. */
const NATIVE = ['better-sqlite3', '@serialport/bindings-cpp', 'node-pty'];

/**
 * Installs and builds what is missing; ends the process with a sentence where that cannot be done.
 *
 * @param options `build: false` only installs; `force` builds although nothing changed
 */
export function bootstrap({ build = true, force = false } = {}) {
  try {
    checkNode();
    ensureInstalled();
    if (build) buildSources(ROOT, { force });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(`Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}`);
}

function ensureInstalled() {
  const wanted = stampOf();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  if (!(isInstalled() && nativeLoads())) install();
  writeFileSync(STAMP, wanted);
}

/** Other versions, another Node ABI or another machine mean another installation. */
function stampOf() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  return `${lock} abi ${process.versions.modules} ${process.platform} ${process.arch}\n`;
}

/** True where somebody ran `npm ci` or `npm install` by hand: npm's own record has every version of the lock file. */
function isInstalled() {
  const record = join(MODULES, '.package-lock.json');
  if (!existsSync(record)) return false;
  const there = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional === true || there[path]?.version === entry.version,
  );
}

function nativeLoads() {
  // better-sqlite3 loads its binary only when a database is opened.
  const program =
    "const D = require('better-sqlite3'); new D(':memory:').close(); require('serialport'); require('node-pty');";
  return spawnSync(process.execPath, ['-e', program], { cwd: ROOT, stdio: 'ignore' }).status === 0;
}

function install() {
  console.log(`Installing dependencies (npm ci). Compiled here where no binary fits: ${NATIVE.join(', ')}.`);
  console.log('The first time takes a minute or two.');
  const startMs = Date.now();
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit', env: installEnvironment() });
  if (error !== undefined) throw new Error(`cannot run npm: ${error.message}`);
  if (status !== 0) {
    throw new Error(
      `npm ci ended with ${status}. Needed: access to an npm registry, Python 3, make and a C++ compiler.`,
    );
  }
  console.log(`Dependencies installed in ${seconds(startMs)}.`);
}

/** For node-gyp: all processors, and the headers beside the running Node, which fit it and need no network. */
function installEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node.h'));
  return { JOBS: 'max', ...(hasHeaders && { npm_config_nodedir: prefix }), ...process.env };
}

/** Time since `startMs`, for people. */
export function seconds(startMs) {
  return `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
}
