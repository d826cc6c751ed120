/**
 * Windows of time: `maintenance`, in which alone rules may write to a port that has one, and `quiet`, in which they may not.
 * Each opens by a cron expression in its zone and stays open for a time that clocks do not bend.
 */
import { matchesPort } from '../core/port-filter.js';
import type { PortFilter, PortSubject } from '../core/port-filter.js';
import type { ClosedWindow } from '../core/window.js';
import type { NextRun } from './next-run.js';

export interface Window {
  readonly name: string;
  readonly kind: 'maintenance' | 'quiet';
  readonly ports: PortFilter;
  readonly opens: NextRun;
  readonly forMs: number;
}

/** What keeps rules from writing to a port now; undefined where nothing does. */
export function closedFor(windows: readonly Window[], port: PortSubject, nowMs: number): ClosedWindow | undefined {
  const own = windows.filter(({ ports }) => matchesPort(ports, port));
  for (const window of own.filter(({ kind }) => kind === 'quiet')) {
    const untilMs = openUntilMs(window, nowMs);
    if (untilMs !== undefined) return { window: window.name, kind: 'quiet', untilMs };
  }
  const maintenance = own.filter(({ kind }) => kind === 'maintenance');
  const [first] = maintenance;
  if (first === undefined || maintenance.some((window) => openUntilMs(window, nowMs) !== undefined)) return undefined;
  const openings = maintenance.flatMap(({ name, opens }) => {
    const untilMs = opens.after(nowMs);
    return untilMs === undefined ? [] : [{ window: name, untilMs }];
  });
  const [next] = openings.sort((a, b) => a.untilMs - b.untilMs);
  return { kind: 'maintenance', ...(next ?? { window: first.name }) };
}

/** Until when it is open; undefined where it is shut. */
function openUntilMs({ opens, forMs }: Window, nowMs: number): number | undefined {
  const openedMs = opens.atOrBefore(nowMs);
  const untilMs = openedMs === undefined ? undefined : openedMs + forMs;
  return untilMs !== undefined && nowMs < untilMs ? untilMs : undefined;
}
