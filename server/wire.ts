/** Composition root: this file and its folder are the only place that constructs. What each part does stands in its own folder. */
import { Catalog } from '../actions/index.js';
import { Heartbeat } from '../connectors/clock/heartbeat.js';
import { dialogOpener } from '../connectors/sessions/line-dialog.js';
import { outletOfPort } from '../connectors/power/outlet-of-port.js';
import { XmodemTransfer } from '../connectors/transfers/xmodem-transfer.js';
import type { Driver } from '../core/driver.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { JobStore } from '../core/ports/job-store.js';
import { DRIVERS, driverFor } from '../drivers/index.js';
import { JobRunner } from '../jobs/runner.js';
import { Alarms } from './alarms.js';
import { Consoles } from './consoles.js';
import { ConsoleSession } from './job-session.js';
import type { SessionDeps } from './job-session.js';
import { KnownFacts } from './known-facts.js';
import { NodeRun } from './node-run.js';
import { Pipeline } from './pipeline.js';
import { Planner } from './planner.js';
import { PortFinder } from './port-finder.js';
import { ReloadBudget } from './reload-budget.js';
import { Scheduler } from './scheduler.js';
import { SiteInUse } from './site-in-use.js';
import { loadSite } from './site/load-site.js';
import type { LoadedSite } from './site/load-site.js';
import type { Site } from './site/site.js';
import { KeptValues } from './values.js';
import { foundation } from './wire/foundation.js';
import { jobRecorder, watchedConsole } from './wire/consoles.js';
import { factsOf } from './wire/facts.js';
import { monitorsOf } from './wire/monitors.js';
import { transferServers, transferClients } from './wire/servers.js';
import { intakeOf, syslogSources, trapSources } from './wire/sources.js';
import { outletsOf, natsCarrier } from './wire/outlets.js';

export interface WireOptions {
  readonly site: Site;
  readonly load: () => Promise<LoadedSite>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Stands between the runner and its store: tests stop a node at a chosen line of the journal. */
  readonly aroundJobStore?: (store: JobStore) => JobStore;
}

/** Reads and checks a site folder, on the drivers and actions that there are. */
export function siteLoader(folder: string, env: WireOptions['env']): () => Promise<LoadedSite> {
  const checks = { drivers: DRIVERS, driverFor, catalog: new Catalog(), env };
  return () => loadSite(folder, checks);
}

/** Builds a node from a sound site; nothing is opened before `start`. */
export async function wireNode({ site, load, env, aroundJobStore = (store) => store }: WireOptions): Promise<NodeRun> {
  const base = foundation(site, env);
  const { clock, random, log, bus, secrets, stores } = base;
  const { variables, events, transcripts, images, configs } = stores;
  const jobs = aroundJobStore(stores.jobs);
  const catalog = new Catalog();
  const port = (portId: string): ManagedPort | undefined => inUse.port(portId);
  const driver = (at: ManagedPort): Driver => driverFor(at, inUse.site.drivers);
  const values = new KeptValues(variables);
  const finder = new PortFinder();
  const facts = new KnownFacts();
  const { factsKnown, factsRead } = factsOf(base, {
    ...{ facts, finder, port, alarms: () => alarms, pipeline: () => pipeline },
    policies: () => inUse.site.policies,
  });
  const pipeline: Pipeline = new Pipeline({
    ...{ events, jobs, variables, values, facts, bus, clock, log, port },
    rules: () => inUse.rules,
    control: () => runner,
  });
  const alarms = new Alarms({
    ...{ variables, clock, accept: (event) => pipeline.take(event) },
    place: (portId) => (portId === undefined ? undefined : port(portId)) ?? { node: site.node },
  });
  const budget = new ReloadBudget({ variables, clock, alarms, limit: () => inUse.site.reloadsPerSitePerHour });
  const servers = await transferServers(site, base);
  const clients = transferClients(base);
  const carrier = await natsCarrier(site, base);
  const session: SessionDeps = {
    ...{ clock, images, configs, jobs, servers, clients, secrets, transcripts, variables, alarms, budget, values },
    outlets: outletsOf(site.node, () => inUse.site.email, base, carrier),
    accept: (event) => pipeline.accept(event),
    factsRead,
    inBand: new XmodemTransfer({ clock }),
    power: outletOfPort,
    console: (portId) => consoles.get(portId),
    openDialog: dialogOpener(clock),
    driver,
    recorder: (jobId, at) => jobRecorder(jobId, driver(at), base),
    tell: (event) => bus.publish(0, event),
  };
  const planner = new Planner({ catalog, images, jobs, variables, servers, clients, secrets, driver });
  const runner: JobRunner = new JobRunner({
    ...{ variables, catalog, clock, random, log, port },
    store: jobs,
    openSession: (job, at) => new ConsoleSession(session, job, at),
    personAt: (portId) => consoles.get(portId)?.person,
    committed: () => pipeline.pump(),
  });
  const scheduler = new Scheduler({
    ...{ clock, log, variables, catalog },
    node: site.node,
    control: runner,
    accept: (event) => pipeline.accept(event),
    ports: () => inUse.site.ports,
  });
  const consoles: Consoles = new Consoles((at) => watchedConsole(at, driver(at), base, { alarms, pipeline, runner }));
  const monitors = monitorsOf(base, { consoles, runner, pipeline, driver, factsRead });
  const inUse: SiteInUse = new SiteInUse(
    {
      ...{ catalog, variables, secrets, load },
      ...{ scheduler: () => scheduler, consoles: () => consoles, monitors: () => monitors },
      portsChanged: (ports) => finder.follow(ports),
    },
    site,
  );
  const intake = intakeOf(site.node, base, { alarms, pipeline });
  const listening = { intake, finder };
  const sources = [...syslogSources(site, base, listening), ...trapSources(site, base, listening)];
  const heartbeat = new Heartbeat({ clock, log, onBeat: () => scheduler.beat() });
  return new NodeRun({
    ...{ inUse, stores, jobs, values, bus, carrier, servers, runner, pipeline, scheduler, consoles, heartbeat },
    ...{ intake, sources, factsKnown, planner, alarms, monitors, power: outletOfPort },
    ...{ secrets, catalog, clock, random, log },
  });
}
