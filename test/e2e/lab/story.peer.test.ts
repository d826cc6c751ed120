/** The push on the lab's routers tells the field's own story, and foreign programs move every byte. */
import { expect } from 'chai';
import { requirePeer } from '../../support/peers.js';
import { transcript } from '../../support/transcripts.js';
import { LabBed } from './lab-bed.js';
import type { BedOptions } from './lab-bed.js';
import type { JobView } from './node-process.js';

/** What may differ between two pushes of one model: image name, addresses, serial, uptime, the count of marks. */
function normalised(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replace(/\bc\d+\w*-[\w.-]+\.bin\b/g, 'IMAGE')
      .replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, 'ADDRESS')
      .replace(/^(Serial Number: ).*/, '$1SERIAL')
      .replace(/^(Uptime : ).*/, '$1UPTIME')
      .replace(/!+$/, '!'),
  );
}

async function pushed(
  options: BedOptions,
  look: (bed: LabBed, story: string[], job: JobView) => Promise<void> | void,
): Promise<void> {
  const bed = await new LabBed(options).start();
  try {
    const node = bed.node();
    await bed.storeCandidate(node);
    const id = await bed.push(node);
    const job = await node.ended(id);
    await look(bed, await node.story(id), job);
    await node.terminate();
  } finally {
    await bed.stop();
  }
}

describe('push os on the lab', function () {
  this.timeout(120_000);

  it('prints the story of the 1760 line by line', async function () {
    requirePeer.call(this, 'tftp');
    const seed = transcript(this, 'uplogix/push_os_cisco1760.txt').trimEnd().split('\n').slice(1);
    await pushed({}, (bed, story, job) => {
      expect(normalised(story)).to.deep.equal(normalised(seed));
      expect(job.verdict).to.equal('succeeded');
      const transfers = bed.journal.filter(({ kind }) => kind === 'transfer');
      expect(transfers.map(({ method, outcome }) => [method, outcome])).to.deep.equal([['tftp', 'received']]);
      expect(transfers[0]?.['program']).to.match(/tftp/);
      expect(bed.counts).to.include({ reloadCommands: 1, runningFileWrites: 0 });
    });
  });

  it('another model with five interfaces tells those', async function () {
    requirePeer.call(this, 'tftp');
    const image = { fileName: 'c2951-universalk9-mz.SPA.151-3.T1.bin', family: 'c2951', version: '15.1(3)T1' };
    await pushed({ device: 'cisco-2951', image }, (_bed, story, job) => {
      expect(job.verdict, job.sentence).to.equal('succeeded');
      expect(story.filter((line) => line.startsWith('5 interfaces'))).to.have.length(2);
      expect(story).to.include('Model : CISCO2951/K9');
      expect(story).to.include('OS Version : 15.1(3)T1');
      expect(story.at(-1)).to.equal('Push OS succeeded.');
    });
  });

  for (const [server, program, peer] of [
    ['http', /curl/, 'curl'],
    ['ftp', /curl/, 'curl'],
    ['scp', /OpenSSH.* scp/, 'scp'],
  ] as const) {
    it(`a router that fetches by ${server.toUpperCase()}, with ${peer}`, async function () {
      requirePeer.call(this, peer);
      await pushed({ server, noTftp: true, settings: { osPushMethod: server } }, (bed, _story, job) => {
        expect(job.verdict, job.sentence).to.equal('succeeded');
        const transfers = bed.journal.filter(({ kind }) => kind === 'transfer');
        expect(transfers.map(({ method, outcome }) => [method, outcome])).to.deep.equal([[server, 'received']]);
        expect(transfers[0]?.['program']).to.match(program);
        expect(bed.counts).to.include({ reloadCommands: 1, runningFileWrites: 0 });
      });
    });
  }

  it('XMODEM by lrzsz over the console where there is no TFTP server', async function () {
    requirePeer.call(this, 'rx');
    await pushed({ noTftp: true, imageBytes: 60_000 }, (bed, story, job) => {
      expect(job.verdict, job.sentence).to.equal('succeeded');
      expect(story).to.include('XMODEM download of c1700-y-mz.123-1a.bin succeeded.');
      const transfers = bed.journal.filter(({ kind }) => kind === 'transfer');
      expect(transfers.map(({ method }) => method)).to.deep.equal(['xmodem']);
      expect(transfers[0]?.['program']).to.match(/rx/);
    });
  });
});
