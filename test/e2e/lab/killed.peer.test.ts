/** SIGKILL of a real node at every journalled step of a push on the lab, and the next process that takes the job up. */
import { expect } from 'chai';
import { requirePeer } from '../../support/peers.js';
import { seeded } from '../../support/seeded.js';
import { LabBed } from './lab-bed.js';

/** The steps of a push that goes well (actions/push-os/push-os.ts); the first test holds the list against the journal. */
const STEPS = [
  'checkImage',
  'classify',
  'preFacts',
  'gate',
  'stage',
  'verify',
  'preConfig',
  'install',
  'select',
  'commit',
  'reload',
  'bootWatch',
  'postFacts',
  'finalise',
];
const POINTS = ['before', 'intended', 'acted'] as const;
/** Beds at once: the processes mostly wait for the device. */
const AT_ONCE = 5;

async function killedAt(step: string, point: string): Promise<void> {
  const bed = await new LabBed().start();
  try {
    const doomed = bed.node([step, point]);
    await bed.storeCandidate(doomed);
    const id = await bed.push(doomed);
    await doomed.standsStill();
    await doomed.kill();
    const next = bed.node();
    const job = await next.ended(id);
    const told = `${step} ${point}: ${job.sentence}`;
    expect(job.verdict, told).to.equal('succeeded');
    expect(bed.journal.filter(({ kind }) => kind === 'booted').at(-1)?.['version'], told).to.equal('12.3(1a)');
    expect(bed.counts.reloadCommands, told).to.equal(1);
    expect(bed.counts.runningFileWrites, told).to.equal(0);
    await next.terminate();
  } finally {
    await bed.stop();
  }
}

describe('push os on the lab, the node killed', function () {
  this.timeout(600_000);

  it('the steps are those of an unbroken push', async function () {
    requirePeer.call(this, 'tftp');
    const bed = await new LabBed().start();
    try {
      const node = bed.node();
      await bed.storeCandidate(node);
      const job = await node.ended(await bed.push(node));
      expect(job.steps.filter(({ phase }) => phase === 'intended').map(({ step }) => step)).to.deep.equal(STEPS);
    } finally {
      await bed.stop();
    }
  });

  it('at every journalled step the job ends truly, with one reload command', async function () {
    requirePeer.call(this, 'tftp');
    const random = seeded(this);
    const cases = STEPS.flatMap((step) =>
      // Around the reload every point counts; elsewhere one of the three, by the seed.
      (step === 'reload' ? POINTS : [POINTS[random(POINTS.length)] ?? 'intended']).map(
        (point) => [step, point] as const,
      ),
    );
    const failures: unknown[] = [];
    const worker = async (): Promise<void> => {
      for (let next = cases.shift(); next !== undefined; next = cases.shift()) {
        await killedAt(...next).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(failures.map(String)).to.deep.equal([]);
  });
});
