/** Plans of actions, from what the node knows and what a list at its URL names: nothing is said to a device. */
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
import type { SessionDeps } from './job-session.js';
import { lastRate } from './last-rate.js';

export interface PlannerDeps extends Pick<SessionDeps, 'servers' | 'clients' | 'secrets'> {
  readonly catalog: ActionCatalog;
  readonly images: Pick<ImageStore, 'get'>;
  readonly jobs: Pick<JobStore, 'list'>;
  readonly variables: VariableStore;
  readonly driver: (port: ManagedPort) => Driver;
}

export class Planner {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  /** Errors: ACTION_UNKNOWN, ACTION_PARAMS, PLAN_ABSENT, and what the action's plan says. */
  async plan(port: ManagedPort, action: string, params: JsonObject): Promise<Plan> {
    const { catalog, images, jobs, variables, servers, clients, secrets, driver } = this.#deps;
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
      lastRate: (method) => lastRate(jobs, port.id, method),
      credentials: (secret = port.credentials) => (secret === undefined ? {} : secrets.credentials(secret)),
    });
  }
}
