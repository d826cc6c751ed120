/** A power cycle of the lab's router: node → a real powermand → a power controller that is the test → the router's power. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { startPowermand } from '../../connectors/power/powermand.js';
import type { Powermand } from '../../connectors/power/powermand.js';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { JobView, NodeProcess } from './node-process.js';

const PLUGS = 16;

/** Speaks as powerman's `vpcd`; plug 0 is the router's. */
async function controllerOf(bed: LabBed): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    const answer = async (line: string): Promise<string> => {
      const [verb, plug] = line.split(' ');
      if (verb === 'on' && plug === '0') bed.device.powerOn();
      if (verb === 'off' && plug === '0') await bed.device.powerOff();
      const plugs = Array.from(
        { length: PLUGS },
        (_none, i) => `plug ${String(i)}: ${i > 0 || bed.device.isOn ? 'ON' : 'OFF'}\n`,
      );
      return `${verb === 'stat' ? plugs.join('') : ''}0 OK\n${verb === 'logoff' ? '' : '0 vpc> '}`;
    };
    createInterface({ input: socket }).on('line', (line) => {
      void answer(line).then((text) => socket.write(text));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('power on the lab', function () {
  this.timeout(120_000);
  let bed: LabBed;
  let controller: Server;
  let powermand: Powermand;
  let node: NodeProcess;

  before(async function () {
    requirePeer.call(this, 'powermand');
    bed = await new LabBed().start();
    controller = await controllerOf(bed);
    powermand = await startPowermand(`127.0.0.1:${String((controller.address() as AddressInfo).port)}`);
    const file = join(bed.folder, 'site', 'ports.json');
    const [port] = JSON.parse(readFileSync(file, 'utf8')) as object[];
    const power = { type: 'powerman', host: `127.0.0.1:${String(powermand.port)}`, outlet: 'sw0' };
    writeFileSync(file, JSON.stringify([{ ...port, power }]));
    node = bed.node();
  });

  after(async () => {
    await powermand.stop();
    controller.close();
    await bed.stop();
  });

  const run = async (action: string): Promise<JobView> => {
    const { id } = (await node.request('POST', '/jobs', { port: '1/1', action, params: {} })) as { id: string };
    return node.ended(id);
  };
  const outlet = async (): Promise<unknown> => node.request('GET', '/ports/1%2F1/power');

  it('off is off and on is on, at the router too', async () => {
    expect(await outlet()).to.deep.equal({ outlet: 'sw0', state: 'on' });
    const off = await run('powerOff');
    expect(off.verdict, off.sentence).to.equal('succeeded');
    expect(bed.device.isOn).to.equal(false);
    expect(await outlet()).to.deep.equal({ outlet: 'sw0', state: 'off' });
    expect((await run('powerOn')).verdict).to.equal('succeeded');
    expect(bed.device.isOn).to.equal(true);
  });

  it('a cycle is proved by the router: it boots once, and tells what it runs', async () => {
    const { boots } = bed.counts;
    const job = await run('powerCycle');
    expect(job.verdict, job.sentence).to.equal('succeeded');
    expect(job.sentence).to.include('The device runs 12.3(9)').and.to.include('it was without power and is back');
    expect(bed.counts).to.include({ boots: boots + 1, typedWhileBooting: 0 });
  });
});
