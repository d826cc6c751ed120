/** The site as the node follows it now. A new one is taken over whole, or not at all. */
import type { JsonValue } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import type { SiteProblem } from '../core/problem.js';
import type { RuleSet } from '../rules/index.js';
import { readMonitors, readSchedules } from '../schedules/index.js';
import type { Consoles } from './consoles.js';
import type { Monitors } from './monitors.js';
import type { Scheduler } from './scheduler.js';
import { ruleSetOf } from './site/check-behaviour.js';
import type { LoadedSite } from './site/load-site.js';
import type { SiteSecrets } from './site/secrets.js';
import type { Site } from './site/site.js';

export interface SiteInUseDeps {
  readonly catalog: ActionCatalog;
  readonly variables: VariableStore;
  readonly secrets: SiteSecrets;
  readonly scheduler: () => Scheduler;
  readonly consoles: () => Consoles;
  readonly monitors: () => Pick<Monitors, 'use'>;
  readonly load: () => Promise<LoadedSite>;
  /** Told of the ports as they are now. */
  readonly portsChanged: (ports: readonly ManagedPort[]) => void;
}

export class SiteInUse {
  readonly #deps: SiteInUseDeps;
  #site: Site;
  #rules: RuleSet;
  #ports: ReadonlyMap<string, ManagedPort>;

  constructor(deps: SiteInUseDeps, site: Site) {
    this.#deps = deps;
    this.#site = site;
    this.#rules = this.#ruleSet(site);
    this.#ports = byId(site);
  }

  get site(): Site {
    return this.#site;
  }

  get rules(): RuleSet {
    return this.#rules;
  }

  port(portId: string): ManagedPort | undefined {
    return this.#ports.get(portId);
  }

  /** Time state of rules as it was kept; state that no rule needs any more is removed. */
  async begin(): Promise<void> {
    await this.#keepOnly(this.#rules.importState(await this.#deps.variables.all('rule')));
    await this.#follow();
  }

  /** Reads the site files again; with an error among the problems everything stays as it was. */
  async reload(): Promise<readonly SiteProblem[]> {
    const { site, problems } = await this.#deps.load();
    if (site === undefined) return problems;
    const rules = this.#ruleSet(site);
    const state: ReadonlyMap<string, JsonValue> = this.#rules.exportState();
    await this.#keepOnly(rules.importState(state));
    this.#site = site;
    this.#rules = rules;
    this.#ports = byId(site);
    await this.#follow();
    return problems;
  }

  async #follow(): Promise<void> {
    const { schedules } = readSchedules(this.#site.schedules, { catalog: this.#deps.catalog });
    this.#deps.secrets.use(this.#site.secrets);
    this.#deps.scheduler().use(schedules);
    this.#deps.portsChanged(this.#site.ports);
    await this.#deps.consoles().follow(this.#site.ports, this.#site.drivers);
    this.#deps.monitors().use(readMonitors(this.#site.monitors).monitors, this.#site.ports);
  }

  #ruleSet(site: Site): RuleSet {
    return ruleSetOf(site, this.#deps.catalog);
  }

  async #keepOnly(stale: readonly string[]): Promise<void> {
    for (const key of stale) await this.#deps.variables.remove('rule', key);
  }
}

function byId(site: Site): ReadonlyMap<string, ManagedPort> {
  return new Map(site.ports.map((port) => [port.id, port]));
}
