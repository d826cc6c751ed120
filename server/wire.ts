/** Composition root: the only file that constructs. What each part does stands in its own folder. */
import { resolve } from 'node:path';
import { Catalog } from '../actions/index.js';
import { LocalBus } from '../connectors/bus/local-bus.js';
import type { NatsCarrier } from '../connectors/bus/nats-carrier.js';
import { Heartbeat } from '../connectors/clock/heartbeat.js';
import { SystemClock } from '../connectors/clock/system-clock.js';
import { SystemRandom } from '../connectors/clock/system-random.js';
import type { ByteChannel } from '../connectors/sessions/byte-channel.js';
import { ConsoleLog } from '../connectors/sessions/console-log.js';
import { dialogOpener } from '../connectors/sessions/line-dialog.js';
import { LoggedInChannel } from '../connectors/sessions/logged-in.js';
import { PortConsole } from '../connectors/sessions/port-console.js';
import { SerialChannel } from '../connectors/sessions/serial.js';
import { SshChannel } from '../connectors/sessions/ssh.js';
import { TcpChannel } from '../connectors/sessions/tcp.js';
import { TelnetChannel } from '../connectors/sessions/telnet.js';
import { ConsoleSource } from '../connectors/sources/console-lines.js';
import { Intake } from '../connectors/sources/intake.js';
import { SyslogSource } from '../connectors/sources/syslog-source.js';
import { SiteOutlets } from '../connectors/outlets/site-outlets.js';
import { FtpClient } from '../connectors/transfers/ftp-client.js';
import { FtpServer } from '../connectors/transfers/ftp-server.js';
import { HttpClient } from '../connectors/transfers/http-client.js';
import { HttpServer } from '../connectors/transfers/http-server.js';
import { fastestUdpSocket } from '../connectors/transfers/native-udp-socket.js';
import { ScpClient } from '../connectors/transfers/scp-client.js';
import { SftpClient } from '../connectors/transfers/sftp-client.js';
import type { SshServer } from '../connectors/transfers/ssh-server.js';
import { TftpClient } from '../connectors/transfers/tftp-client.js';
import { TftpServer } from '../connectors/transfers/tftp-server.js';
import { XmodemTransfer } from '../connectors/transfers/xmodem-transfer.js';
import { makeEvent } from '../core/event.js';
import type { Driver } from '../core/driver.js';
import type { ConsoleConfig, ConsoleServer, ManagedPort } from '../core/managed-port.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { Log } from '../core/ports/log.js';
import { DRIVERS, driverFor } from '../drivers/index.js';
import { JobRunner } from '../jobs/runner.js';
import { openStores } from '../store/index.js';
import type { Stores } from '../store/index.js';
import { Alarms } from './alarms.js';
import { Consoles } from './consoles.js';
import { ConsoleSession } from './job-session.js';
import type { SessionDeps } from './job-session.js';
import { openLog } from './log.js';
import { NodeRun } from './node-run.js';
import { Pipeline } from './pipeline.js';
import { Planner } from './planner.js';
import { PortFinder } from './port-finder.js';
import { Scheduler } from './scheduler.js';
import { SiteInUse } from './site-in-use.js';
import { loadSite } from './site/load-site.js';
import type { LoadedSite } from './site/load-site.js';
import { SiteSecrets } from './site/secrets.js';
import type { Site } from './site/site.js';
import { KeptValues } from './values.js';
import { WatchedConsole } from './watched-console.js';

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
  const { variables, events, transcripts, images } = stores;
  const jobs = aroundJobStore(stores.jobs);
  const catalog = new Catalog();
  const port = (portId: string): ManagedPort | undefined => inUse.port(portId);
  const driver = (at: ManagedPort): Driver => driverFor(at, inUse.site.drivers);
  const values = new KeptValues(variables);
  const finder = new PortFinder();
  const pipeline: Pipeline = new Pipeline({
    ...{ events, jobs, variables, values, bus, clock, log, port },
    rules: () => inUse.rules,
    control: () => runner,
  });
  const alarms = new Alarms({
    ...{ variables, clock, accept: (event) => pipeline.take(event) },
    place: (portId) => (portId === undefined ? undefined : port(portId)) ?? { node: site.node },
  });
  const servers = await transferServers(site, base);
  const carrier = await natsCarrier(site, base);
  const session: SessionDeps = {
    ...{
      clock,
      images,
      jobs,
      servers,
      clients: transferClients(base),
      secrets,
      transcripts,
      variables,
      alarms,
      values,
    },
    outlets: outletsOf(site.node, () => inUse.site.email, base, carrier),
    accept: (event) => pipeline.accept(event),
    factsRead: (portId, record) => finder.factsRead(portId, record),
    inBand: new XmodemTransfer({ clock }),
    console: (portId) => consoles.get(portId),
    openDialog: dialogOpener(clock),
    driver,
    recorder: (jobId, at) =>
      new ConsoleLog({
        ...{ clock, transcripts },
        ref: { kind: 'transcript', jobId },
        mask: (text) => secrets.mask(text),
        secretPatterns: driver(at).dialog.secrets,
      }),
    tell: (event) => bus.publish(0, event),
  };
  const { clients } = session;
  const planner = new Planner({ catalog, images, jobs, variables, servers, clients, driver });
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
  const inUse: SiteInUse = new SiteInUse(
    {
      ...{ catalog, variables, secrets, load, scheduler: () => scheduler, consoles: () => consoles },
      portsChanged: (ports) => finder.follow(ports),
    },
    site,
  );
  const intake = intakeOf(site.node, base, { alarms, pipeline });
  const sources = syslogSources(site, base, { intake, finder });
  const heartbeat = new Heartbeat({ clock, log, onBeat: () => scheduler.beat() });
  return new NodeRun({
    ...{ inUse, stores, jobs, values, bus, carrier, servers, runner, pipeline, scheduler, consoles, heartbeat },
    ...{ intake, sources, finder, planner, alarms },
    ...{ secrets, catalog, clock, random, log },
  });
}

