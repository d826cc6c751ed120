/** Plans of actions, from what the node knows: nothing is opened and nothing is said to a device. */
import type { Driver } from '../core/driver.js';
import { fail } from '../core/errors/index.js';
import type { FactsRecord } from '../core/facts.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Plan } from '../core/plan.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { ImageStore } from '../core/ports/image-store.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import type { TransferMethod } from '../core/settings.js';
import type { SessionDeps } from './job-session.js';

export interface PlannerDeps extends Pick<SessionDeps, 'servers' | 'clients'> {
  readonly catalog: ActionCatalog;
  readonly images: Pick<ImageStore, 'get'>;
  readonly jobs: Pick<JobStore, 'list'>;
  readonly variables: VariableStore;
  readonly driver: (port: ManagedPort) => Driver;
}

/** Jobs of a port that are looked through for a transfer of the same method. */
const JOBS_LOOKED_AT = 50;

export class Planner {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  /** Errors: ACTION_UNKNOWN, ACTION_PARAMS, PLAN_ABSENT, and what the action's plan says. */
  async plan(port: ManagedPort, action: string, params: JsonObject): Promise<Plan> {
    const { catalog, images, variables, servers, clients, driver } = this.#deps;
    const found = catalog.get(action);
    if (found === undefined) {
      throw fail('ACTION_UNKNOWN', {
        action,
        known: catalog
          .list()
          .map(({ name }) => name)
          .join(', '),
      });
    }
    const [problem] = catalog.problems(action, params);
    if (problem !== undefined) throw fail('ACTION_PARAMS', { action, ...problem });
    if (found.plan === undefined) throw fail('PLAN_ABSENT', { action });
    return found.plan({
      ...{ params, port, servers, clients, driver: driver(port) },
      image: (version) => images.get(port.id, version),
      lastFacts: async () => (await variables.get('facts', port.id)) as unknown as FactsRecord | undefined,
      lastRate: (method) => this.#lastRate(port.id, method),
    });
  }

  async #lastRate(portId: string, method: TransferMethod): Promise<number | undefined> {
    const jobs = await this.#deps.jobs.list({ portId, states: ['ended'], limit: JOBS_LOOKED_AT });
    const last = jobs
      .flatMap(({ attempts }) => attempts)
      .find((attempt) => attempt.method === method && attempt.outcome === 'succeeded' && attempt.seconds > 0);
    return last === undefined ? undefined : last.bytes / last.seconds;
  }
}
