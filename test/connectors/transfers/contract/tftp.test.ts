import { TftpClient } from '../../../../connectors/transfers/tftp-client.js';
import { TftpServer } from '../../../../connectors/transfers/tftp-server.js';
import { describeTransferClient } from './client-contract.js';

describeTransferClient({
  // TFTP has no way to ask for a part of a file.
  ...{ method: 'tftp', resumes: false, puts: true },
  client: (clock) => new TftpClient({ clock }),
  server: (parts) => new TftpServer({ host: '127.0.0.1', port: 0, ...parts }),
});
