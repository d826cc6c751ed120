/** A fault as it is written: `{ id, at, effect, times }`. Ids with a number may carry it: `stall-at-50%`. */
import { fail } from '../../core/errors/index.js';
import { FAULTS } from './catalogue.js';
import type { FaultId } from './catalogue.js';
import type { FaultPoint } from './fault-row.js';

export interface Fault {
  readonly id: FaultId;
  /** How often; default 1. A fault that is a lasting condition stays until it is cleared. */
  readonly times?: number;
  /** It sleeps until this point. Absent: the fault's own point, else at once. */
  readonly at?: FaultPoint;
  /** What the catalogue says about this id: a number, or a text. */
  readonly effect?: number | string;
  /** `power-fail`: wall-clock ms without power. Absent: it stays off. */
  readonly offMs?: number;
}

/** As a lab file or a request has it. */
export type WrittenFault = Omit<Fault, 'id'> & { readonly id: string };

/** Ids with a placeholder, and what they look like with a number or a name in it. */
const FORMS = (Object.keys(FAULTS) as FaultId[]).flatMap((id) => {
  const match = /^(.*)(?:\bN\b|\bk\b|\bX\b)(.*)$/.exec(id);
  if (match === null) return [];
  const [, before = '', after = ''] = match;
  const value = id.endsWith('X') ? '[A-Za-z]+' : '\\d+';
  return [{ id, pattern: new RegExp(`^${escape(before)}(${value})${escape(after)}$`) }];
});

/** Errors: LAB_FAULT_UNKNOWN. */
export function readFault(written: WrittenFault): Fault {
  const named = parseId(written.id);
  if (named === undefined) throw fail('LAB_FAULT_UNKNOWN', { fault: written.id });
  return withPoint({ ...named, ...written, id: named.id });
}

/** Whether an id is one, with a number in it or without. */
export function isFaultWritten(id: string): boolean {
  return parseId(id) !== undefined;
}

function parseId(written: string): { readonly id: FaultId; readonly effect?: number | string } | undefined {
  const name = written.replace('->', '→');
  if (isFaultId(name)) return { id: name };
  for (const { id, pattern } of FORMS) {
    const value = pattern.exec(name)?.[1];
    if (value !== undefined) return { id, effect: /^\d+$/.test(value) ? Number(value) : value };
  }
  return undefined;
}

export function isFaultId(name: string): name is FaultId {
  return Object.hasOwn(FAULTS, name);
}

function withPoint(fault: Fault): Fault {
  const at = fault.id === 'power-fail-at-state-X' ? { state: String(fault.effect ?? '') } : FAULTS[fault.id].at;
  return fault.at === undefined && at !== undefined ? { ...fault, at } : fault;
}

function escape(text: string): string {
  return text.replace(/[^\w-]/g, '\\$&');
}
