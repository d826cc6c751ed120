/** Puts the checked parts together: defaults, absolute paths, durations in ms, settings resolved for each port. */
import { resolve } from 'node:path';
import { parseDuration } from '../../core/duration.js';
import type { Driver } from '../../core/driver.js';
import type { ConsoleConfig, ManagedPort } from '../../core/managed-port.js';
import { DEFAULT_BAUD_RATE } from '../../core/serial-line.js';
import type { PortEntry } from './check-ports.js';
import { parseListen } from './listen-address.js';
import { parsePortRange } from './port-range.js';
import type { SiteFiles } from './read-site.js';
import { layersOf, resolveSettings } from './resolve-settings.js';
import type { ResolvedSettings } from './resolve-settings.js';
import type { PortFile, PortwrightFile } from './schemas.js';
import { withoutComment } from './settings-schema.js';
import { deepFreeze } from './site.js';
import type { FtpServerSite, HttpServerSite, Retention, Site, TftpServerSite } from './site.js';

/** CONTRACT "portwright.json"; 5 GB is its example and fits a small flash disk. */
const DEFAULT_RETENTION = { events: '14d', consoleLogs: '30d', transcripts: '400d', maxBytes: 5_000_000_000 };
const DEFAULT_LISTEN = '127.0.0.1:7373';
const DEFAULT_DATA_DIR = './data';
/** CONTRACT's own example. */
const DEFAULT_RELOADS = 3;
const DEFAULT_DRAIN = '30s';
/** RFC 9110 §4.2.2. */
const HTTPS_PORT = 443;

type SftpFile = NonNullable<NonNullable<PortwrightFile['servers']>['sftp']>;

export interface ResolvedPort extends ResolvedSettings {
  readonly port: ManagedPort;
}

/** A port with its settings. `drivers` tells the make that group filters ask for. */
export function makePort(
  entry: PortEntry,
  main: PortwrightFile,
  drivers: readonly Pick<Driver, 'id' | 'make'>[],
): ResolvedPort {
  const { port: written, id } = entry;
  const make = drivers.find((driver) => driver.id === written.driver)?.make ?? '';
  const labels = written.labels ?? {};
  const subject = { id, name: written.port, driver: written.driver, make, labels };
  const own = { place: `${entry.file} ${entry.pointer}`, written: written.settings };
  const resolved = resolveSettings(layersOf(main, subject, own));
  const serverAddress = written.servers?.address ?? main.servers?.address;
  const console = consoleOf(written);
  return {
    ...resolved,
    port: {
      id,
      name: written.port,
      node: main.node,
      driver: written.driver,
      make,
      ...(written.description === undefined ? {} : { description: written.description }),
      ...(console === undefined ? {} : { console }),
      ...(written.power === undefined
        ? {}
        : { power: { type: written.power.type, outlet: written.power.outlet, ...parseListen(written.power.host) } }),
      ...(written.management === undefined ? {} : { management: { address: written.management.address } }),
      ...(written.credentials === undefined ? {} : { credentials: written.credentials }),
      labels,
      properties: written.properties ?? {},
      settings: resolved.settings,
      ...(serverAddress === undefined ? {} : { serverAddress }),
    },
  };
}

function consoleOf({ console: written, credentials: device = '' }: PortFile): ConsoleConfig | undefined {
  switch (written?.type) {
    case 'serial':
      return { ...withoutComment(written), baudRate: written.baudRate ?? DEFAULT_BAUD_RATE };
    case 'tcp':
    case 'telnet':
      return withoutComment(written);
    case 'ssh':
      // Where no console server stands between, the login is the device's.
      return { legacyAlgorithms: false, credentials: device, ...withoutComment(written) };
    case undefined:
      return undefined;
  }
}

function tftpServer({
  listen,
  ports,
  fragment,
}: NonNullable<NonNullable<PortwrightFile['servers']>['tftp']>): TftpServerSite {
  return {
    listen: parseListen(listen),
    ...(ports === undefined ? {} : { ports: parsePortRange(ports) }),
    ...(fragment === undefined ? {} : { fragment }),
  };
}

function ftpServer({
  listen,
  ports,
  ...how
}: NonNullable<NonNullable<PortwrightFile['servers']>['ftp']>): FtpServerSite {
  return {
    ...withoutComment(how),
    listen: parseListen(listen),
    ...(ports === undefined ? {} : { ports: parsePortRange(ports) }),
  };
}

export interface SiteParts {
  readonly files: SiteFiles;
  readonly ports: readonly ResolvedPort[];
  /** The site's own. */
  readonly drivers: readonly Driver[];
}

