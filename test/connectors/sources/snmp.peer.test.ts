/** Traps and informs by the programs of Net-SNMP. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Intake } from '../../../connectors/sources/intake.js';
import { TrapSource } from '../../../connectors/sources/snmp-traps.js';
import type { TrapKeys } from '../../../connectors/sources/snmp-traps.js';
import type { Event } from '../../../core/event.js';
import { FakeClock } from '../../support/fake-clock.js';
import { requirePeer } from '../../support/peers.js';
import { seeded } from '../../support/seeded.js';
import { silentLog } from '../../support/silent-log.js';

const [AUTH_KEY, PRIV_KEY] = ['auth-key-of-ops', 'priv-key-of-ops'];
const USER = { name: 'ops', auth: 'sha256', authKey: AUTH_KEY, priv: 'aes', privKey: PRIV_KEY } as const;
const V3 = ['-v', '3', '-u', 'ops', '-l', 'authPriv', '-a', 'SHA-256', '-A', AUTH_KEY, '-x', 'AES', '-X', PRIV_KEY];
/** An engine of the sender's own, as a trap of version 3 needs. */
const ENGINE = ['-e', '0x8000000001020304'];
const LINK_DOWN = ['1.3.6.1.6.3.1.1.5.3', '1.3.6.1.2.1.2.2.1.1.7', 'i', '7', '1.3.6.1.2.1.2.2.1.2.7', 's', 'Gi0/7'];

