/** Pushes of a whole node to the lab's switches: the package installer of IOS-XE, the two partitions of EXOS, a boot list. */
import { expect } from 'chai';
import type { JournalCounts } from '../../../lab/journal.js';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { BedOptions } from './lab-bed.js';
import type { JobView } from './node-process.js';

const LOGIN = { username: 'admin', password: 'lab-pass-7' };

interface Pushed {
  readonly job: JobView;
  readonly story: readonly string[];
  readonly counts: JournalCounts;
}

const CASES: readonly (readonly [title: string, options: BedOptions, version: string])[] = [
  [
    'a Catalyst 2960 by its boot list',
    {
      device: 'cisco-2960',
      image: { fileName: 'c2960-lanbasek9-mz.152-7.E8.bin', family: 'c2960', version: '15.2(7)E8' },
    },
    '15.2(7)E8',
  ],
  [
    'a Catalyst 9300 in install mode',
    {
      ...{ device: 'cisco-9300', driver: 'cisco-iosxe' },
      image: { fileName: 'cat9k_iosxe.17.03.04.SPA.bin', family: 'cat9k', version: '17.3.4' },
    },
    '17.3.4',
  ],
  [
    'an X460-G2 by its other partition',
    {
      ...{ device: 'extreme-x460g2', driver: 'extreme-exos', login: LOGIN },
      image: { fileName: 'summitX-16.2.5.4.xos', family: 'summitX', version: '16.2.5.4', vendor: 'extreme' },
    },
    '16.2.5.4',
  ],
  [
    'a stack of three by its other partition',
    {
      ...{ device: 'extreme-x460g2-stack', driver: 'extreme-exos', login: LOGIN },
      image: { fileName: 'summitX-16.2.5.4.xos', family: 'summitX', version: '16.2.5.4', vendor: 'extreme' },
    },
    '16.2.5.4',
  ],
];

async function push(options: BedOptions): Promise<Pushed> {
  const bed = await new LabBed(options).start();
  try {
    const node = bed.node();
    await bed.storeCandidate(node);
    const id = await bed.push(node);
    const job = await node.ended(id);
    const story = await node.story(id);
    await node.terminate();
    return { job, story, counts: bed.counts };
  } finally {
    await bed.stop();
  }
}

describe('push os to the switches of the lab', function () {
  this.timeout(120_000);
  let pushes: readonly Pushed[];

  before(async function () {
    requirePeer.call(this, 'tftp');
    pushes = await Promise.all(CASES.map(([, options]) => push(options)));
  });

  for (const [index, [title, , version]] of CASES.entries()) {
    it(`upgrades ${title}`, () => {
      const { job, story, counts } = pushes[index]!;
      expect(job.verdict, `${job.sentence}\n${story.join('\n')}`).to.equal('succeeded');
      expect(story).to.include(`OS Version : ${version}`);
      expect(story.at(-1)).to.equal('Push OS succeeded.');
      expect(counts).to.include({ boots: 1, runningFileWrites: 0, typedWhileBooting: 0, transfers: 1 });
    });
  }
});
