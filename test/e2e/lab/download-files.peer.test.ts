/** What `download image` brings besides core images, and by which ways, by a whole node on the lab's switches of ExtremeXOS. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { makeImage } from '../../../lab/image.js';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { BedOptions } from './lab-bed.js';
import type { JobView, NodeProcess } from './node-process.js';

const IMAGE = { fileName: 'summitX-30.7.1.1.xos', family: 'summitX', version: '30.7.1.1', vendor: 'extreme' };
const OPTIONS: BedOptions = {
  ...{ device: 'extreme-x440g2', driver: 'extreme-exos', image: IMAGE },
  login: { username: 'admin', password: 'lab-pass-7' },
};
const POLICY = 'entry one {\n  if { } then { permit; }\n}\n';

describe('files and ways of download image', function () {
  this.timeout(180_000);
  let bed: LabBed;
  let node: NodeProcess;
  let files: Server;
  let url: string;

  before(async () => {
    files = createServer(({ url: path = '' }, response) => {
      if (path.endsWith('modules.lst')) response.end('summitX-30.7.1.2.xos\nsummitX-30.7.1.2-openflow.xmod\n');
      else if (path.endsWith('all.lst')) response.end('summitX-30.7.1.1.xos\nedge.pol\nscripts.lst\n');
      else if (path.endsWith('scripts.lst')) response.end('uplink.py\n');
      else if (path.endsWith('.pol')) response.end(POLICY);
      else if (/x(?:os|mod)$/.test(path))
        response.end(makeImage({ ...IMAGE, version: /30\.7\.1\.\d/.exec(path)?.[0] ?? '' }, 200_000));
      else response.end('print("up")\n');
    }).listen(0, '127.0.0.1');
    await once(files, 'listening');
    url = `http://127.0.0.1:${String((files.address() as AddressInfo).port)}/exos/`;
  });

  after(async () => {
    files.close();
    await bed.stop();
  });

  /** A switch and a node; those before are over. */
  async function begin(options: Partial<BedOptions> = {}): Promise<void> {
    await (bed as LabBed | undefined)?.stop();
    bed = await new LabBed({ ...OPTIONS, ...options }).start();
    node = bed.node();
  }

  async function run(params: Readonly<Record<string, unknown>>): Promise<{ job: JobView; story: readonly string[] }> {
    const { id } = (await node.request('POST', '/jobs', { port: '1/1', action: 'downloadImage', params })) as {
      id: string;
    };
    return { job: await node.ended(id), story: await node.story(id) };
  }

  const typed = (): string[] => bed.journal.filter(({ kind }) => kind === 'command').map(({ text }) => String(text));
  const told = ({ job, story }: Awaited<ReturnType<typeof run>>): string => `${job.sentence}\n${story.join('\n')}`;

  it("brings a list's core image, policy and script, each by its own command and proved by its length", async function () {
    requirePeer.call(this, 'tftp');
    await begin();
    const done = await run({ url: `${url}all.lst`, stageOnly: true });
    expect(done.job.verdict, told(done)).to.equal('staged');
    const commands = typed().filter((line) => /^(?:download|tftp|ls) /.test(line));
    expect(commands.map((line) => line.replace(/\S+\//, ''))).to.deep.equal([
      'download image 10.10.10.254 summitX-30.7.1.1.xos vr VR-Mgmt secondary',
      'tftp get 10.10.10.254 vr VR-Mgmt edge.pol edge.pol',
      'ls edge.pol',
      'tftp get 10.10.10.254 vr VR-Mgmt uplink.py uplink.py',
      'ls uplink.py',
    ]);
    expect(readFileSync(bed.device.flash.path('edge.pol'), 'utf8')).to.equal(POLICY);
  });

  it('writes a file over, but none that the switch uses', async () => {
    bed.device.flash.write('edge.pol', Buffer.from('old\n'));
    const done = await run({ url: `${url}edge.pol` });
    expect(done.job.verdict, told(done)).to.equal('succeeded');
    expect(done.job.sentence).to.include('edge.pol is on the switch, in its full length');
    // By the rate of the transfers before it.
    expect(done.story.join('\n')).to.match(/^It took \d+ \w+; \d+ \w+ were predicted\.$/m);
    expect(readFileSync(bed.device.flash.path('edge.pol'), 'utf8')).to.equal(POLICY);
    const used = await run({ url: `${url}primary.cfg` });
    expect(used.job).to.include({ verdict: 'failed', code: 'DOWNLOAD_FILE_IN_USE' });
    expect(bed.counts).to.include({ transfers: 4 });
  });

  it('sends a file again that did not come whole', async () => {
    bed.device.arm({ id: 'short-file' });
    const done = await run({ url: `${url}edge.pol` });
    expect(done.job.verdict, told(done)).to.equal('succeeded');
    expect(done.story).to.include('The device does not show edge.pol where it should be.');
    expect(bed.counts).to.include({ transfers: 6 });
  });

  it('moves core dumps into the store before it lets the switch remove them', async () => {
    await bed.storeCandidate(node);
    bed.device.arm({ id: 'core-dumps' });
    const stopped = await run({ version: 'candidate', stageOnly: true });
    expect(stopped.job).to.include({ verdict: 'failed', code: 'DEVICE_DECLINED' });
    expect(bed.device.flash.has('core.vlan.542')).to.equal(true);
    const bytes = readFileSync(bed.device.flash.path('core.vlan.542'));
    const done = await run({ version: 'candidate', stageOnly: true, accept: ['moveDumps'] });
    expect(done.job.verdict, told(done)).to.equal('staged');
    expect(bed.device.flash.has('core.vlan.542')).to.equal(false);
    const kept = (await node.request('GET', '/ports/1%2F1/directory')) as {
      readonly images?: readonly { version: string; sizeBytes: number }[];
    };
    expect(JSON.stringify(kept)).to.include('_dump1').and.include('core.vlan.542').and.include(String(bytes.length));
  });

  it('finds out that a module of the list is gone after the reload', async () => {
    bed.device.arm({ id: 'module-missing' });
    const done = await run({ url: `${url}modules.lst`, reboot: true });
    expect(done.job, told(done)).to.include({ verdict: 'degraded', code: 'DOWNLOAD_MODULE_GONE' });
    expect(done.job.sentence).to.include('The device runs 30.7.1.2').and.include('summitX-30.7.1.2-openflow.xmod');
  });

  it("puts the image into the switch's own SFTP server, and installs it from there", async function () {
    requirePeer.call(this, 'sshd');
    await begin({ ssh: true, settings: { osPushMethod: 'sftp' } });
    await bed.storeCandidate(node);
    const done = await run({ version: 'candidate', reboot: true });
    expect(done.job.verdict, told(done)).to.equal('succeeded');
    expect(done.job.sentence).to.include('The device runs 30.7.1.1 from secondary');
    expect(typed()).to.include('install image summitX-30.7.1.1.xos secondary');
    expect(bed.counts).to.include({ transfers: 0, boots: 1, runningFileWrites: 0 });
  });

  it('has the switch fetch by scp2, and by a URL', async function () {
    requirePeer.call(this, 'scp');
    await begin({ server: 'scp', settings: { osPushMethod: 'scp' } });
    await bed.storeCandidate(node);
    const done = await run({ version: 'candidate', stageOnly: true });
    expect(done.job.verdict, told(done)).to.equal('staged');
    expect(typed().find((line) => line.startsWith('scp2 '))).to.match(
      /^scp2 vr VR-Mgmt \S+@10\.10\.10\.254:\S+ \S+\.xos$/,
    );
    await begin({ server: 'http', settings: { osPushMethod: 'http' } });
    await bed.storeCandidate(node);
    const byUrl = await run({ version: 'candidate', stageOnly: true });
    expect(byUrl.job.verdict, told(byUrl)).to.equal('staged');
    const policy = await run({ url: `${url}edge.pol` });
    expect(policy.job.verdict, told(policy)).to.equal('succeeded');
    expect(typed().find((line) => line.startsWith('download url'))).to.match(
      /^download url http:\/\/10\.10\.10\.254:\d+\/\S+\.xos vr VR-Mgmt secondary$/,
    );
  });
});
