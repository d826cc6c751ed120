/** SIGKILL and SIGTERM of the node in the middle of a push on a real device. */
import { expect } from 'chai';
import { DEVICE_PEERS, FACTORY_VERSION } from '../peers/device/build.js';
import { requirePeer } from '../support/peers.js';
import { seeded } from '../support/seeded.js';
import type { EdgeBed } from './support/edge-bed.js';
import { withBed } from './support/with-bed.js';

const STEPS = [
  'checkImage',
  'classify',
  'preFacts',
  'gate',
  'stage',
  'verify',
  'install',
  'select',
  'commit',
  'reload',
  'bootWatch',
  'postFacts',
];
/** Kills in this sample; the lab covers every step, simulation every write of the journal. */
const SAMPLE = 6;
/** Longest that a step of these pushes lets wait for itself. */
const LIMIT_MS = 120_000;
/** Devices at once: two boot in little more time than one. */
const AT_ONCE = 2;

/** The job's end and the disk: the new image in the other slot, one reboot, the slot that ran as it was. */
async function provesPromise(bed: EdgeBed, id: string, told: string): Promise<void> {
  const job = await bed.ended(id);
  expect(job.verdict, `${told}: ${job.sentence}`).to.equal('succeeded');
  const said = await bed.device.spoken();
  expect(said.match(/Requesting system reboot/g), `${told}: reboots that we asked for`).to.have.length(1);
  await bed.running.terminate();
  await bed.device.powerOff();
  expect(await bed.device.readSlot(1), `${told}: slot that ran`).to.equal(bed.build.images[FACTORY_VERSION].sha256);
  expect(await bed.device.readSlot(2), `${told}: slot that was free`).to.equal(bed.build.images['2.0.0'].sha256);
  expect(await bed.device.readNextSlot(), `${told}: boots next`).to.equal('2');
}

async function killedAt(step: string, phase: string): Promise<void> {
  await withBed({}, async (bed) => {
    const node = await bed.serve();
    await bed.storeCandidate('2.0.0');
    const id = await bed.push();
    await bed.api.event(
      { job: id, type: 'job.step' },
      ({ data }) => data['step'] === step && data['phase'] === phase,
      LIMIT_MS,
    );
    await node.kill();
    await bed.serve();
    await provesPromise(bed, id, `killed at ${step} ${phase}`);
  });
}

describe('push os on a real device, the node stopped', function () {
  this.timeout(900_000);

  it('SIGKILL at a seeded sample of journalled steps: one reboot, the running slot untouched, a true verdict', async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    const random = seeded(this);
    const points = STEPS.flatMap((step) => [[step, 'intended'] as const, [step, 'done'] as const]);
    // The reload is where a crash could do harm: it is always in the sample.
    const sample = [['reload', 'intended'] as const];
    while (sample.length < SAMPLE) {
      const [point] = points.splice(random(points.length), 1);
      if (point !== undefined) sample.push(point as (typeof sample)[number]);
    }
    console.log(`      ${sample.map((point) => point.join(' ')).join(', ')}`);
    const failures: unknown[] = [];
    const worker = async (): Promise<void> => {
      for (let next = sample.shift(); next !== undefined; next = sample.shift()) {
        await killedAt(...next).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(failures.map(String)).to.deep.equal([]);
  });

  it('SIGTERM in a transfer: it is broken off, counts as no attempt, and the next start finishes', async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    await withBed({}, async (bed) => {
      const node = await bed.serve();
      await bed.storeCandidate('2.0.0');
      const id = await bed.push();
      await bed.api.event({ job: id, type: 'job.progress' }, () => true, LIMIT_MS);
      expect(await node.terminate()).to.equal(0);
      await bed.serve();
      await provesPromise(bed, id, 'SIGTERM');
    });
  });
});