function httpServer({ listen, tls }: NonNullable<NonNullable<PortwrightFile['servers']>['http']>): HttpServerSite {
  const plain = parseListen(listen);
  if (tls === undefined) return { listen: plain };
  const { certificate, key } = tls;
  const secure = tls.listen === undefined ? { host: plain.host, port: HTTPS_PORT } : parseListen(tls.listen);
  return { listen: plain, tls: { listen: secure, certificate, key } };
}

function serversOf(servers: PortwrightFile['servers']): Site['servers'] {
  return {
    ...(servers?.address === undefined ? {} : { address: servers.address }),
    ...(servers?.tftp === undefined ? {} : { tftp: tftpServer(servers.tftp) }),
    ...(servers?.http === undefined ? {} : { http: httpServer(servers.http) }),
    ...(servers?.ftp === undefined ? {} : { ftp: ftpServer(servers.ftp) }),
    ...(servers?.sftp === undefined ? {} : { sftp: sftpOf(servers.sftp) }),
  };
}

/** Called only when nothing is wrong. */
export function makeSite(folder: string, main: PortwrightFile, { files, ports, drivers }: SiteParts): Site {
  const { servers, nats, email, syslog, snmp } = main;
  const site: Site = {
    folder: resolve(folder),
    node: main.node,
    dataDir: resolve(folder, main.dataDir ?? DEFAULT_DATA_DIR),
    http: { listen: parseListen(main.http?.listen ?? DEFAULT_LISTEN) },
    servers: serversOf(servers),
    ...(nats === undefined
      ? {}
      : {
          nats: { servers: nats.servers, ...(nats.credentials === undefined ? {} : { credentials: nats.credentials }) },
        }),
    ...(syslog === undefined ? {} : { syslog: syslogOf(syslog) }),
    ...(snmp?.traps === undefined ? {} : { snmp: snmpOf(folder, snmp.traps, snmp) }),
    ...(email === undefined ? {} : { email: withoutComment(email) }),
    secrets: Object.fromEntries(
      Object.entries(main.secrets ?? {}).map(([name, secret]) => [name, withoutComment(secret)]),
    ),
    retention: retentionOf(main.retention),
    drainTimeoutMs: durationMs(main.drainTimeout ?? DEFAULT_DRAIN),
    reloadsPerSitePerHour: main.budgets?.reloadsPerSitePerHour ?? DEFAULT_RELOADS,
    mode: main.mode ?? 'act',
    ports: ports.map(({ port }) => port),
    settingOrigins: Object.fromEntries(ports.map(({ port, origins }) => [port.id, origins])),
    conditions: files.conditions,
    rules: files.rules,
    schedules: files.schedules,
    monitors: files.monitors,
    windows: files.windows,
    policies: files.policies,
    drivers,
  };
  return deepFreeze(site);
}

function sftpOf({ listen, legacyAlgorithms = false }: SftpFile): NonNullable<Site['servers']['sftp']> {
  return { listen: parseListen(listen), legacyAlgorithms };
}

function syslogOf({ udp, tcp, tls }: NonNullable<PortwrightFile['syslog']>): NonNullable<Site['syslog']> {
  return {
    ...(udp === undefined ? {} : { udp: parseListen(udp) }),
    ...(tcp === undefined ? {} : { tcp: parseListen(tcp) }),
    ...(tls === undefined ? {} : { tls: { ...withoutComment(tls), listen: parseListen(tls.listen) } }),
  };
}

function snmpOf(
  folder: string,
  traps: string,
  { communities = [], users = [], mibs = [] }: NonNullable<PortwrightFile['snmp']>,
): NonNullable<Site['snmp']> {
  return {
    ...{ traps: parseListen(traps), communities },
    users: users.map((user) => ({ auth: 'sha256', priv: 'aes', ...withoutComment(user) })),
    mibs: mibs.map((file) => resolve(folder, file)),
  };
}

function retentionOf(written: PortwrightFile['retention']): Retention {
  return {
    eventsMs: durationMs(written?.events ?? DEFAULT_RETENTION.events),
    consoleLogsMs: durationMs(written?.consoleLogs ?? DEFAULT_RETENTION.consoleLogs),
    transcriptsMs: durationMs(written?.transcripts ?? DEFAULT_RETENTION.transcripts),
    maxBytes: written?.maxBytes ?? DEFAULT_RETENTION.maxBytes,
  };
}

/** The schema has checked the form. */
function durationMs(text: string): number {
  return parseDuration(text) ?? 0;
}
