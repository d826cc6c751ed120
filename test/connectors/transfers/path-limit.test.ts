import { expect } from 'chai';
import { networkInterfaces } from 'node:os';
import { PathLimit, isLoopback } from '../../../connectors/transfers/path-limit.js';

describe('connectors/transfers/path-limit', () => {
  it('sets no limit on the loopback', async () => {
    const limit = new PathLimit(() => 0);
    for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) {
      expect(isLoopback(address), address).to.equal(true);
      expect(await limit.maxBlockBytes(address), address).to.equal(65_464);
    }
    expect(isLoopback('192.0.2.1')).to.equal(false);
  });

  it('sets none to our own address, and fits the interface that leads to others, asked once a minute', async function () {
    const own = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal);
    if (own === undefined) {
      console.warn('    SKIPPED: this machine has no interface but the loopback');
      this.skip();
    }
    let nowMs = 0;
    const asked: string[] = [];
    const limit = new PathLimit(
      () => nowMs,
      (name) => {
        asked.push(name);
        return Promise.resolve(1400);
      },
    );
    expect(await limit.maxBlockBytes(own.address)).to.equal(65_464);
    const neighbour = own.address.replace(/\d+$/, (last) => String((Number(last) % 250) + 2));
    expect(await limit.maxBlockBytes(neighbour)).to.equal(1368);
    expect(await limit.maxBlockBytes(neighbour)).to.equal(1368);
    nowMs = 60_001;
    await limit.maxBlockBytes(neighbour);
    expect(asked.length).to.equal(2);
  });

  it('takes Ethernet for granted where no way is known', async () => {
    const limit = new PathLimit(
      () => 0,
      () => Promise.resolve(1500),
    );
    // A documentation address (RFC 3849): there is a route to it or there is not.
    expect(await limit.maxBlockBytes('2001:db8::1')).to.equal(1448);
  });
});
