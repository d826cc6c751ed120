import { expect } from 'chai';
import { Grants } from '../../../connectors/transfers/grants.js';
import type { OpenGrant } from '../../../connectors/transfers/open-grant.js';
import type { Grant } from '../../../core/ports/transfer-server.js';
import type { TransferProgress } from '../../../core/transfer-progress.js';
import { FakeClock } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { MemorySource } from './memory-source.js';

describe('connectors/transfers/grants', () => {
  let clock: FakeClock;
  let closed: string[];
  let progress: TransferProgress[];

  const grants = (withLogins: boolean): Grants =>
    new Grants({
      ...{ method: 'ftp', clock, random: new SeededRandom(3), withLogins },
      onClose: (open: OpenGrant, reason: string) => closed.push(`${open.path}: ${reason}`),
    });
  const grant = (extra: Partial<Grant> = {}): Grant => ({
    source: new MemorySource(new Uint8Array(1000)),
    onProgress: (now) => progress.push(now),
    ...extra,
  });

  beforeEach(() => {
    clock = new FakeClock();
    [closed, progress] = [[], []];
  });

  it('finds a file by its one-time path and user, until it is closed', () => {
    const open = grants(true);
    const first = open.open(grant({ path: '{random}/c1700.bin' }), 2121);
    expect(first.path).to.match(/^[0-9a-f]{16}\/c1700\.bin$/);
    expect(first.port).to.equal(2121);
    expect(first.login?.username).to.match(/^pw[0-9a-f]{8}$/);
    expect(first.login?.password).to.match(/^[0-9a-f]{16}$/);
    expect(open.byPath(first.path)).to.equal(first);
    expect(open.byUser(first.login?.username ?? '')).to.equal(first);
    first.close('done');
    first.close('again');
    expect(open.byPath(first.path)).to.equal(undefined);
    expect(open.byUser(first.login?.username ?? '')).to.equal(undefined);
    expect(closed).to.deep.equal([`${first.path}: done`]);
  });

  it('gives each file another login, and none where the protocol has none', () => {
    const open = grants(true);
    const [first, second] = [open.open(grant(), 1), open.open(grant(), 1)];
    expect(first.login?.username).to.not.equal(second.login?.username);
    expect(first.login?.password).to.not.equal(second.login?.password);
    expect(grants(false).open(grant(), 1).login).to.equal(undefined);
  });

  it('ends a grant when its time is over, and all of them when the server stops', async () => {
    const open = grants(false);
    open.open(grant({ path: 'short', lifetimeMs: 60_000 }), 1);
    open.open(grant({ path: 'long' }), 1);
    await clock.advance(59_999);
    expect(closed).to.deep.equal([]);
    await clock.advance(1);
    expect(closed).to.deep.equal(['short: the time of this file is over']);
    open.closeAll('the server is stopping');
    expect(closed.at(-1)).to.equal('long: the server is stopping');
    expect(open.byPath('long')).to.equal(undefined);
  });

  it('tells progress of the newest fetch alone, a resumed one from where it began', async () => {
    const open = grants(false).open(grant(), 1);
    const first = open.began();
    open.progressed(first, 100);
    const second = open.began(400);
    expect(open.bytes).to.equal(400);
    open.progressed(first, 200);
    await clock.advance(1000);
    open.progressed(second, 500);
    expect(progress.map(({ bytes }) => bytes)).to.deep.equal([100, 500]);
    expect(progress.at(-1)).to.deep.equal({ bytes: 500, totalBytes: 1000, bytesPerSecond: 100, remainingMs: 5000 });
  });

  it('lets IPv4 in IPv6 clothes in as IPv4', () => {
    const open = grants(false).open(grant({ peerAddress: '192.0.2.7' }), 1);
    expect(open.allows('::ffff:192.0.2.7')).to.equal(true);
    expect(open.allows('192.0.2.8')).to.equal(false);
  });
});
