/** Whether a port can take an image the way its settings say: a warning, because the other method may do. */
import type { Driver } from '../../core/driver.js';
import type { SiteProblem } from '../../core/problem.js';
import type { PushSettings, TransferMethod } from '../../core/settings.js';
import type { PortEntry } from './check-ports.js';
import { parseListen } from './listen-address.js';
import type { ResolvedPort } from './make-site.js';
import type { PortwrightFile } from './schemas.js';

const LOOPBACK = /^127\.|^::1$|^localhost$/;

type MethodSetting = 'osPushMethod' | 'osPushAlternative';

interface Surroundings {
  readonly main: PortwrightFile;
  readonly driver: Pick<Driver, 'id' | 'transfers'>;
  readonly port: ResolvedPort['port'];
}

/** Each problem points at where the setting is written, or at the port where it is a default. */
export function checkMethods(
  entry: PortEntry,
  resolved: ResolvedPort,
  driver: Pick<Driver, 'id' | 'transfers'>,
  main: PortwrightFile,
): readonly SiteProblem[] {
  const settings: readonly MethodSetting[] = ['osPushMethod', 'osPushAlternative'];
  return settings.flatMap((setting) => {
    const method = resolved.settings[setting];
    const wanted = missingFor(method, { main, driver, port: resolved.port });
    if (wanted === undefined) return [];
    return [
      { ...placeOf(setting, resolved, entry), wanted, got: `"${method}" as ${setting}`, severity: 'warning' as const },
    ];
  });
}

/** Where each method's own server is set. */
const SERVERS: Readonly<Partial<Record<TransferMethod, 'tftp' | 'ftp' | 'http' | 'sftp'>>> = {
  tftp: 'tftp',
  ftp: 'ftp',
  http: 'http',
  https: 'http',
  sftp: 'sftp',
  scp: 'sftp',
};

/** Where devices come to that cannot be told a port (IANA). */
const WELL_KNOWN_PORTS: Readonly<Partial<Record<TransferMethod, number>>> = {
  tftp: 69,
  ftp: 21,
  http: 80,
  https: 443,
  sftp: 22,
  scp: 22,
};

function missingFor(method: TransferMethod, { main, driver, port }: Surroundings): string | undefined {
  const known = Object.keys(driver.transfers);
  if (!known.includes(method)) return `one of the methods ${known.join(', ')} of driver ${driver.id}`;
  if (method === 'xmodem' || method === 'ymodem') return missingInBand(method, port);
  if (driver.transfers[method]?.direction === 'wePut') {
    return port.management === undefined ? `"management" with the device's address for method ${method}` : undefined;
  }
  const server = SERVERS[method];
  if (server === undefined) return `another method: ${method} is not available in this version`;
  if (main.servers?.[server] === undefined) return `"servers.${server}" in portwright.json for method ${method}`;
  if (method === 'https' && main.servers.http?.tls === undefined) return '"servers.http.tls" in portwright.json';
  if (port.serverAddress === undefined) {
    return '"servers.address": the address under which the device reaches this node';
  }
  return missingPort(method, server, { main, driver, port });
}

/** A listener on loopback has a redirection in front of it, or a lab behind it: what stands there is not ours to judge. */
function missingPort(
  method: TransferMethod,
  server: 'tftp' | 'ftp' | 'http' | 'sftp',
  { main, driver }: Surroundings,
): string | undefined {
  const wanted = WELL_KNOWN_PORTS[method];
  const procedure = driver.transfers[method];
  const written = main.servers?.[server]?.listen;
  if (wanted === undefined || written === undefined || procedure?.direction !== 'devicePulls') return undefined;
  const { host, port } = parseListen(written);
  const isTold = procedure.exchanges.some(({ send = '' }) => send.includes('{{serverPort'));
  if (isTold || port === wanted || LOOPBACK.test(host)) return undefined;
  return `"servers.${server}.listen" at port ${String(wanted)}, where ${driver.id} always asks by ${method}, or a redirection to ${written}`;
}

/** A block holds every byte there is, also XON and XOFF, and all eight bits of it. */
function missingInBand(method: string, { console }: ResolvedPort['port']): string | undefined {
  if (console === undefined) return `a "console" for method ${method}`;
  if (console.type !== 'serial') return undefined;
  if (console.dataBits === 7) return `8 "dataBits" at the console for method ${method}`;
  return console.flowControl === 'xonxoff' ? `a console without XON/XOFF for method ${method}` : undefined;
}

function placeOf(
  setting: keyof PushSettings,
  { origins }: ResolvedPort,
  entry: PortEntry,
): Pick<SiteProblem, 'file' | 'pointer'> {
  const [file, pointer] = (origins[setting] ?? 'default').split(' ');
  if (file === undefined || pointer === undefined) return { file: entry.file, pointer: entry.pointer };
  return { file, pointer: `${pointer}/${setting}` };
}
