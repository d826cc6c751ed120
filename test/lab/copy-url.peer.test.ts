import { expect } from 'chai';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { makeImage } from '../../lab/image.js';
import { requirePeer } from '../support/peers.js';
import { LabFixture } from './lab-fixture.js';

const NEW = 'c1700-y-mz.123-1a.bin';
const IMAGE = makeImage({ vendor: 'cisco', family: 'c1700', version: '12.3(1a)' }, 60_000);

describe('lab router that copies from a URL', function () {
  this.timeout(30_000);
  let lab: LabFixture;
  let server: Server;
  const asked: string[] = [];

  before(function () {
    requirePeer.call(this, 'curl');
  });

  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url !== `/one-time/${NEW}`) response.writeHead(404);
      response.end(request.url === `/one-time/${NEW}` ? IMAGE : '');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    lab = await new LabFixture({ network: { http: { '10.10.10.254': at } } }).start();
    await lab.enter();
  });

  afterEach(async () => {
    await lab.stop();
    server.close();
  });

  it('fetches by HTTP, and tells which program moved the bytes', async () => {
    await lab.console.say(`copy http://10.10.10.254:8080/one-time/${NEW} flash:${NEW}`, ']? ');
    const told = await lab.console.say('', /bytes copied in [^]*#$/);
    expect(told).to.match(/Loading one-time\/c1700-y-mz\.123-1a\.bin !+/);
    expect(told).to.match(/Lab: bytes moved by curl [\d.]+/);
    expect(lab.device.flash.has(NEW)).to.equal(true);
    expect(await lab.console.say(`verify flash:${NEW}`, /#$/)).to.include('Verified');
    expect(lab.journal.find(({ kind }) => kind === 'transfer')).to.include({ method: 'http', outcome: 'received' });
  });

  it('says in its own words that there is no such file, and that nobody answers', async () => {
    await lab.console.say(`copy http://10.10.10.254/wrong/${NEW} flash:${NEW}`, ']? ');
    expect(await lab.console.say('', /#$/)).to.include(
      `%Error opening http://10.10.10.254/wrong/${NEW} (No such file or directory)`,
    );
    await lab.console.say(`copy ftp://u:p@10.10.10.254/${NEW} flash:${NEW}`, ']? ');
    expect(await lab.console.say('', /#$/)).to.include('(Timed out)');
    expect([asked, lab.device.flash.has(NEW)]).to.deep.equal([[`/wrong/${NEW}`], false]);
  });

  it('keeps what had come when the power went', async () => {
    lab.device.arm({ id: 'power-fail', at: { bytes: 20_000 } });
    await lab.console.say(`copy http://10.10.10.254/one-time/${NEW} flash:${NEW}`, ']? ');
    lab.console.type('\r');
    while (lab.device.isOn) await new Promise((resolve) => setTimeout(resolve, 5));
    lab.device.powerOn();
    await lab.console.expect('Press RETURN to get started!');
    expect(lab.counts).to.include({ runningFileWrites: 0, boots: 1 });
  });
});
