import { expect } from 'chai';
import { listenRefused } from '../../connectors/listen-refused.js';
import type { PortwrightError } from '../../core/errors/index.js';

const refused = (code: string, port = 69): PortwrightError =>
  listenRefused(
    'tftp',
    'servers.tftp.listen',
    { host: '0.0.0.0', port },
    1069,
    Object.assign(new Error(code), { code }),
  );

describe('connectors/transfers/listen-refused', () => {
  it('names the capability, the systemd line and the port to use instead', () => {
    const error = refused('EACCES');
    expect(error.code).to.equal('LISTEN_REFUSED');
    expect(error.message).to.equal('tftp cannot listen on 0.0.0.0:69: EACCES');
    expect(error.next).to.contain('CAP_NET_BIND_SERVICE');
    expect(error.next).to.contain('AmbientCapabilities=CAP_NET_BIND_SERVICE');
    expect(error.next).to.contain('servers.tftp.listen to "0.0.0.0:1069"');
  });

  it('tells a taken port from an address that is not here', () => {
    expect(refused('EADDRINUSE').next).to.match(/^Another program listens there.*0\.0\.0\.0:1069/);
    expect(refused('EADDRNOTAVAIL').next).to.equal(
      'No interface of this machine has that address: correct servers.tftp.listen.',
    );
    expect(refused('EINVAL').next).to.contain('Correct the address');
  });
});
