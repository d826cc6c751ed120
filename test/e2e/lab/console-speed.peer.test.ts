/** A push by XMODEM at a raised console speed: a real node, a real pseudo terminal, a device whose UART has a speed of its own. */
import { expect } from 'chai';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { BedOptions } from './lab-bed.js';
import type { NodeProcess } from './node-process.js';

const OPTIONS = {
  uart: true,
  noTftp: true,
  imageBytes: 60_000,
  settings: { osPushMethod: 'xmodem', osPushAlternative: 'xmodem', xmodemBaudRate: 115_200 },
} as const;

async function inBed(options: BedOptions, act: (bed: LabBed) => Promise<void>): Promise<void> {
  const bed = await new LabBed({ ...OPTIONS, ...options }).start();
  try {
    await act(bed);
  } finally {
    await bed.stop();
  }
}

/** Speeds that the device's console had, and where its one reload came among them. */
const happened = (bed: LabBed): unknown[] =>
  bed.journal.flatMap((entry) => {
    if (entry.kind === 'consoleSpeed') return [entry['baudRate']];
    return entry.kind === 'boot' ? [entry['cause']] : [];
  });

async function transferRuns(node: NodeProcess, id: string): Promise<void> {
  for await (const event of node.events(id)) if (event.type === 'job.progress') return;
}

describe('push os on the lab, at a raised console speed', function () {
  this.timeout(180_000);

  it('a node is killed at the raised speed: the next one finds the device, brings it back, sends anew, and is back before the reload', async function () {
    requirePeer.call(this, 'rx');
    await inBed({}, async (bed) => {
      const first = bed.node();
      await bed.storeCandidate(first);
      const id = await bed.push(first);
      await transferRuns(first, id);
      await first.kill();
      expect(happened(bed)).to.deep.equal([115_200]);
      const second = bed.node();
      const job = await second.ended(id);
      expect(job.verdict, job.sentence).to.equal('succeeded');
      // Back first, then raised again for the transfer that is done anew.
      expect(happened(bed)).to.deep.equal([115_200, 9600, 115_200, 9600, 'reload']);
      expect(bed.counts).to.include({ reloadCommands: 1, runningFileWrites: 0 });
    });
  });

  it('through a console server: it is told the new speed by RFC 2217, and the old one afterwards', async function () {
    requirePeer.call(this, 'rx', 'ser2net');
    await inBed({ consoleServer: true, imageBytes: 20_000 }, async (bed) => {
      const node = bed.node();
      await bed.storeCandidate(node);
      const job = await node.ended(await bed.push(node));
      expect(job.verdict, job.sentence).to.equal('succeeded');
      expect(happened(bed)).to.deep.equal([115_200, 9600, 'reload']);
      expect(bed.counts).to.include({ reloadCommands: 1, runningFileWrites: 0 });
    });
  });
});
