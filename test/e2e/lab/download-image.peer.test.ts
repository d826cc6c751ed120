/** `download image` by a whole node on the lab's X460-G2: staged and activated, at once from a URL, and refused. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { makeImage } from '../../../lab/image.js';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { JobView, NodeProcess } from './node-process.js';

const IMAGE = { fileName: 'summitX-16.2.5.4.xos', family: 'summitX', version: '16.2.5.4', vendor: 'extreme' };
const OPTIONS = {
  ...{ device: 'extreme-x460g2', driver: 'extreme-exos', image: IMAGE },
  login: { username: 'admin', password: 'lab-pass-7' },
};

interface Done {
  readonly job: JobView;
  readonly story: readonly string[];
}

async function run(node: NodeProcess, action: string, params: Readonly<Record<string, unknown>>): Promise<Done> {
  const { id } = (await node.request('POST', '/jobs', { port: '1/1', action, params })) as { id: string };
  return { job: await node.ended(id), story: await node.story(id) };
}

describe('download image to an ExtremeXOS switch of the lab', function () {
  this.timeout(180_000);
  let bed: LabBed;
  let node: NodeProcess;
  let files: Server;
  let url: string;
  const typed = (): string[] => bed.journal.filter(({ kind }) => kind === 'command').map(({ text }) => String(text));

  before(async function () {
    requirePeer.call(this, 'tftp');
    bed = await new LabBed(OPTIONS).start();
    node = bed.node();
    files = createServer(({ url: path = '' }, response) => {
      if (path.endsWith('all.lst')) return void response.end('xmods.lst\nsummitX-16.2.5.6.xos\n');
      if (path.endsWith('xmods.lst'))
        return void response.end('summitX-16.2.5.6-ssh.xmod\nsummitX-clone-1.1.0.15.xmod\n');
      const [version = ''] = /(?<=-)[\d.]+(?=\.xos|\.xmod|-ssh)/.exec(path) ?? [];
      response.end(makeImage({ ...IMAGE, version }, 200_000));
    }).listen(0, '127.0.0.1');
    await once(files, 'listening');
    url = `http://127.0.0.1:${String((files.address() as AddressInfo).port)}/exos/${IMAGE.fileName}`;
  });

  after(async () => {
    files.close();
    await bed.stop();
  });

  it('refuses the running partition, names and block sizes that the switch does not take, before anything is written', async () => {
    await bed.storeCandidate(node);
    const active = await run(node, 'downloadImage', { version: 'candidate', partition: 'active' });
    expect(active.job).to.include({ verdict: 'failed', code: 'DOWNLOAD_PARTITION' });
    const odd = await run(node, 'downloadImage', { url: url.replace('summitX-', 'summitX~') });
    expect(odd.job).to.include({ verdict: 'failed', code: 'DOWNLOAD_NAME' });
    const blocks = await run(node, 'downloadImage', { version: 'candidate', blockSize: 1024 });
    expect(blocks.job).to.include({ verdict: 'failed', code: 'DOWNLOAD_BLOCK_SIZE' });
    expect(bed.counts).to.include({ boots: 0, transfers: 0 });
  });

  it('installs and verifies; the running partition stays selected where that is asked for', async () => {
    const { job, story } = await run(node, 'downloadImage', {
      url,
      vr: 'VR-Default',
      stageOnly: true,
    });
    expect(job.verdict, `${job.sentence}\n${story.join('\n')}`).to.equal('staged');
    expect(job.sentence).to.match(/is installed on secondary and verified; .* boots primary again/);
    expect(story.at(-1)).to.equal('Download image staged.');
    expect(typed().find((line) => line.startsWith('download image'))).to.match(
      /^download image 10\.10\.10\.254 \S+\/summitX-16\.2\.5\.4\.xos vr VR-Default secondary$/,
    );
    expect(bed.counts).to.include({ boots: 0, transfers: 1, runningFileWrites: 0 });
    expect(bed.journal.filter(({ kind }) => kind === 'nvramWrite').at(-1)).to.include({ selected: 'primary' });
  });

  it('leaves it selected where nothing else is asked for, as the command of the switch does', async () => {
    const { job, story } = await run(node, 'downloadImage', { url });
    expect(job.verdict, `${job.sentence}\n${story.join('\n')}`).to.equal('staged');
    expect(bed.journal.filter(({ kind }) => kind === 'nvramWrite').at(-1)).to.include({ selected: 'secondary' });
    expect(bed.counts).to.include({ boots: 0, transfers: 2, runningFileWrites: 0 });
  });

  it('is finished by activate, which proves the new version', async () => {
    const { job, story } = await run(node, 'activate', {});
    expect(job.verdict, `${job.sentence}\n${story.join('\n')}`).to.equal('succeeded');
    expect(job.sentence).to.include('The device runs 16.2.5.4');
    expect(bed.counts).to.include({ boots: 1, transfers: 2, runningFileWrites: 0 });
  });

  it('knows a version that runs already', async () => {
    const { job } = await run(node, 'downloadImage', { url, reboot: true });
    expect(job.verdict).to.equal('succeeded');
    expect(job.sentence).to.include('runs 16.2.5.4 already');
    expect(bed.counts).to.include({ boots: 1, transfers: 2 });
  });

  it('is declined, once, where the switch warns of the signature and the job does not accept that', async () => {
    bed.device.arm({ id: 'signature-unsigned' });
    const { job } = await run(node, 'downloadImage', { url: url.replace('5.4', '5.5') });
    expect(job).to.include({ verdict: 'failed', code: 'DEVICE_DECLINED' });
    expect(job.sentence).to.include('Image is not digitally signed');
    // The fetch, and one transfer to the switch.
    expect(job.attempts.map(({ outcome }) => outcome)).to.deep.equal(['succeeded', 'failed']);
    expect(bed.counts).to.include({ boots: 1, runningFileWrites: 0 });
  });

  it('installs it with a block size where the warning is accepted, reloads the switch and proves it', async () => {
    bed.device.arm({ id: 'signature-unsigned' });
    const { job, story } = await run(node, 'downloadImage', {
      url: url.replace('5.4', '5.5'),
      blockSize: 1024,
      accept: ['unsigned'],
      reboot: true,
    });
    expect(job.verdict, `${job.sentence}\n${story.join('\n')}`).to.equal('succeeded');
    expect(job.sentence).to.include('The device runs 16.2.5.5 from primary');
    expect(story.at(-1)).to.equal('Download image succeeded.');
    expect(
      typed()
        .filter((line) => line.startsWith('download image'))
        .at(-1),
    ).to.match(/ vr VR-Mgmt block-size 1024 primary$/);
    expect(bed.counts).to.include({ boots: 2, transfers: 4, runningFileWrites: 0 });
  });

  it('installs a module on the partition that runs, where its release is that of the core image', async () => {
    const module = (version: string): string => url.replace('16.2.5.4.xos', `${version}-ssh.xmod`);
    const old = await run(node, 'downloadImage', { url: module('15.4.1.3') });
    expect(old.job).to.include({ verdict: 'failed', code: 'DOWNLOAD_MODULE_VERSION' });
    const reboot = await run(node, 'downloadImage', { url: module('16.2.5.5'), reboot: true });
    expect(reboot.job).to.include({ verdict: 'failed', code: 'DOWNLOAD_MODULE_REBOOT' });
    const { job, story } = await run(node, 'downloadImage', { url: module('16.2.5.5'), partition: 'active' });
    expect(job.verdict, `${job.sentence}\n${story.join('\n')}`).to.equal('succeeded');
    expect(job.sentence).to.include('summitX-16.2.5.5-ssh.xmod is installed on primary and shown there');
    expect(bed.counts).to.include({ boots: 2, transfers: 5, runningFileWrites: 0 });
  });

  it('refuses a core image without the SSH module that the switch has now', async () => {
    const { job } = await run(node, 'downloadImage', { url: url.replace('5.4', '5.6') });
    expect(job).to.include({ verdict: 'failed', code: 'DOWNLOAD_MODULE_MISSING' });
    expect(job.sentence).to.include('ssh would be gone after the reboot');
    expect(bed.counts).to.include({ transfers: 5 });
  });

  it('brings all files of a list to the node and then to the switch, the core image first, and proves each', async () => {
    const before = typed().length;
    const { job, story } = await run(node, 'downloadImage', { url: url.replace(IMAGE.fileName, 'all.lst') });
    expect(job.verdict, `${job.sentence}\n${story.join('\n')}`).to.equal('staged');
    const commands = typed()
      .slice(before)
      .filter((line) => line.startsWith('download image'));
    expect(commands.map((line) => / \S+?\/(\S+) vr VR-Mgmt (\w+)$/.exec(line)?.slice(1).join(' '))).to.deep.equal([
      'summitX-16.2.5.6.xos secondary',
      'summitX-16.2.5.6-ssh.xmod secondary',
      'summitX-clone-1.1.0.15.xmod secondary',
    ]);
    // A download begins only once every file is here.
    const lastStored = story.findLastIndex((line) => line.startsWith('Stored '));
    expect(story.findIndex((line) => line.startsWith('Sending '))).to.be.above(lastStored);
    expect(bed.counts).to.include({ boots: 2, transfers: 8, runningFileWrites: 0 });
    expect(JSON.stringify(await node.request('GET', '/ports/1%2F1/directory')), 'left').not.to.include('_part');
  });

  it('activates the core image of a list, with its modules beside it', async () => {
    const { job, story } = await run(node, 'activate', {});
    expect(job.verdict, `${job.sentence}\n${story.join('\n')}`).to.equal('succeeded');
    expect(job.sentence).to.include('The device runs 16.2.5.6 from secondary');
    expect(bed.counts).to.include({ boots: 3, transfers: 8, runningFileWrites: 0 });
  });

  it('says of a list whose core image runs already that its modules were not installed', async () => {
    const { job } = await run(node, 'downloadImage', { url: url.replace(IMAGE.fileName, 'all.lst') });
    expect(job).to.include({ verdict: 'failed', code: 'DOWNLOAD_CORE_RUNS' });
    expect(bed.counts).to.include({ transfers: 8, runningFileWrites: 0 });
    expect(JSON.stringify(await node.request('GET', '/ports/1%2F1/directory'))).not.to.include('_part');
  });
});
