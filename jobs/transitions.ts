/**
 * States of a job and what moves it. A missing row is a mistake of ours and is refused.
 *
 *   queued ──start──► running ──end──► ended
 *     │ ▲               │  │ └─wait──► waiting ──start──► running
 *     │ └────hold───────┘  └──drain──► paused ──start───► running
 *     └──cancel──► ended
 */
import { fail } from '../core/errors/index.js';
import type { JobState } from '../core/job.js';

export type JobMove = 'start' | 'drain' | 'wait' | 'end' | 'cancel';

const TABLE: Readonly<Record<JobState, Partial<Record<JobMove, JobState>>>> = {
  queued: { start: 'running', cancel: 'ended' },
  // A node that was killed left its jobs in `running`: starting them again is a resumption.
  running: { start: 'running', drain: 'paused', wait: 'waiting', end: 'ended' },
  paused: { start: 'running', cancel: 'ended' },
  waiting: { start: 'running', cancel: 'ended' },
  ended: {},
};

/** The state after a move. Errors: UNEXPECTED for a move that has no row. */
export function moved(state: JobState, move: JobMove): JobState {
  const next = TABLE[state][move];
  if (next === undefined) throw fail('UNEXPECTED', { reason: `a job that is ${state} cannot ${move}` });
  return next;
}
