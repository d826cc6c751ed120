import { expect } from 'chai';
import { bringToDevice } from '../../actions/push-os/bring.js';
import { usableMethods } from '../../actions/push-os/attempts.js';
import { codeOf, fail } from '../../core/errors/index.js';
import type { Driver } from '../../core/driver.js';
import type { RemoteFile, TransferClient } from '../../core/ports/transfer.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import { driverFor } from '../../drivers/index.js';
import { MemorySource } from '../connectors/transfers/memory-source.js';
import { FakeClock } from '../support/fake-clock.js';
import { BringWorld, WE_PUT } from './bring-world.js';

const source = new MemorySource(new Uint8Array(1000));
const credentials = { username: 'admin', password: 'secret' };

describe('bringing an image to the device', () => {
  it("opens the device's server, brings the file with the port's login, closes it, and tells", async () => {
    const asked: RemoteFile[] = [];
    const client: TransferClient = {
      get: () => Promise.reject(new Error('not here')),
      put: (remote, _source, options) => {
        asked.push(remote);
        options.onProgress({ bytes: 1000, bytesPerSecond: 0 });
        return Promise.resolve({ bytes: 1000 });
      },
    };
    const world = new BringWorld({ client, source, clock: new FakeClock(), credentials });
    await bringToDevice(world.delivery, WE_PUT);
    expect(asked).to.deep.equal([{ host: '127.0.0.1', port: 2022, path: '/tmp/image.bin', credentials }]);
    expect(world.typed).to.deep.equal(['ip scp server enable', 'no ip scp server enable']);
    expect(world.bytes).to.equal(1000);
    expect(world.story).to.deep.equal([
      `Sending image.bin to 127.0.0.1: ${'!'.repeat(120)}`,
      'SFTP download of image.bin succeeded.',
    ]);
  });

  it("closes the device's server after a failure too, and passes the failure on", async () => {
    const refused = fail('TRANSFER_SPACE', { method: 'sftp', reason: 'full' });
    const client: TransferClient = { get: () => Promise.reject(refused), put: () => Promise.reject(refused) };
    const world = new BringWorld({ client, source, clock: new FakeClock() });
    expect(await bringToDevice(world.delivery, WE_PUT).then(String, codeOf)).to.equal('TRANSFER_SPACE');
    expect(world.typed).to.deep.equal(['ip scp server enable', 'no ip scp server enable']);
    expect(world.story).to.deep.equal(['Sending image.bin to 127.0.0.1: ']);
  });

  it('is a method where the device has an address and the node a client', () => {
    const driver = { transfers: { sftp: WE_PUT } } as unknown as Driver;
    const settings = { ...DEFAULT_PUSH_SETTINGS, osPushMethod: 'sftp' as const };
    const port = { settings, management: { address: '192.0.2.1' } } as never;
    const clients = { sftp: {} as TransferClient };
    expect(usableMethods(driver, { port, servers: {}, clients })).to.deep.equal(['sftp']);
    expect(usableMethods(driver, { port, servers: { sftp: {} as never }, clients: {} })).to.deep.equal([]);
    expect(usableMethods(driver, { port: { settings } as never, servers: {}, clients })).to.deep.equal([]);
  });

  it('is what a Linux device with a file server of its own gets', () => {
    const reading = { command: 'cat /slot', pattern: '(.)' };
    const slots = {
      ...{ names: ['a', 'b'], active: reading, selected: reading, installedHash: 'x' },
      ...{ install: ['x'], select: ['x'], undo: ['x'] },
    };
    const properties = { slots, fileServer: { methods: ['scp', 'sftp'], port: 2022 } };
    const { transfers } = driverFor({ id: 'n:1', driver: 'linux', properties });
    expect(transfers.scp).to.include({ direction: 'wePut', remotePath: '{{image:path}}', port: 2022 });
    expect(transfers.sftp).to.include({ direction: 'wePut' });
    expect(driverFor({ id: 'n:1', driver: 'linux', properties: { slots } }).transfers.scp).to.equal(undefined);
  });
});
