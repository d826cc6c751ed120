/** The system's ping on the loopback. */
import { expect } from 'chai';
import { SystemPinger } from '../../../connectors/net/ping.js';
import { codeOf } from '../../../core/errors/index.js';
import { requirePeer } from '../../support/peers.js';

const pinger = new SystemPinger();
const ping = (host: string, count = 1, signal = new AbortController().signal) => pinger.ping(host, { count, signal });
const codeFrom = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => codeOf(error),
  );

describe('SystemPinger', function () {
  this.timeout(20_000);

  before(function () {
    requirePeer.call(this, 'ping');
  });

  it('counts what comes back, with the mean time', async () => {
    const { sent, received, rttMs } = await ping('127.0.0.1', 2);
    expect([sent, received]).to.deep.equal([2, 2]);
    expect(rttMs).to.be.within(0, 5000);
  });

  it('says what it cannot ping: no such name, an option, no program', async () => {
    expect(await codeFrom(ping('no-such-host.invalid'))).to.equal('PING_FAILED');
    expect(await codeFrom(ping('-f'))).to.equal('PING_FAILED');
    expect(await codeFrom(ping('127.0.0.1; reboot'))).to.equal('PING_FAILED');
    const { signal } = new AbortController();
    expect(await codeFrom(new SystemPinger('no-such-ping').ping('127.0.0.1', { count: 1, signal }))).to.equal(
      'PING_FAILED',
    );
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const pinging = ping('127.0.0.1', 20, stop.signal);
    stop.abort(new Error('enough'));
    const reason = await pinging.then(
      () => 'ended',
      (error: unknown) => String(error),
    );
    expect(reason).to.equal('Error: enough');
  });
});
