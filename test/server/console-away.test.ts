/** A console that cannot be opened is an event and an alarm on its port; the rest of the node goes on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Event } from '../../core/event.js';
import { loadSite } from '../../server/site/load-site.js';
import { Catalog } from '../../actions/index.js';
import { DRIVERS, driverFor } from '../../drivers/index.js';
import { wireNode } from '../../server/wire.js';
import { startSshServer } from '../connectors/sessions/ssh-server.js';

describe('an SSH console whose host key changed', () => {
  it('is an event and an alarm of its own, with the code', async function () {
    this.timeout(20_000);
    const folder = mkdtempSync(join(tmpdir(), 'portwright-hostkey-'));
    const server = await startSshServer({ login: () => true });
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'known_hosts'), `[127.0.0.1]:${String(server.port)} ssh-ed25519 AAAA\n`);
    const secrets = { ts: { username: 'ops', password: 'env:TS_PASSWORD' } };
    writeFileSync(
      join(folder, 'portwright.json'),
      JSON.stringify({ node: 'n', dataDir: './data', http: { listen: '127.0.0.1:0' }, secrets }),
    );
    const console = { type: 'ssh', host: '127.0.0.1', port: server.port, credentials: 'ts' };
    writeFileSync(join(folder, 'ports.json'), JSON.stringify([{ port: '1/1', driver: 'cisco-ios', console }]));
    const env = { TS_PASSWORD: 'hunter22', PORTWRIGHT_LOG: 'silent' };
    const load = () => loadSite(folder, { drivers: DRIVERS, driverFor, catalog: new Catalog(), env });
    const { site } = await load();
    if (site === undefined) throw new Error('the site is not sound');
    const node = await wireNode({ site, load, env });
    const seen: Event[] = [];
    const raised = new Promise<Event>((resolve) => {
      node.watch((event) => {
        seen.push(event);
        if (event.type === 'alarm.raised') resolve(event);
      });
    });
    try {
      await node.start('test');
      const { data } = await raised;
      expect(data['kind']).to.equal('consoleHostKey');
      expect(data['message']).to.contain('CONSOLE_HOST_KEY_CHANGED');
      expect(seen.find(({ type }) => type === 'port.lost')?.data['code']).to.equal('CONSOLE_HOST_KEY_CHANGED');
      expect(server.tried).to.deep.equal([]);
    } finally {
      await node.stop();
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a console that cannot be opened', () => {
  it('is an event and an alarm on its port, and nothing else stops', async function () {
    this.timeout(20_000);
    const folder = mkdtempSync(join(tmpdir(), 'portwright-away-'));
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const console = (path: object): object => ({ driver: 'cisco-ios', console: path });
    writeFileSync(
      join(folder, 'portwright.json'),
      JSON.stringify({ node: 'n', dataDir: './data', http: { listen: '127.0.0.1:0' } }),
    );
    writeFileSync(
      join(folder, 'ports.json'),
      JSON.stringify([
        { port: '1/1', ...console({ type: 'serial', path: join(folder, 'no-such-tty'), baudRate: 9600 }) },
        { port: '1/2', ...console({ type: 'tcp', host: '127.0.0.1', port }) },
      ]),
    );
    const load = () => loadSite(folder, { drivers: DRIVERS, driverFor, catalog: new Catalog(), env: {} });
    const { site } = await load();
    if (site === undefined) throw new Error('the site is not sound');
    const node = await wireNode({ site, load, env: { PORTWRIGHT_LOG: 'silent' } });
    const seen: Event[] = [];
    const all = new Promise<void>((resolve) => {
      node.watch((event) => {
        seen.push(event);
        const types = seen.map(({ type, portid = '' }) => `${type} ${portid}`);
        if (['port.lost n:1/1', 'alarm.raised n:1/1', 'port.opened n:1/2'].every((type) => types.includes(type)))
          resolve();
      });
    });
    try {
      await node.start('test');
      await all;
      expect(seen.filter(({ type, portid }) => type === 'alarm.raised' && portid === 'n:1/2')).to.deep.equal([]);
      expect(seen.find(({ type }) => type === 'alarm.raised')?.data['message']).to.contain('no-such-tty');
    } finally {
      await node.stop();
      listener.close();
      rmSync(folder, { recursive: true });
    }
  });
});
