/** Plans through a whole node that was never told to touch the device. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Catalog } from '../../actions/index.js';
import { planText } from '../../cli/plan-text.js';
import type { PlanAnswer } from '../../cli/plan-text.js';
import { codeOf, fail } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { TransferClient } from '../../core/ports/transfer.js';
import { DRIVERS, driverFor } from '../../drivers/index.js';
import { loadSite } from '../../server/site/load-site.js';
import type { NodeRun } from '../../server/node-run.js';
import { Planner } from '../../server/planner.js';
import { wireNode } from '../../server/wire.js';
import { FAKE_SITE } from '../support/fake-services.js';
import { MemoryVariables } from '../support/memory-variables.js';
import { LoopbackDevice } from './loopback-device.js';

const IMAGE = 'c1700-y-mz.123-1a.bin';
const gone = (): Promise<never> => Promise.reject(fail('TRANSFER_REMOTE_FILE', { method: 'http', reason: '404' }));
const NO_CLIENT: TransferClient = { get: gone, put: gone };

describe('plans', () => {
  let folder: string;
  let node: NodeRun;
  let url: string;
  let device: LoopbackDevice;
  let typed = '';

  before(async function () {
    this.timeout(20_000);
    folder = mkdtempSync(join(tmpdir(), 'portwright-plans-'));
    device = await LoopbackDevice.start((socket) => socket.on('data', (bytes: Buffer) => (typed += bytes.toString())));
    const main = {
      ...{ node: 'n', dataDir: './data', http: { listen: '127.0.0.1:0' } },
      servers: { address: '192.0.2.10', tftp: { listen: '127.0.0.1:0' } },
    };
    writeFileSync(join(folder, 'portwright.json'), JSON.stringify(main));
    const port = {
      ...{ port: '1/1', driver: 'cisco-ios', console: { type: 'tcp', host: '127.0.0.1', port: device.port } },
      settings: { osPushMethod: 'tftp', osPushAlternative: 'tftp' },
    };
    const serial = { type: 'serial', path: join(folder, 'no-such-tty'), baudRate: 9600 };
    const slow = { port: '1/2', driver: 'cisco-ios', console: serial, settings: { osPushMethod: 'xmodem' } };
    const exos = {
      ...{ ...port, port: '1/3', driver: 'extreme-exos' },
      console: { type: 'tcp', host: 'localhost', port: device.port },
    };
    writeFileSync(join(folder, 'ports.json'), JSON.stringify([port, slow, exos]));
    const env = { PORTWRIGHT_LOG: 'silent' };
    const load = () => loadSite(folder, { drivers: DRIVERS, driverFor, catalog: new Catalog(), env });
    const { site, problems } = await load();
    if (site === undefined) throw new Error(JSON.stringify(problems));
    node = await wireNode({ site, load, env });
    const listening = await node.start('test');
    url = `http://${listening.host}:${String(listening.port)}/api/v1`;
    for (const name of ['1%2F1', '1%2F2']) {
      const stored = await asked(`/ports/${name}/os/candidate?fileName=${IMAGE}`, 'PUT', Buffer.alloc(100_000));
      expect(stored.status).to.equal(201);
    }
  });

  after(async () => {
    await node.stop();
    await device.stop();
    rmSync(folder, { recursive: true });
  });

  function asked(path: string, method: string, body: Buffer | string): Promise<Response> {
    return fetch(url + path, {
      ...{ method, body },
      headers: {
        authorization: `Bearer ${readFileSync(join(folder, 'data', 'token'), 'utf8').trim()}`,
        'content-type': typeof body === 'string' ? 'application/json' : 'application/octet-stream',
      },
    });
  }

  async function plan(port: string, params: object, action = 'pushOs'): Promise<PlanAnswer> {
    const response = await asked('/plans', 'POST', JSON.stringify({ port, action, params }));
    expect(response.status, await response.clone().text()).to.equal(200);
    return (await response.json()) as PlanAnswer;
  }

  it('show the commands of each step, and say nothing to the device', async () => {
    const { plan: shown } = await plan('1/1', { version: 'candidate' });
    const commands = (step: string): readonly string[] => shown.steps.find((row) => row.step === step)?.commands ?? [];
    expect(commands('stage')).to.deep.equal([`copy tftp://192.0.2.10/<remoteFile> flash:${IMAGE}`]);
    expect(commands('verify')).to.deep.equal([`verify /md5 flash:${IMAGE}`]);
    expect(commands('reload')).to.deep.equal(['reload']);
    expect(commands('select').join('\n')).to.contain(`boot system flash:${IMAGE}`);
    expect(shown).to.include({ reloads: 1, portId: 'n:1/1', driver: 'cisco-ios' });
    expect(shown.questions.length).to.be.greaterThan(3);
    expect(shown.refusals).to.deep.equal([]);
    expect(typed).to.equal('');
  });

  it('have the same hash until something changes', async () => {
    const first = await plan('1/1', { version: 'candidate' });
    expect((await plan('1/1', { version: 'candidate' })).hash).to.equal(first.hash);
    const staged = await plan('1/1', { version: 'candidate', stageOnly: true });
    expect(staged.hash).not.to.equal(first.hash);
    expect(staged.plan.reloads).to.equal(0);
  });

  it('tell how long the console takes, attempt by attempt', async () => {
    const { plan: slow } = await plan('1/2', { version: 'candidate' });
    // 98 blocks of 1030 bytes, then 782 of 134, at 960 bytes a second.
    const [first, second] = slow.transfers;
    expect(first).to.include({ method: 'xmodem', blockSize: 1024 });
    expect(first?.seconds).to.be.within(105, 112);
    expect(second).to.include({ method: 'xmodem', blockSize: 128 });
    expect(second?.seconds).to.be.within(109, 125);
    expect(slow.transfers).to.have.length(4);
  });

  describe('of a download', () => {
    let files: Server;
    let at: string;

    before(async () => {
      files = createServer(({ url: path = '' }, response) => {
        response.end(
          path.endsWith('all.lst') ? 'ssh.lst\nsummitX-16.2.5.4.xos\nedge.pol\n' : 'summitX-16.2.5.4-ssh.xmod\n',
        );
      }).listen(0, '127.0.0.1');
      await once(files, 'listening');
      at = `http://127.0.0.1:${String((files.address() as AddressInfo).port)}/exos/`;
    });

    after(() => void files.close());

    it('of a list: every file in its order, by its own command; only the lists are read', async () => {
      const { plan: found } = await plan('1/3', { url: `${at}all.lst`, reboot: true }, 'downloadImage');
      expect(found.files).to.deep.equal(['summitX-16.2.5.4.xos', 'summitX-16.2.5.4-ssh.xmod', 'edge.pol']);
      expect(found.image).to.deep.equal({ version: 'candidate', fileName: 'summitX-16.2.5.4.xos' });
      const rows = new Map(found.steps.map(({ step, commands }) => [step, commands.join('\n')]));
      expect(rows.get('stage')).to.match(
        /^download image 192\.0\.2\.10 <remoteFile> vr VR-Mgmt <otherSlot>\nuse image <slot>/,
      );
      expect(rows.get('stage summitX-16.2.5.4-ssh.xmod')).to.match(/^download image /);
      expect(rows.get('stage edge.pol')).to.equal('tftp get 192.0.2.10 vr VR-Mgmt <remoteFile> edge.pol');
      expect(rows.get('verify edge.pol')).to.equal('ls edge.pol');
      expect(found.reloads).to.equal(1);
      expect(planText({ hash: 'h', plan: found })).to.include('size and hash not known before it is fetched');
      expect(typed).to.equal('');
    });

    it('of a file on a card', async () => {
      const { plan: found } = await plan('1/3', { memoryCard: 'summitX-16.2.5.4.xos' }, 'downloadImage');
      const staged = found.steps.find(({ step }) => step === 'stage');
      expect(staged?.commands[0]).to.equal('download image memorycard summitX-16.2.5.4.xos <otherSlot>');
    });
  });

  it('refuse an action that has none, one that is not there, and wrong parameters', async () => {
    const planner = new Planner({
      ...{ catalog: new Catalog(), servers: {}, clients: {}, driver: driverFor, variables: new MemoryVariables() },
      secrets: { credentials: () => ({}), mask: (text) => text, hide: () => () => undefined },
      ...{ images: { get: () => Promise.resolve(undefined) }, jobs: { list: () => Promise.resolve([]) } },
    });
    const [port] = FAKE_SITE.ports;
    if (port === undefined) throw new Error('no port');
    const refused: readonly (readonly [string, JsonObject, string])[] = [
      ['activate', {}, 'PLAN_ABSENT'],
      ['pushTheOs', {}, 'ACTION_UNKNOWN'],
      ['pushOs', { version: '../x' }, 'ACTION_PARAMS'],
      ['pushOs', { version: 'previous' }, 'PUSH_IMAGE_MISSING'],
    ];
    for (const [action, params, code] of refused) {
      expect(codeOf(await planner.plan(port, action, params).catch((error: unknown) => error)), action).to.equal(code);
    }
  });

  it('refuse a download by its names', async () => {
    const [port] = FAKE_SITE.ports;
    const planner = new Planner({
      ...{ catalog: new Catalog(), servers: {}, clients: { http: NO_CLIENT }, driver: driverFor },
      ...{ variables: new MemoryVariables(), images: { get: () => Promise.resolve(undefined) } },
      secrets: { credentials: () => ({}), mask: (text) => text, hide: () => () => undefined },
      jobs: { list: () => Promise.resolve([]) },
    });
    for (const [params, code] of [
      [{ url: 'http://192.0.2.10/a~.xos' }, 'DOWNLOAD_NAME'],
      [{ url: 'http://192.0.2.10/bootrom.xtr' }, 'DOWNLOAD_FILE_TYPE'],
      [{ memoryCard: 'a b.xos' }, 'DOWNLOAD_NAME'],
      [{ url: 'http://192.0.2.10/all.lst' }, 'TRANSFER_REMOTE_FILE'],
    ] as const) {
      const at = { ...port, driver: 'extreme-exos' } as ManagedPort;
      const error = await planner.plan(at, 'downloadImage', params).catch((thrown: unknown) => thrown);
      expect(codeOf(error), JSON.stringify(params)).to.equal(code);
    }
  });

  it('read well', async () => {
    const answer = await plan('1/1', { version: 'candidate' });
    const text = planText(answer);
    for (const words of [answer.hash, IMAGE, 'tftp', 'not measured yet', 'nothing would refuse it', '<remoteFile>']) {
      expect(text).to.contain(words);
    }
  });
});
