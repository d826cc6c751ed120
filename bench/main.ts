/** `npm run bench -- NAME [--json] [--cases TEXT]`; with `--cases` only those whose names have the text. */
import { parseArgs } from 'node:util';
import type { BenchCase, BenchRow, Spread } from './bench-case.js';
import { measure } from './bench-case.js';
import { pushCases } from './push.js';
import { ruleCases } from './rules/index.js';
import { sessionCases } from './sessions.js';
import { startCases } from './start.js';
import { syslogCases } from './syslog.js';
import { transferCases } from './transfers/index.js';

const SUITES: Readonly<Record<string, () => readonly BenchCase[]>> = {
  push: pushCases,
  rules: ruleCases,
  sessions: sessionCases,
  start: startCases,
  syslog: syslogCases,
  transfers: transferCases,
};

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, cases: { type: 'string', default: '' } },
});
const { json, cases } = values;
const unknown = names.find((name) => !Object.hasOwn(SUITES, name));
if (names.length === 0 || unknown !== undefined) {
  process.stderr.write(
    `usage: npm run bench -- NAME [--json] [--cases TEXT]; NAME is one of ${Object.keys(SUITES).join(', ')}\n`,
  );
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const bench of names.flatMap((name) => SUITES[name]?.() ?? []).filter(({ name }) => name.includes(cases))) {
  const { row, ours, peer } = await measure(bench);
  rows.push(row);
  if (!json) process.stdout.write(`${line(row, ours, peer)}${remark(bench)}\n`);
}
if (json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);

function remark(bench: BenchCase): string {
  return bench.remark === undefined ? '' : ` (${bench.remark()})`;
}

function line(row: BenchRow, ours: Spread, peer?: Spread): string {
  const told = (figure: Spread): string =>
    `${figure.median.toFixed(1)} (${figure.min.toFixed(1)}…${figure.max.toFixed(1)})`;
  const beside =
    peer === undefined ? '' : `, ${row.peerName ?? 'peer'} ${told(peer)}, ratio ${(row.ratio ?? 0).toFixed(2)}`;
  return `${row.case}: ${told(ours)} ${row.unit}${beside}; goal ${String(row.goal)}: ${row.met ? 'met' : 'NOT met'}`;
}