describe('SNMP traps from Net-SNMP', function () {
  this.timeout(60_000);
  const started: TrapSource[] = [];
  const events: Event[] = [];
  let home: string;
  let heard: () => void = () => undefined;

  before(function () {
    requirePeer.call(this, 'snmptrap', 'snmpinform');
    home = mkdtempSync(join(tmpdir(), 'portwright-snmp-'));
  });

  beforeEach(() => {
    events.length = 0;
  });

  afterEach(async () => {
    for (const source of started.splice(0)) await source.stop();
  });

  after(() => {
    rmSync(home, { recursive: true });
  });

  async function start(keys: Partial<TrapKeys> = {}): Promise<string> {
    const clock = new FakeClock();
    const accept = (event: Event): Promise<void> => {
      events.push(event);
      heard();
      return Promise.resolve();
    };
    const source = new TrapSource({
      ...{ node: 'n', clock, log: silentLog, mibs: [], listen: { host: '127.0.0.1', port: 0 } },
      ...{ mask: (text: string) => text, findPort: () => ({ id: 'n:1/1', name: '1/1' }) },
      intake: new Intake({ accept, clock, onDropped: () => undefined, onFailed: () => undefined }),
      keys: () => ({ communities: [], users: [USER], ...keys }),
    });
    await source.start();
    started.push(source);
    return `127.0.0.1:${String(source.address?.port)}`;
  }

  /** Without the configuration of this machine, and with no MIBs to look for. */
  async function run(program: string, ...args: readonly string[]): Promise<number | null> {
    const env = { ...process.env, HOME: home, SNMPCONFPATH: home, SNMP_PERSISTENT_DIR: home, MIBS: '' };
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
    return ((await once(child, 'close')) as [number | null])[0];
  }

  async function arrived(count = 1): Promise<Event> {
    while (events.length < count) await new Promise<void>((resolve) => (heard = resolve));
    const event = events[count - 1];
    if (event === undefined) throw new Error('no event');
    return event;
  }

  it('a trap of version 2c', async () => {
    const at = await start();
    await run('snmptrap', '-v', '2c', '-c', 'public', at, '123456', ...LINK_DOWN);
    const { type, portid, authenticated, data } = await arrived();
    expect([type, portid, authenticated]).to.deep.equal(['snmp.trap', 'n:1/1', false]);
    expect(data).to.include({ name: 'linkDown', version: 'v2c', uptimeSeconds: 1234, address: '127.0.0.1' });
    expect(data['varbinds']).to.deep.equal([
      { oid: '1.3.6.1.2.1.2.2.1.1.7', name: 'RFC1213-MIB::ifIndex.7', value: 7 },
      { oid: '1.3.6.1.2.1.2.2.1.2.7', name: 'RFC1213-MIB::ifDescr.7', value: 'Gi0/7' },
    ]);
  });

  it('a trap of version 1, generic and of an enterprise', async () => {
    const at = await start();
    await run('snmptrap', '-v', '1', '-c', 'public', at, '1.3.6.1.4.1.9', '10.0.0.1', '0', '0', '4200');
    expect((await arrived()).data).to.include({ name: 'coldStart', version: 'v1', uptimeSeconds: 42 });
    await run('snmptrap', '-v', '1', '-c', 'public', at, '1.3.6.1.4.1.9.9.43.2', '10.0.0.1', '6', '1', '100');
    expect((await arrived(2)).data).to.include({ trap: '1.3.6.1.4.1.9.9.43.2.0.1' });
  });

  it('an inform of version 2c is answered', async () => {
    const at = await start();
    expect(await run('snmpinform', '-v', '2c', '-c', 'public', '-r', '0', at, '1', ...LINK_DOWN)).to.equal(0);
    expect((await arrived()).data).to.include({ name: 'linkDown' });
  });

  it('a trap and an inform of version 3 are authenticated', async () => {
    const at = await start();
    await run('snmptrap', ...V3, ...ENGINE, at, '1', ...LINK_DOWN);
    const { authenticated, data } = await arrived();
    expect(authenticated).to.equal(true);
    expect(data).to.include({ version: 'v3', user: 'ops', name: 'linkDown' });
    expect(await run('snmpinform', ...V3, '-r', '1', at, '1', ...LINK_DOWN)).to.equal(0);
    expect((await arrived(2)).authenticated).to.equal(true);
  });

  it('a wrong community, a wrong key, and less than authentication with encryption are no events', async () => {
    const at = await start({ communities: ['known'] });
    const wrong = V3.map((word) => (word === AUTH_KEY ? 'another-key-of-ops' : word));
    await run('snmptrap', '-v', '2c', '-c', 'public', at, '1', ...LINK_DOWN);
    await run('snmptrap', ...wrong, ...ENGINE, at, '1', ...LINK_DOWN);
    await run('snmptrap', '-v', '3', '-u', 'ops', '-l', 'noAuthNoPriv', ...ENGINE, at, '1', ...LINK_DOWN);
    await run(
      'snmptrap',
      ...['-v', '3', '-u', 'ops', '-l', 'authNoPriv', '-a', 'SHA-256', '-A', AUTH_KEY],
      ...ENGINE,
      at,
      '1',
      ...LINK_DOWN,
    );
    await run('snmptrap', '-v', '2c', '-c', 'known', at, '777', ...LINK_DOWN);
    expect((await arrived()).data).to.include({ uptimeSeconds: 7 });
    expect(events).to.have.length(1);
  });

  it('what is no SNMP, or half of it, harms nothing', async function () {
    const at = await start();
    const port = Number(at.split(':')[1]);
    const socket = createSocket('udp4');
    const below = seeded(this);
    const whole = Buffer.from(
      '302902010104067075626c6963a71c02040123456702010002010030 0e300c06082b060102010103004300'.replace(' ', ''),
      'hex',
    );
    for (let i = 0; i < 300; i += 1) {
      const bytes = Buffer.from(whole.subarray(0, 1 + below(whole.length)));
      for (let k = 0; k < 3; k += 1) bytes[below(bytes.length)] = below(256);
      await new Promise<void>((resolve) => socket.send(bytes, port, '127.0.0.1', () => resolve()));
    }
    socket.close();
    await run('snmptrap', '-v', '2c', '-c', 'public', at, '99900', ...LINK_DOWN);
    while (!events.some(({ data }) => data['uptimeSeconds'] === 999)) await arrived(events.length + 1);
  });
});
