/** A schedule as read from a site file, checked. */
import type { ActionChain } from '../core/action-chain.js';
import type { PortFilter } from '../core/port-filter.js';
import type { NextRun } from './next-run.js';

/**
 * What becomes of a run that was not started in time, because the node was down or the clock jumped:
 * `skip` forgets it; `run-once` makes up the newest one while its window is open. Older ones are never made up.
 */
export type MissedPolicy = 'run-once' | 'skip';

export interface Schedule {
  readonly name: string;
  readonly cron: string;
  /** IANA name. */
  readonly timezone: string;
  readonly runs: NextRun;
  /** How long after its time a run may still start; absent: no end. */
  readonly windowMs?: number;
  readonly missed: MissedPolicy;
  readonly ports: PortFilter;
  readonly chain: ActionChain;
}
