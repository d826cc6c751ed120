/** Composition root: the only file that constructs. What each part does stands in its own folder. */
import { Catalog } from '../actions/index.js';
import { LocalBus } from '../connectors/bus/local-bus.js';
import type { NatsCarrierOptions } from '../connectors/bus/nats-carrier.js';
import { Heartbeat } from '../connectors/clock/heartbeat.js';
import { SystemClock } from '../connectors/clock/system-clock.js';
import { SystemRandom } from '../connectors/clock/system-random.js';
import type { ByteChannel } from '../connectors/sessions/byte-channel.js';
import { dialogOpener } from '../connectors/sessions/line-dialog.js';
import { PortConsole } from '../connectors/sessions/port-console.js';
import { TcpChannel } from '../connectors/sessions/tcp.js';
import { ConsoleSource } from '../connectors/sources/console-lines.js';
import { TftpServer } from '../connectors/transfers/tftp-server.js';
import { XmodemTransfer } from '../connectors/transfers/xmodem-transfer.js';
import { makeEvent } from '../core/event.js';
import type { ConsoleConfig, ManagedPort } from '../core/managed-port.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { TransferServer } from '../core/ports/transfer-server.js';
import { driverFor } from '../drivers/index.js';
import { JobRunner } from '../jobs/runner.js';
import { openStores } from '../store/index.js';
import { Alarms } from './alarms.js';
import { Consoles } from './consoles.js';
import { ConsoleSession } from './job-session.js';
import { openLog } from './log.js';
import { NodeRun } from './node-run.js';
import { Pipeline } from './pipeline.js';
import { Scheduler } from './scheduler.js';
import { SiteInUse } from './site-in-use.js';
import type { LoadedSite } from './site/load-site.js';
import { SiteSecrets } from './site/secrets.js';
import type { Site } from './site/site.js';
import { WatchedConsole } from './watched-console.js';

export interface WireOptions {
  readonly site: Site;
  readonly load: () => Promise<LoadedSite>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Stands between the runner and its store: tests stop a node at a chosen line of the journal. */
  readonly aroundJobStore?: (store: JobStore) => JobStore;
}

/** Builds a node from a sound site; nothing is opened before `start`. */
export async function wireNode({ site, load, env, aroundJobStore = (store) => store }: WireOptions): Promise<NodeRun> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const catalog = new Catalog();
  const secrets = new SiteSecrets({ folder: site.folder, env });
  const mask = (text: string): string => secrets.mask(text);
  const log = openLog({
    node: site.node,
    mask,
    ...(env['PORTWRIGHT_LOG'] === undefined ? {} : { level: env['PORTWRIGHT_LOG'] }),
  });
  const stores = openStores({ dataDir: site.dataDir, clock, log, retention: site.retention });
  const { variables, events, transcripts, images } = stores;
  const jobs = aroundJobStore(stores.jobs);
  const bus = new LocalBus({ log });
  const port = (portId: string): ManagedPort | undefined => inUse.port(portId);

  const pipeline: Pipeline = new Pipeline({
    events,
    jobs,
    variables,
    bus,
    clock,
    log,
    port,
    rules: () => inUse.rules,
    control: () => runner,
  });
  const alarms = new Alarms({ variables, clock, accept: (event) => pipeline.take(event) });
  const servers = transferServers(site, { clock, random, log });
  const session = {
    clock,
    images,
    inBand: new XmodemTransfer({ clock }),
    servers,
    secrets,
    transcripts,
    variables,

    alarms,
    console: (portId: string) => consoles.get(portId),
    openDialog: dialogOpener(clock),
    tell: (event: Parameters<typeof bus.publish>[1]) => bus.publish(0, event),
  };
  const runner: JobRunner = new JobRunner({
    store: jobs,
    variables,
    catalog,
    clock,
    random,
    log,
    port,
    openSession: (job, at) => new ConsoleSession(session, job, at),
    committed: () => pipeline.pump(),
  });
  const scheduler = new Scheduler({
    node: site.node,
    clock,
    log,
    variables,
    catalog,
    control: runner,
    accept: (event) => pipeline.accept(event),
    ports: () => inUse.site.ports,
  });
  const consoles: Consoles = new Consoles(async (at) => {
    const console = new PortConsole({
      portId: at.id,
      channel: await channelTo(at.console),
      clock,
      random,
      transcripts,
      mask,
      log,
    });
    const driver = driverFor(at);
    const source = new ConsoleSource({
      console,
      node: at.node,
      port: { name: at.name, id: at.id },
      mask,
      table: driver.dialog,
      ...(driver.loader === undefined ? {} : { loader: driver.loader.dialog }),
      clock,
      random,
      emit: (input) => pipeline.take(makeEvent(input)),
    });
    return new WatchedConsole({ port: at, console, source, alarms, log, spoke: () => runner.portSpoke(at.id) });
  });
  const inUse: SiteInUse = new SiteInUse(
    { catalog, variables, secrets, load, scheduler: () => scheduler, consoles: () => consoles },
    site,
  );
  const carrier =
    site.nats === undefined ? undefined : await natsCarrier(site, { events, variables, bus, clock, random, log });
  const heartbeat = new Heartbeat({ clock, log, onBeat: () => scheduler.beat() });
  return new NodeRun({
    inUse,
    stores,
    jobs,
    bus,
    carrier,
    servers,
    runner,
    pipeline,
    scheduler,
    consoles,
    heartbeat,

    secrets,
    catalog,
    clock,
    random,
    log,
  });
}

/** serialport is loaded only where a port needs it: it is a native module, and a node should start at once. */
async function channelTo(console: ConsoleConfig | undefined): Promise<ByteChannel> {
  switch (console?.type) {
    case 'serial':
      return new (await import('../connectors/sessions/serial.js')).SerialChannel(console);
    case 'tcp':
      return new TcpChannel(console);
    case undefined:
      throw new TypeError('a port without a console has no channel');
  }
}

function transferServers(
  site: Site,
  parts: { clock: SystemClock; random: SystemRandom; log: ReturnType<typeof openLog> },
): Readonly<Partial<Record<string, TransferServer>>> {
  const { tftp } = site.servers;
  return tftp === undefined ? {} : { tftp: new TftpServer({ ...tftp.listen, ...parts }) };
}

/** The NATS client is loaded only where NATS is configured. */
async function natsCarrier(site: Site, parts: Omit<NatsCarrierOptions, 'node' | 'servers'>) {
  const { NatsCarrier } = await import('../connectors/bus/nats-carrier.js');
  const { servers = [], credentials } = site.nats ?? {};
  return new NatsCarrier({
    ...parts,
    node: site.node,
    servers,
    ...(credentials === undefined ? {} : { credentialsFile: credentials }),
  });
}
