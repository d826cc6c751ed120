import { HttpClient } from '../../../../connectors/transfers/http-client.js';
import { HttpServer } from '../../../../connectors/transfers/http-server.js';
import { makeCertificate } from '../../../support/certificate.js';
import { describeTransferClient } from './client-contract.js';

const HOST = '127.0.0.1';

describeTransferClient({
  ...{ method: 'http', resumes: true, puts: true },
  client: (clock) => new HttpClient({ method: 'http', clock }),
  server: (parts) => new HttpServer({ host: HOST, port: 0, ...parts }),
});

const tls = makeCertificate();

describeTransferClient({
  ...{ method: 'https', resumes: true, puts: true },
  client: (clock) => new HttpClient({ method: 'https', clock, authorities: tls.certificate }),
  server: (parts) => new HttpServer({ host: HOST, port: 0, tls, ...parts }),
});