/** What everything else stands on. */
interface Foundation {
  readonly clock: SystemClock;
  readonly random: SystemRandom;
  readonly secrets: SiteSecrets;
  readonly log: Log;
  readonly stores: Stores;
  readonly bus: LocalBus;
  /** Of the SSH agent, where the node's environment names one. */
  readonly agentSocket: string | undefined;
}

function foundation(site: Site, env: WireOptions['env']): Foundation {
  const clock = new SystemClock();
  const secrets = new SiteSecrets({ folder: site.folder, env });
  const level = env['PORTWRIGHT_LOG'];
  const log = openLog({
    node: site.node,
    mask: (text) => secrets.mask(text),
    ...(level === undefined ? {} : { level }),
  });
  const stores = openStores({ dataDir: site.dataDir, clock, log, retention: site.retention });
  const agentSocket = env['SSH_AUTH_SOCK'];
  return { clock, random: new SystemRandom(), secrets, log, stores, bus: new LocalBus({ log }), agentSocket };
}

/** The queue before the history for sources that anybody may flood; what it drops is an alarm of the node. */
function intakeOf(
  node: string,
  { clock, log }: Foundation,
  { alarms, pipeline }: { alarms: Alarms; pipeline: Pipeline },
): Intake {
  return new Intake({
    clock,
    accept: (event) => pipeline.accept(event),
    onDropped: (dropped) => {
      const told = Object.entries(dropped).map(([source, count]) => `${String(count)} from ${source}`);
      log.warn('events dropped', { dropped: told.join(', ') });
      alarms.raise({ node }, 'eventsDropped', `Events were dropped: ${told.join(', ')}`).catch((error: unknown) => {
        log.error('alarm lost', { kind: 'eventsDropped', reason: String(error) });
      });
    },
    onFailed: (event, error) => {
      log.error('event lost', { event: event.id, type: event.type, reason: String(error) });
    },
  });
}

function syslogSources(
  { node, syslog }: Site,
  { clock, random, log, secrets }: Foundation,
  { intake, finder }: { intake: Intake; finder: PortFinder },
): readonly SyslogSource[] {
  if (syslog === undefined) return [];
  const { udp, tcp, tls } = syslog;
  const source = new SyslogSource({
    ...{ node, intake, clock, random, log },
    mask: (text) => secrets.mask(text),
    findPort: (address, host) => finder.find(address, host),
    ...(udp === undefined ? {} : { udp }),
    ...(tcp === undefined ? {} : { tcp }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            listen: tls.listen,
            keys: () => ({
              ...secrets.keyPair('syslog.tls', tls),
              ...(tls.clientCa === undefined ? {} : { clientCa: secrets.text('syslog.tls.clientCa', tls.clientCa) }),
            }),
          },
        }),
  });
  return [source];
}

/** A console with the source of its events. */
function watchedConsole(
  port: ManagedPort,
  { dialog, loader }: Driver,
  base: Foundation,
  { alarms, pipeline, runner }: { alarms: Alarms; pipeline: Pipeline; runner: JobRunner },
): WatchedConsole {
  const { clock, random, secrets, log, stores } = base;
  const { transcripts } = stores;
  const mask = (text: string): string => secrets.mask(text);
  const channel = channelTo(port.console, base);
  const console = new PortConsole({
    ...{ portId: port.id, channel, clock, random, transcripts, mask, log },
    secretPatterns: dialog.secrets,
  });
  const source = new ConsoleSource({
    ...{ console, clock, random, mask },
    node: port.node,
    port: { name: port.name, id: port.id },
    table: dialog,
    ...(loader === undefined ? {} : { loader: loader.dialog }),
    emit: (input) => pipeline.take(makeEvent(input)),
  });
  return new WatchedConsole({
    ...{ port, console, source, alarms, log },
    spoke: () => runner.portSpoke(port.id),
    lineChanged: () => {
      runner.lineChanged(port.id);
    },
  });
}

