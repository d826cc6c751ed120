/** Servers that devices fetch from and bring to, and clients for what devices serve. */
import { FtpClient } from '../../connectors/transfers/ftp-client.js';
import { FtpServer } from '../../connectors/transfers/ftp-server.js';
import { HttpClient } from '../../connectors/transfers/http-client.js';
import { HttpServer } from '../../connectors/transfers/http-server.js';
import { fastestUdpSocket } from '../../connectors/transfers/native-udp-socket.js';
import { ScpClient } from '../../connectors/transfers/scp-client.js';
import { SftpClient } from '../../connectors/transfers/sftp-client.js';
import type { SshServer } from '../../connectors/transfers/ssh-server.js';
import { TftpClient } from '../../connectors/transfers/tftp-client.js';
import { TftpServer } from '../../connectors/transfers/tftp-server.js';
import type { SessionDeps } from '../job-session.js';
import type { Site } from '../site/site.js';
import type { Foundation } from './foundation.js';

export async function transferServers(site: Site, base: Foundation): Promise<SessionDeps['servers']> {
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
export function transferClients({ clock, random, stores: { hostKeys } }: Foundation): SessionDeps['clients'] {
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
  const module = await import('../../connectors/transfers/ssh-server.js');
  return new module.SshServer({ ...listen, clock, random, log, dataDir, legacyAlgorithms });
}
