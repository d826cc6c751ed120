/** A node from start to stop: what opens after what, and what must be over before what closes. */
import type { NatsCarrier } from '../connectors/bus/nats-carrier.js';
import type { Heartbeat } from '../connectors/clock/heartbeat.js';
import type { EventListener } from '../connectors/sources/event-listener.js';
import type { Intake } from '../connectors/sources/intake.js';
import type { Event } from '../core/event.js';
import type { FactsRecord } from '../core/facts.js';
import type { Bus } from '../core/ports/bus.js';
import type { ActionCatalog } from '../core/ports/action-catalog.js';
import type { Clock } from '../core/ports/clock.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { Log } from '../core/ports/log.js';
import type { Random } from '../core/ports/random.js';
import type { TransferServer } from '../core/ports/transfer-server.js';
import type { SiteProblem } from '../core/problem.js';
import type { JobRunner } from '../jobs/runner.js';
import type { Stores } from '../store/index.js';
import type { Alarms } from './alarms.js';
import type { Consoles } from './consoles.js';
import type { Api, BuildApi } from './http/api.js';
import { listenApi } from './http/listen.js';
import { ensureToken } from './http/token.js';
import type { Monitors } from './monitors.js';
import type { Pipeline } from './pipeline.js';
import type { Planner } from './planner.js';
import type { Scheduler } from './scheduler.js';
import type { Services } from './services.js';
import type { SiteInUse } from './site-in-use.js';
import type { SiteSecrets } from './site/secrets.js';
import type { ListenAddress } from './site/site.js';
import type { KeptValues } from './values.js';

export interface NodeParts {
  readonly inUse: SiteInUse;
  readonly stores: Stores;
  readonly jobs: JobStore;
  readonly values: KeptValues;
  readonly bus: Bus;
  readonly carrier: NatsCarrier | undefined;
  readonly servers: Readonly<Partial<Record<string, TransferServer>>>;
  readonly runner: JobRunner;
  readonly pipeline: Pipeline;
  readonly scheduler: Scheduler;
  readonly consoles: Consoles;
  readonly heartbeat: Heartbeat;
  readonly intake: Intake;
  readonly sources: readonly EventListener[];
  /** Told of the facts that former runs have kept. */
  /** Takes in what former runs have read. */
  readonly factsKnown: (portId: string, record: FactsRecord) => void;
  readonly planner: Planner;
  readonly monitors: Monitors;
  readonly power: Services['power'];
  readonly alarms: Alarms;
  readonly secrets: SiteSecrets;
  readonly catalog: ActionCatalog;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Retention looks at ages this often by itself; sizes are looked at as data is written. */
const RETENTION_EVERY_MS = 3_600_000;

export class NodeRun {
  readonly #parts: NodeParts;
  #api: Api | undefined;
  #cancelRetention = (): void => undefined;

  constructor(parts: NodeParts) {
    this.#parts = parts;
  }

  /**
   * Opens everything; jobs of a former process go on. `onListening` is told as soon as the API answers, before the
   * consoles are opened. Errors: DATA_FOLDER_BUSY, STORE_NEWER, LISTEN_REFUSED.
   */
  async start(
    version: string,
    onListening: (address: ListenAddress) => void = () => undefined,
  ): Promise<ListenAddress> {
    const { stores, values, bus, carrier, servers, sources } = this.#parts;
    const { runner, scheduler, inUse, heartbeat, pipeline, consoles, monitors } = this.#parts;
    // The API's libraries are loaded while the store's thread opens the databases.
    const [, { buildApi }] = await Promise.all([stores.start(), import('./http/api.js')]);
    try {
      await values.load();
      await bus.start();
      for (const server of Object.values(servers)) await server?.start();
      await scheduler.load();
      await monitors.load();
      await this.#recallFacts();
      await inUse.begin();
      const address = await this.#listen(buildApi, version);
      onListening(address);
      consoles.start();
      for (const source of sources) await source.start();
      pipeline.pump();
      await carrier?.start();
      await runner.start();
      heartbeat.start();
      monitors.start();
      this.#retain();
      return address;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Tells of every event from now on; returns the way to stop. */
  watch(listener: (event: Event) => void): () => void {
    return this.#parts.bus.subscribe((_seq, event) => listener(event));
  }

  reload(): Promise<readonly SiteProblem[]> {
    return this.#parts.inUse.reload();
  }

  /** No new job; running ones reach a safe boundary or the drain time-out; then everything is written and closed. */
  async stop(): Promise<void> {
    const { heartbeat, runner, consoles, servers, sources, intake, pipeline } = this.#parts;
    const { carrier, bus, stores, inUse, monitors } = this.#parts;
    this.#cancelRetention();
    await heartbeat.stop();
    await monitors.stop();
    await runner.drain(inUse.site.drainTimeoutMs);
    await this.#api?.close();
    await consoles.stop();
    for (const server of Object.values(servers)) await server?.stop();
    for (const source of sources) await source.stop();
    await intake.settled();
    await pipeline.settled();
    await carrier?.stop();
    await bus.stop();
    await stores.stop();
  }

  /** As read in former runs. */
  async #recallFacts(): Promise<void> {
    const { stores, factsKnown } = this.#parts;
    for (const [portId, record] of await stores.variables.all('facts')) {
      factsKnown(portId, record as unknown as FactsRecord);
    }
  }

  async #listen(buildApi: BuildApi, version: string): Promise<ListenAddress> {
    const { inUse, random, log, secrets } = this.#parts;
    const { dataDir, http } = inUse.site;
    const token = await ensureToken(dataDir, random);
    secrets.learn(token);
    this.#api = await buildApi(this.#services(), { token, host: http.listen.host, log, version });
    return listenApi(this.#api, http.listen);
  }

  #services(): Services {
    const { inUse, pipeline, scheduler, clock, catalog, jobs, runner } = this.#parts;
    const { stores, bus, secrets, consoles, planner, alarms, monitors } = this.#parts;
    return {
      site: () => inUse.site,
      reload: () => inUse.reload(),
      accept: (event) => pipeline.accept(event),
      explain: (rule, event) => pipeline.explain(rule, event),
      nextRunMs: (schedule) => scheduler.nextRunMs(schedule),
      clock,
      actions: catalog,
      jobs,
      control: runner,
      images: stores.images,
      configs: stores.configs,
      events: stores.events,
      variables: stores.variables,
      transcripts: stores.transcripts,
      bus,
      secrets,
      console: (portId) => consoles.get(portId),
      alarms,
      power: this.#parts.power,
      readings: (portId) => monitors.readings(portId),
      plan: (port, action, params) => planner.plan(port, action, params),
    };
  }

  #retain(): void {
    const { clock, stores, log } = this.#parts;
    this.#cancelRetention = clock.after(RETENTION_EVERY_MS, () => {
      stores.enforceRetention(clock.nowMs()).catch((error: unknown) => {
        log.warn('retention waits', { reason: String(error) });
      });
      this.#retain();
    });
  }
}
