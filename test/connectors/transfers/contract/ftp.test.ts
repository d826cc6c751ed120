import { FtpClient } from '../../../../connectors/transfers/ftp-client.js';
import type { FtpRemoteOptions } from '../../../../connectors/transfers/ftp-remote.js';
import { FtpServer } from '../../../../connectors/transfers/ftp-server.js';
import { makeCertificate } from '../../../support/certificate.js';
import { SeededRandom } from '../../../support/seeded-random.js';
import { describeTransferClient } from './client-contract.js';

const pair = makeCertificate();

const ways: readonly (readonly [string, FtpRemoteOptions])[] = [
  ['ftp', {}],
  ['ftp with TLS, active', { tls: { ca: pair.certificate }, active: true }],
];

for (const [method, how] of ways) {
  describeTransferClient({
    ...{ method, resumes: true, puts: true },
    client: (clock) => new FtpClient({ clock, random: new SeededRandom(9), ...how }),
    server: (parts) => new FtpServer({ host: '127.0.0.1', port: 0, tls: () => pair, ...parts }),
  });
}
