/**
 * `show switch`, alone and on a stack. On a stack the lower part has a column for the master and one for its backup, each
 * under the name of its slot, so that it is split where the header says and never at blanks:
 *
 *   Slot:             Slot-1 *                     Slot-2
 *                     ------------------------     ------------------------
 *   Image Booted:     primary                      secondary
 *   Primary ver:      16.2.5.4                     16.2.5.4
 *                     patch1-7
 */
import type { DeviceFacts } from '../../core/facts.js';

type Partition = 'primary' | 'secondary';

interface Unit {
  /** `MASTER`, `BACKUP (In Sync)`, `OPERATIONAL`. */
  readonly state: string;
  readonly booted: string;
  readonly versions: Readonly<Record<Partition, string>>;
}

/** What the booted partition tells of the unit that is master, or alone. */
export function bootedFacts(output: string): DeviceFacts {
  const units = unitsOf(output.split('\n'));
  const master = units.find(({ state }) => state.startsWith('MASTER')) ?? units[0];
  if (master === undefined || !isPartition(master.booted)) return {};
  const version = master.versions[master.booted];
  const agreed = units.every(({ booted }) => booted === '' || booted === master.booted);
  return {
    bootImage: master.booted,
    // Units that run from different partitions have no free one in common.
    ...(agreed ? { activeSlot: master.booted } : {}),
    ...(version === '' ? {} : { osVersion: version }),
  };
}

function unitsOf(lines: readonly string[]): Unit[] {
  return columnsOf(lines).map(([from, to]) => ({
    state: valueOf(lines, 'Current State:', from, to),
    booted: valueOf(lines, 'Image Booted:', from, to).toLowerCase(),
    versions: {
      primary: versionOf(lines, 'Primary ver:', from, to),
      secondary: versionOf(lines, 'Secondary ver:', from, to),
    },
  }));
}

/** Where each unit's values begin and end. */
function columnsOf(lines: readonly string[]): (readonly [number, number])[] {
  const rule = lines.find((line) => /^ {10,}-{8,}( +-{8,})+\s*$/.test(line));
  if (rule === undefined) return [[0, Infinity]];
  const starts = [...rule.matchAll(/-+/g)].map(({ index }) => index);
  return starts.map((start, i) => [start, starts[i + 1] ?? Infinity] as const);
}

function valueOf(lines: readonly string[], label: string, from: number, to: number): string {
  const line = lines.find((candidate) => candidate.startsWith(label));
  if (line === undefined) return '';
  return line.slice(Math.max(from, label.length), to).trim();
}

/** A patch level stands in the next line, under the version that it belongs to. */
function versionOf(lines: readonly string[], label: string, from: number, to: number): string {
  const version = valueOf(lines, label, from, to);
  const at = lines.findIndex((candidate) => candidate.startsWith(label));
  const next = lines[at + 1] ?? '';
  const patch = /^ {10,}/.test(next) ? next.slice(from, to).trim() : '';
  return version !== '' && patch !== '' ? `${version}-${patch}` : version;
}

function isPartition(text: string): text is Partition {
  return text === 'primary' || text === 'secondary';
}
