/** Outlets of a real powermand, with its virtual controller behind it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { PowermanOutlet } from '../../../connectors/power/powerman.js';
import { codeOf, reasonOf } from '../../../core/errors/index.js';
import { requirePeer } from '../../support/peers.js';
import { freePort } from '../sessions/ser2net.js';
import { startPowermand } from './powermand.js';
import type { Powermand } from './powermand.js';

const { signal } = new AbortController();
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => `${codeOf(error)}: ${reasonOf(error)}`,
  );

describe('PowermanOutlet', function () {
  this.timeout(20_000);
  let server: Powermand;

  before(async function () {
    requirePeer.call(this, 'powermand', 'vpcd');
    server = await startPowermand();
  });
  after(() => server.stop());

  const outlet = (name: string): PowermanOutlet =>
    new PowermanOutlet({ host: '127.0.0.1', port: server.port, outlet: name });

  it('switches one outlet, asks for it, and leaves the others', async () => {
    const [first, second] = [outlet('sw1'), outlet('sw2')];
    await second.switch('off', signal);
    await first.switch('on', signal);
    expect([await first.state(signal), await second.state(signal)]).to.deep.equal(['on', 'off']);
    await first.switch('off', signal);
    await second.switch('on', signal);
    expect([await first.state(signal), await second.state(signal)]).to.deep.equal(['off', 'on']);
  });

  it('says what the server says to an outlet that it does not know', async () => {
    expect(await outcome(outlet('sw99').switch('off', signal))).to.match(/^POWER_FAILED: .*sw99/);
    expect(await outcome(outlet('sw99').state(signal))).to.match(/^POWER_FAILED/);
  });

  it('says that nobody answers, that the server hangs up, and that it was told to stop', async () => {
    const nobody = new PowermanOutlet({ host: '127.0.0.1', port: await freePort(), outlet: 'sw1' });
    expect(await outcome(nobody.state(signal))).to.match(/^POWER_FAILED: .*ECONNREFUSED/);
    const stop = new AbortController();
    const silent = createServer((socket) => {
      socket.on('error', () => undefined);
      if (stop.signal.aborted) socket.end('001 2.3\r\n');
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const there = new PowermanOutlet({
      host: '127.0.0.1',
      port: (silent.address() as AddressInfo).port,
      outlet: 'sw1',
    });
    const asked = outcome(there.state(stop.signal));
    stop.abort(new Error('enough'));
    expect(await asked).to.match(/enough/);
    expect(await outcome(there.state(signal))).to.match(/^POWER_FAILED: .*closed/);
    silent.close();
  });
});
