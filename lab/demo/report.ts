/** The table at the end: the device before and after, the attempts, where the time went. */
import type { DemoFacts, DemoJob } from './node-client.js';

const FACTS: readonly (readonly [string, string])[] = [
  ['OS version', 'osVersion'],
  ['boot image', 'bootImage'],
  ['serial number', 'serialNumber'],
  ['interfaces', 'interfaceCount'],
  ['uptime', 'uptimeText'],
];

export function reportLines(job: DemoJob, after: DemoFacts): readonly string[] {
  const before = job.memory.before ?? {};
  const facts = FACTS.map(([label, fact]) => [label, textOf(before[fact]), textOf(after[fact])]);
  const attempts = job.attempts.map((attempt) => [
    String(attempt.number),
    attempt.variant === undefined ? attempt.method : `${attempt.method} ${attempt.variant}`,
    attempt.outcome,
    `${String(attempt.bytes)} bytes`,
    `${attempt.seconds.toFixed(1)} s`,
  ]);
  const steps = stepSeconds(job.steps).map(([step, seconds]) => [step, `${seconds.toFixed(1)} s`]);
  return [
    ...table([['', 'before', 'after'], ...facts]),
    '',
    ...table([['attempt', 'method', 'outcome', 'sent', 'time'], ...attempts]),
    '',
    ...table([['step', 'time'], ...steps]),
  ];
}

/** From each step's intention to its end; a step that ran more than once is summed. */
export function stepSeconds(steps: DemoJob['steps']): readonly (readonly [string, number])[] {
  const total = new Map<string, number>();
  let begunAtMs = 0;
  for (const { step, phase, at } of steps) {
    const atMs = Date.parse(at);
    if (phase === 'intended') begunAtMs = atMs;
    else total.set(step, (total.get(step) ?? 0) + (atMs - begunAtMs) / 1000);
  }
  return Array.from(total);
}

/** Columns as wide as their widest cell, a line under the head. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_value, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    widths
      .map((width, column) => (row[column] ?? '').padEnd(width))
      .join('  ')
      .trimEnd(),
  );
  return [...lines.slice(0, 1), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)];
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
}
