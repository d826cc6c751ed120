/** pull os from the lab's router: foreign programs bring its image to our servers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { BedOptions } from './lab-bed.js';
import type { NodeProcess } from './node-process.js';

interface Stored {
  readonly type?: string;
  readonly version: string;
  readonly fileName: string;
  readonly sha256: string;
}

const PORT = encodeURIComponent('1/1');
const RUNNING = 'c1700-y-mz.123-9.bin';

async function withNode(options: BedOptions, look: (bed: LabBed, node: NodeProcess) => Promise<void>): Promise<void> {
  const bed = await new LabBed(options).start();
  try {
    const node = bed.node();
    await look(bed, node);
    await node.terminate();
  } finally {
    await bed.stop();
  }
}

async function pull(node: NodeProcess, action = 'pullOs'): Promise<string> {
  const body = { port: '1/1', action, params: {} };
  return ((await node.request('POST', '/jobs', body)) as { id: string }).id;
}

async function stored(node: NodeProcess): Promise<readonly Stored[]> {
  return ((await node.request('GET', `/ports/${PORT}/directory`)) as { files: Stored[] }).files;
}

describe('pull os and configurations on the lab', function () {
  this.timeout(120_000);

  it('keeps what the router shows of its configurations, each that differs', async function () {
    await withNode({}, async (_bed, node) => {
      for (const action of ['pullRunningConfig', 'pullStartupConfig', 'pullRunningConfig']) {
        const job = await node.ended(await pull(node, action));
        expect(job.verdict, job.sentence).to.equal('succeeded');
      }
      const { configs } = (await node.request('GET', `/ports/${PORT}/configs`)) as { configs: Stored[] };
      expect(configs.map(({ type, version }) => [type, version])).to.deep.equal([
        ['running-config', 'current'],
        ['startup-config', 'current'],
      ]);
    });
  });

  for (const [method, peer] of [
    ['tftp', 'curl'],
    ['ftp', 'curl'],
    ['scp', 'scp'],
  ] as const) {
    it(`brings the running image by ${method.toUpperCase()}, once`, async function () {
      requirePeer.call(this, peer);
      const server = method === 'tftp' ? {} : { server: method, noTftp: true };
      await withNode({ ...server, settings: { osPushMethod: method } }, async (bed, node) => {
        await node.request('PUT', `/ports/${PORT}/os/current?fileName=older.bin`, Buffer.from('an older image'));
        const first = await pull(node);
        const job = await node.ended(first);
        expect(job.verdict, job.sentence).to.equal('succeeded');
        const bytes = readFileSync(bed.device.flash.path(RUNNING));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const files = (await stored(node)).map(({ version, fileName, sha256: hex }) => [version, fileName, hex]);
        expect(files).to.deep.equal([
          ['current', RUNNING, sha256],
          ['previous', 'older.bin', createHash('sha256').update('an older image').digest('hex')],
        ]);
        expect(await node.story(first)).to.deep.equal([
          `System image file is "flash:/${RUNNING}"`,
          `Retrieving ${RUNNING} from device ...`,
          `${method.toUpperCase()} upload of ${RUNNING} succeeded.`,
          'Complete. os pulled.',
        ]);
        expect(job.sentence).to.include("Its md5 is the device's own.");
        const again = await node.ended(await pull(node));
        expect(again.sentence).to.include('It was stored before.');
        expect(await stored(node)).to.have.lengthOf(2);
        const transfers = bed.journal.filter(({ kind }) => kind === 'transfer');
        expect(transfers.map(({ method: by, outcome }) => [by, outcome])).to.deep.equal([[method, 'sent']]);
        expect(bed.counts).to.include({ reloadCommands: 0, runningFileWrites: 0 });
      });
    });
  }
});
