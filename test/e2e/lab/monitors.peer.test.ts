/** Monitors of a real node on the lab's router: readings, a rule on them, and a push that they do not disturb. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { requirePeer } from '../../support/peers.js';
import { LabBed } from './lab-bed.js';
import type { NodeProcess } from './node-process.js';

interface ReadingView {
  readonly monitor: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly failures: number;
}

const MONITORS = [
  { name: 'facts', every: '10s', ports: {}, facts: {} },
  {
    ...{ name: 'version', every: '10s', ports: { make: 'cisco' } },
    command: { send: 'show version', patterns: ['uptime is (?P<uptime>[^\\n]+)', 'Version (?P<version>[^,]+),'] },
  },
  { name: 'alive', every: '10s', ports: {}, ping: { count: 1 } },
];
const RULE = {
  ...{ name: 'old', on: 'monitor.command', ports: {} },
  conditions: { all: [{ fact: 'event', path: '$.data.values.version', operator: 'equal', value: '12.3(9)' }] },
  throttle: { every: '1h' },
  actions: [{ alarm: { message: '{{port}} runs an old version' } }],
};

describe('monitors on the lab', function () {
  this.timeout(120_000);
  let bed: LabBed;
  let node: NodeProcess;

  before(async function () {
    requirePeer.call(this, 'tftp', 'ping');
    bed = await new LabBed().start();
    for (const [folder, json] of [
      ['monitors', MONITORS],
      ['rules', [RULE]],
    ] as const) {
      mkdirSync(join(bed.folder, 'site', folder), { recursive: true });
      writeFileSync(join(bed.folder, 'site', folder, 'a.json'), JSON.stringify(json));
    }
    node = bed.node();
    await bed.storeCandidate(node);
  });

  after(() => bed.stop());

  const readings = async (): Promise<readonly ReadingView[]> =>
    ((await node.request('GET', '/ports/1%2F1/status')) as { readings: ReadingView[] }).readings;
  /** The readings once each monitor has one that fits. */
  const until = async (fits: (all: readonly ReadingView[]) => boolean): Promise<readonly ReadingView[]> => {
    for (;;) {
      const all = await readings();
      if (all.length === MONITORS.length && fits(all)) return all;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  it('tell what the device tells; a rule on them raises an alarm; a push goes its way between them', async () => {
    const [alive, facts, version] = await until(() => true);
    expect(alive?.values).to.include({ sent: 1, received: 1, lossPercent: 0 });
    expect(facts?.values).to.include({ hostname: 'Router', model: '1760', osVersion: '12.3(9)' });
    expect(version?.values).to.include({ version: '12.3(9)' });
    expect(version?.values['uptime']).to.match(/hours, /);

    const job = await node.ended(await bed.push(node));
    expect(job.verdict, job.sentence).to.equal('succeeded');
    expect(bed.counts).to.include({ boots: 1, typedWhileBooting: 0, runningFileWrites: 0 });
    const [, , after] = await until((all) => all[2]?.values['version'] === '12.3(1a)');
    expect(after?.failures).to.equal(0);

    const { alarms } = (await node.request('GET', '/alarms')) as { alarms: { message: string }[] };
    expect(alarms.map(({ message }) => message)).to.include('n1:1/1 runs an old version');
  });
});
