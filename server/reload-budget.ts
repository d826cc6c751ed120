/**
 * The budget of reloads: so many on one site within an hour, whoever or whatever wants them (ARCHITECTURE: brakes). A site is
 * the label `site`; a port without one is a site of its own. Kept over a restart.
 */
import { fail } from '../core/errors/index.js';
import type { JsonValue } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Clock } from '../core/ports/clock.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import type { Alarms } from './alarms.js';

const HOUR_MS = 3_600_000;

interface Spent {
  readonly jobId: string;
  readonly atMs: number;
}

export interface ReloadBudgetDeps {
  readonly variables: VariableStore;
  readonly clock: Clock;
  readonly alarms: Pick<Alarms, 'raise'>;
  /** Reloads of one site within an hour, as the site files say now. */
  readonly limit: () => number;
}

export class ReloadBudget {
  readonly #deps: ReloadBudgetDeps;
  /** One after the other: spending reads before it writes. */
  #spending: Promise<unknown> = Promise.resolve();

  constructor(deps: ReloadBudgetDeps) {
    this.#deps = deps;
  }

  /** Before anything is written. Errors: RELOAD_BUDGET; an alarm then stands. */
  async check(port: ManagedPort): Promise<void> {
    const spent = await this.#spent(port);
    if (spent.length >= this.#deps.limit()) throw await this.#exceeded(port);
  }

  /** Right before a reload command. The same job again, after a crash, spends nothing more. Errors: RELOAD_BUDGET. */
  spend(port: ManagedPort, jobId: string): Promise<void> {
    const done = this.#spending.then(async () => {
      const spent = await this.#spent(port);
      if (spent.some((one) => one.jobId === jobId)) return;
      if (spent.length >= this.#deps.limit()) throw await this.#exceeded(port);
      const all = [...spent, { jobId, atMs: this.#deps.clock.nowMs() }];
      await this.#deps.variables.set('budget', siteOf(port), all as unknown as JsonValue);
    });
    this.#spending = done.catch(() => undefined);
    return done;
  }

  async #spent(port: ManagedPort): Promise<readonly Spent[]> {
    const kept = (await this.#deps.variables.get('budget', siteOf(port))) as unknown as readonly Spent[] | undefined;
    const sinceMs = this.#deps.clock.nowMs() - HOUR_MS;
    return (kept ?? []).filter(({ atMs }) => atMs > sinceMs);
  }

  async #exceeded(port: ManagedPort): Promise<Error> {
    const error = fail('RELOAD_BUDGET', { port: port.id, site: siteOf(port), limit: this.#deps.limit() });
    await this.#deps.alarms.raise(port, 'reloadBudget', error.message);
    return error;
  }
}

function siteOf(port: ManagedPort): string {
  return port.labels['site'] ?? port.id;
}
