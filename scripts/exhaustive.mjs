/**
 * `npm run test:exhaustive -- [--minutes N] [--seed N]`: runs the suites of test/exhaustive one case each in turn until
 * the time is over, and writes exhaustive.json. A later run of the same commit and seed goes on where this one stopped.
 *
 * A suite is a module `test/exhaustive/NAME.suite.ts` that exports `suite`: `name`, `possible` (how many cases there are,
 * or an estimate) and `cases(seed)`, an iterable of `{ id, run() }`; a case fails by rejecting.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bootstrap, ROOT } from './bootstrap.mjs';
import { ExhaustiveRecord } from './exhaustive-record.mjs';
import { Tally } from './tally.mjs';

/** No case takes nearly as long; one that does hangs. */
const CASE_LIMIT_MS = 300_000;
const SAVE_EVERY_MS = 10_000;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '20' }, seed: { type: 'string' } } });
const head = git('rev-parse', 'HEAD');
const isDirty = git('status', '--porcelain', '--untracked-files=no') !== '';
const seed = Number(values.seed ?? Number.parseInt(head.slice(0, 8), 16));
const deadlineMs = Date.now() + Number(values.minutes) * 60_000;
if (!Number.isSafeInteger(seed) || Number.isNaN(deadlineMs)) {
  console.error('expected --minutes and --seed with numbers');
  process.exit(2);
}
bootstrap({ build: false });
const record = new ExhaustiveRecord(join(ROOT, 'exhaustive.json'), { commit: head, isDirty, seed });
const suites = await loadSuites();
if (suites.length === 0) console.log('There are no exhaustive suites in test/exhaustive.');
else console.log(`Seed ${seed}, ${values.minutes} minutes, ${suites.length} suites`);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    record.save();
    process.exit(130);
  });
}
await runInTurn();
finish();

async function loadSuites() {
  const folder = join(ROOT, 'test', 'exhaustive');
  if (!existsSync(folder)) return [];
  const { register } = await import('tsx/esm/api');
  register();
  const names = readdirSync(folder).filter((name) => name.endsWith('.suite.ts'));
  return Promise.all(
    names.sort().map(async (file) => {
      const { suite } = await import(pathToFileURL(join(folder, file)).href);
      return { entry: record.suite(suite.name, suite.possible), cases: suite.cases(seed)[Symbol.iterator]() };
    }),
  );
}

/** One case of each suite after the other: a short run touches all of them. */
async function runInTurn() {
  let savedMs = Date.now();
  let active = suites;
  while (active.length > 0 && Date.now() < deadlineMs) {
    const left = [];
    for (const suite of active) {
      if (Date.now() >= deadlineMs) break;
      if (await runNext(suite)) left.push(suite);
    }
    active = left;
    if (Date.now() - savedMs > SAVE_EVERY_MS) {
      record.save();
      savedMs = Date.now();
    }
  }
}

/** Runs the next case that has not passed yet; false when the suite has no more. */
async function runNext({ entry, cases }) {
  let next = cases.next();
  while (next.done !== true && record.hasPassed(entry, next.value.id)) next = cases.next();
  if (next.done === true) return false;
  try {
    await withLimit(next.value.run());
    record.passed(entry, next.value.id);
  } catch (error) {
    record.failed(entry, next.value.id, error);
    console.log(`  FAILED  ${entry.name} ${next.value.id}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  return true;
}

async function withLimit(running) {
  let timer;
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${CASE_LIMIT_MS / 1000} s`)), CASE_LIMIT_MS);
  });
  await Promise.race([running, limit]);
  clearTimeout(timer);
}

function finish() {
  record.save();
  const tally = new Tally();
  for (const { name, run, possible, failed } of record.suites) {
    console.log(`  ${failed.length > 0 ? 'FAILED ' : 'ok     '} ${name}: ${run} of ${possible} cases run`);
    const failures = failed.map((broken) => `${name} ${broken.id}`);
    tally.add({ passed: run - failed.length, failed: failed.length, skipped: 0, failures });
  }
  tally.finish();
  // A case that hangs must not keep the process.
  process.exit();
}

function git(...args) {
  return spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
}
