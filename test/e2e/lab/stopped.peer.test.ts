/** SIGTERM and cancel in the middle of a transfer on the lab. */
import { expect } from 'chai';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { NodeProcess } from './node-process.js';

/** Slow enough that a transfer is surely running when it is broken off: some seconds. */
const SLOW = { imageBytes: 400_000, bytesPerSecond: 60_000 };

/** Resolves when the far end has acknowledged some bytes of the transfer. */
async function transferRuns(node: NodeProcess, id: string): Promise<void> {
  for await (const event of node.events(id)) {
    if (event.type === 'job.progress') return;
  }
}

async function inBed(
  options: ConstructorParameters<typeof LabBed>[0],
  act: (bed: LabBed) => Promise<void>,
): Promise<void> {
  const bed = await new LabBed(options).start();
  try {
    await act(bed);
  } finally {
    await bed.stop();
  }
}

describe('push os on the lab, stopped by a person', function () {
  this.timeout(180_000);

  for (const [method, noTftp] of [
    ['tftp', false],
    ['xmodem', true],
  ] as const) {
    it(`SIGTERM breaks a ${method} transfer off cleanly; it counts as no attempt, and the next start finishes`, async function () {
      requirePeer.call(this, noTftp ? 'rx' : 'tftp');
      await inBed(noTftp ? { noTftp, imageBytes: 60_000 } : SLOW, async (bed) => {
        const first = bed.node();
        await bed.storeCandidate(first);
        const id = await bed.push(first);
        await transferRuns(first, id);
        const began = performance.now();
        await first.terminate();
        expect(performance.now() - began, 'drain, ms').to.be.below(30_000);

        const second = bed.node();
        const job = await second.ended(id);
        expect(job.verdict, job.sentence).to.equal('succeeded');
        expect(job.attempts.map(({ outcome }) => outcome)).to.deep.equal(['interrupted', 'succeeded']);
        const outcomes = bed.journal.filter(({ kind }) => kind === 'transfer').map(({ outcome }) => outcome);
        expect(outcomes.at(-1)).to.equal('received');
        expect(outcomes[0]).not.to.equal('received');
        expect(bed.counts).to.include({ reloadCommands: 1, runningFileWrites: 0 });
      });
    });
  }

  it('cancel acts at the next safe boundary, says which, and the device is as before', async function () {
    requirePeer.call(this, 'tftp');
    await inBed(SLOW, async (bed) => {
      const node = bed.node();
      await bed.storeCandidate(node);
      const id = await bed.push(node);
      await transferRuns(node, id);
      const answer = (await node.request('POST', `/jobs/${id}/cancel`, {})) as { boundary: string };
      expect(answer.boundary).to.equal('stage');
      const job = await node.ended(id);
      expect(job).to.include({ verdict: 'failed', code: 'JOB_CANCELLED' });
      expect(job.sentence).to.contain('12.3(9)').and.to.contain('before step verify');
      expect(bed.counts).to.include({ reloadCommands: 0, runningFileWrites: 0 });
    });
  });
});