function channelTo(console: ConsoleConfig | undefined, base: Foundation): ByteChannel {
  const { clock, secrets, stores, agentSocket } = base;
  switch (console?.type) {
    case 'serial':
      return new SerialChannel(console);
    case 'tcp':
      return behindLogin(new TcpChannel(console), console, base);
    case 'telnet':
      return behindLogin(new TelnetChannel({ ...console, clock }), console, base);
    case 'ssh':
      return new SshChannel({
        ...{ ...console, clock, agentSocket, hostKeys: stores.hostKeys },
        credentials: () => secrets.credentials(console.credentials),
      });
    case undefined:
      throw new TypeError('a port without a console has no channel');
  }
}

/** The console server's own login, where the site names one. */
function behindLogin(
  channel: ByteChannel,
  { credentials: name }: ConsoleServer,
  { clock, secrets }: Pick<Foundation, 'clock' | 'secrets'>,
): ByteChannel {
  if (name === undefined) return channel;
  return new LoggedInChannel({ channel, clock, credentials: () => secrets.credentials(name) });
}

async function transferServers(site: Site, base: Foundation): Promise<SessionDeps['servers']> {
  const { tftp, ftp, http, sftp } = site.servers;
  const ssh = sftp === undefined ? undefined : await sshServer(sftp, site.dataDir, base);
  return {
    ...(tftp === undefined ? {} : { tftp: tftpServer(tftp, base) }),
    ...(ftp === undefined ? {} : { ftp: ftpServer(ftp, base) }),
    ...(http === undefined ? {} : httpServers(http, base)),
    ...(ssh === undefined ? {} : { sftp: ssh.as('sftp'), scp: ssh.as('scp') }),
  };
}

function tftpServer(
  { listen, ...how }: NonNullable<Site['servers']['tftp']>,
  { clock, random, log }: Foundation,
): TftpServer {
  return new TftpServer({ ...listen, ...how, clock, random, log, makeSocket: fastestUdpSocket() });
}

function httpServers(
  { listen, tls }: NonNullable<Site['servers']['http']>,
  { clock, random, log, secrets }: Foundation,
): SessionDeps['servers'] {
  const http = new HttpServer({ ...listen, clock, random, log });
  if (tls === undefined) return { http };
  const keyPair = secrets.keyPair('servers.http.tls', tls);
  return { http, https: new HttpServer({ ...tls.listen, clock, random, log, tls: keyPair }) };
}

function ftpServer(
  { listen, ports, passiveAddress, tls }: NonNullable<Site['servers']['ftp']>,
  { clock, random, log, secrets }: Foundation,
): FtpServer {
  return new FtpServer({
    ...{ ...listen, passivePorts: ports, passiveHost: passiveAddress, clock, random, log },
    ...(tls === undefined ? {} : { tls: () => secrets.keyPair('servers.ftp.tls', tls) }),
  });
}

/** What devices serve themselves, and other hosts, by method. */
function transferClients({ clock, random, stores: { hostKeys } }: Foundation): SessionDeps['clients'] {
  return {
    ...{ sftp: new SftpClient({ clock, hostKeys }), scp: new ScpClient({ clock, hostKeys }) },
    ...{ ftp: new FtpClient({ clock, random }), tftp: new TftpClient({ clock }) },
    http: new HttpClient({ method: 'http', clock }),
    https: new HttpClient({ method: 'https', clock }),
  };
}

/** SSH is loaded only where it is configured. */
async function sshServer(
  { listen, legacyAlgorithms }: NonNullable<Site['servers']['sftp']>,
  dataDir: string,
  { clock, random, log }: Foundation,
): Promise<SshServer> {
  const module = await import('../connectors/transfers/ssh-server.js');
  return new module.SshServer({ ...listen, clock, random, log, dataDir, legacyAlgorithms });
}

/** Where messages of rules go. The mail server is that of the site as it is now; NATS is that of the start. */
function outletsOf(
  node: string,
  email: () => Site['email'],
  { secrets }: Foundation,
  carrier: NatsCarrier | undefined,
): SiteOutlets {
  return new SiteOutlets({
    node,
    mailServer: () => {
      const server = email();
      if (server === undefined) return undefined;
      const { smtp, from, credentials } = server;
      return { url: smtp, from, ...(credentials === undefined ? {} : secrets.credentials(credentials)) };
    },
    ...(carrier === undefined ? {} : { publish: (message, sending) => carrier.send(message, sending) }),
  });
}

/** The NATS client is loaded only where NATS is configured. */
async function natsCarrier({ node, nats, folder }: Site, base: Foundation): Promise<NatsCarrier | undefined> {
  if (nats === undefined) return undefined;
  const { clock, random, log, bus, stores } = base;
  const carrier = await import('../connectors/bus/nats-carrier.js');
  return new carrier.NatsCarrier({
    ...{ node, clock, random, log, bus, events: stores.events, variables: stores.variables },
    servers: nats.servers,
    ...(nats.credentials === undefined
      ? {}
      : { credentialsFile: resolve(folder, nats.credentials.replace(/^file:/, '')) }),
  });
}
