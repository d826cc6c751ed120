import { ScpClient } from '../../../../connectors/transfers/scp-client.js';
import { SftpClient } from '../../../../connectors/transfers/sftp-client.js';
import { SshServer } from '../../../../connectors/transfers/ssh-server.js';
import { MemoryHostKeys } from '../../sessions/memory-host-keys.js';
import { sshPlace } from '../ssh-place.js';
import { describeTransferClient } from './client-contract.js';

const place = sshPlace();

describeTransferClient({
  ...{ method: 'sftp', resumes: true, puts: true },
  client: (clock) => new SftpClient({ clock, hostKeys: new MemoryHostKeys() }),
  server: (parts) => new SshServer({ ...place, ...parts }).as('sftp'),
  // Version 3 has no code for a full disk.
  spaceCodes: ['TRANSFER_REFUSED'],
});

describeTransferClient({
  ...{ method: 'scp', resumes: false, puts: true },
  client: (clock) => new ScpClient({ clock, hostKeys: new MemoryHostKeys() }),
  server: (parts) => new SshServer({ ...place, ...parts }).as('scp'),
});
