/** A console that a real conserver keeps, reached over a real telnetd. */
import { once } from 'node:events';
import { expect } from 'chai';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { TelnetChannel } from '../../../connectors/sessions/telnet.js';
import { requirePeer } from '../../support/peers.js';
import { startConserver } from './conserver.js';
import { Heard } from './heard.js';

describe('TelnetChannel and conserver', () => {
  it('reads and writes a console that conserver keeps', async function () {
    requirePeer.call(this, 'conserver', 'console', 'busybox');
    const server = await startConserver();
    try {
      const heard = new Heard();
      const channel = new TelnetChannel({ host: '127.0.0.1', port: server.port, clock: new SystemClock() });
      await channel.open(heard);
      await heard.until((text) => text.includes('for help]'));
      server.device.write('Router uptime is 1 week\r\nRouter>');
      await heard.until((text) => text.includes('Router uptime is 1 week\r\nRouter>'));
      const typed = once(server.device, 'data') as Promise<[Buffer]>;
      await channel.write(new TextEncoder().encode('s'));
      expect((await typed)[0].toString()).to.equal('s');
      await channel.close();
      await heard.closed;
    } finally {
      await server.stop();
    }
  });
});
