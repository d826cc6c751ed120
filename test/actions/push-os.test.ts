/** pushOs against a model router: the whole way, every refusal, every mishap, each with its true verdict. */
import { expect } from 'chai';
import { fail } from '../../core/errors/index.js';
import type { Verdict } from '../../core/job.js';
import { PushWorld } from './push-world.js';
import type { PushOptions } from './push-world.js';

const overspent = (): Promise<never> =>
  Promise.reject(fail('RELOAD_BUDGET', { port: 'n1:1/1', site: 'austin', limit: 3 }));

async function pushed(options: PushOptions = {}): Promise<PushWorld> {
  const world = new PushWorld(options);
  await world.push();
  await world.toRest();
  return world;
}

describe('pushOs', () => {
  it('tells the story of a push in the order of the field', async () => {
    const world = await pushed();
    expect(world.story.map((line) => line.replace(/!+/, '!'))).to.deep.equal([
      'System image file is "flash:/c1700-y-mz.123-9.bin"',
      '3 interfaces and 3 types found.',
      'Information logged Before Upgrade',
      'Serial Number: FOC08060NSX',
      'Make : cisco',
      'Model : 1760',
      'OS Type : IOS',
      'OS Version : 12.3(9)',
      'Uptime : 14 hours, 22 minutes',
      'Device Image Verified.',
      'Sending c1700-y-mz.123-1a.bin to 10.10.10.1: !',
      'TFTP download of c1700-y-mz.123-1a.bin succeeded.',
      'Retrieving running-config from device ...',
      'Complete. running-config pulled.',
      'Retrieving running-config from device ...',
      'Complete. running-config pulled.',
      "Issuing 'reload'",
      'Device loaded',
      'Post complete.',
      'Serial Number: FOC08060NSX',
      'Make : cisco',
      'Model : 1760',
      'OS Type : IOS',
      'OS Version : 12.3(1a)',
      'Uptime : 0 hours, 1 minutes',
      '3 interfaces and 3 types found.',
      'Push OS succeeded.',
    ]);
    expect(world.job().end?.verdict).to.equal('succeeded');
    expect(world.promoted).to.deep.equal(['job11:candidate']);
    expect(world.configs, 'read once more after the reload').to.have.lengthOf(1);
    expect(world.configs[0]).to.equal('running-config: hostname Router\nend');
    expect(world.router.bootList).to.deep.equal(['c1700-y-mz.123-1a.bin', 'c1700-y-mz.123-9.bin']);
  });

  const cases: readonly (readonly [
    string,
    PushOptions,
    Verdict,
    string | undefined,
    { reloads: number; attempts: number },
  ])[] = [
    [
      'a damaged stored image sends nothing',
      { rehash: '0'.repeat(64) },
      'failed',
      'PUSH_IMAGE_CORRUPT',
      { reloads: 0, attempts: 0 },
    ],
    [
      'an image for another platform',
      { image: { fileName: 'c2600-i-mz.122-26.bin' } },
      'failed',
      'PUSH_WRONG_PLATFORM',
      { reloads: 0, attempts: 0 },
    ],
    [
      'the file it runs from',
      { image: { fileName: 'c1700-y-mz.123-9.bin' } },
      'succeeded',
      undefined,
      { reloads: 0, attempts: 0 },
    ],
    ['no space', { image: { sizeBytes: 30_000_000 } }, 'failed', 'PUSH_NO_SPACE', { reloads: 0, attempts: 0 }],
    [
      'no previous where it is wanted',
      { settings: { continueWithoutPrevious: false } },
      'failed',
      'PUSH_NO_PREVIOUS',
      { reloads: 0, attempts: 0 },
    ],
    ['a time-out is tried again', { mishaps: ['tftpTimeout'] }, 'succeeded', undefined, { reloads: 1, attempts: 2 }],
    ['a full flash is not', { mishaps: ['noSpaceMidway'] }, 'failed', 'TRANSFER_SPACE', { reloads: 0, attempts: 1 }],
    [
      'a flipped bit is found by the device and sent again',
      { mishaps: ['bitFlip'] },
      'succeeded',
      undefined,
      { reloads: 1, attempts: 2 },
    ],
    [
      'a hash of the vendor is wanted and there is none',
      { settings: { requireVendorHash: true } },
      'failed',
      'PUSH_NO_VENDOR_HASH',
      { reloads: 0, attempts: 0 },
    ],
    [
      'a hash of the vendor is wanted and was compared',
      { settings: { requireVendorHash: true }, image: { vendorHash: 'sha512' } },
      'succeeded',
      undefined,
      { reloads: 1, attempts: 1 },
    ],
    [
      'the site has had its reloads',
      { reloadBudget: { check: overspent, spend: overspent } },
      'failed',
      'RELOAD_BUDGET',
      { reloads: 0, attempts: 0 },
    ],
    [
      'the last reload of the site went to another while the image was sent',
      { reloadBudget: { check: () => Promise.resolve(), spend: overspent } },
      'failed',
      'RELOAD_BUDGET',
      { reloads: 0, attempts: 1 },
    ],
    ['stage only', { settings: { forceReboot: false } }, 'staged', undefined, { reloads: 0, attempts: 1 }],
    [
      'the old image comes up',
      { mishaps: ['bootsOld'] },
      'rolledBack',
      'PUSH_OLD_VERSION',
      { reloads: 1, attempts: 1 },
    ],
    [
      'an interface is lost',
      { mishaps: ['interfaceLost'] },
      'degraded',
      'PUSH_INTERFACE_LOST',
      { reloads: 1, attempts: 1 },
    ],
    [
      'power loss in the transfer, and back',
      { mishaps: ['powerLossInTransfer'] },
      'succeeded',
      undefined,
      { reloads: 1, attempts: 2 },
    ],
    [
      'power loss in the transfer, and back at its loader',
      { mishaps: ['powerLossInTransfer', 'standsAtLoader'] },
      'succeeded',
      undefined,
      { reloads: 1, attempts: 2 },
    ],
    [
      'power loss in the transfer, and no other attempt is wanted',
      { mishaps: ['powerLossInTransfer'], settings: { osPushRetries: 0 } },
      'failed',
      'CONSOLE_LOST',
      { reloads: 0, attempts: 1 },
    ],
    ['power loss for good', { mishaps: ['powerLossForGood'] }, 'unknown', 'CONSOLE_LOST', { reloads: 0, attempts: 1 }],
    [
      'never back after the reload',
      { mishaps: ['neverBack'] },
      'unknown',
      'PUSH_BOOT_TIMEOUT',
      { reloads: 1, attempts: 1 },
    ],
    [
      'at the loader: the old image is booted by hand',
      { mishaps: ['standsAtLoader'] },
      'rolledBack',
      'PUSH_OLD_VERSION',
      { reloads: 1, attempts: 1 },
    ],
    [
      'a reload that the device ignores',
      { mishaps: ['reloadIgnored'] },
      'failed',
      'PUSH_RELOAD_NOT_SEEN',
      { reloads: 1, attempts: 1 },
    ],
    ['a refused reload', { mishaps: ['reloadRefused'] }, 'failed', 'DEVICE_REFUSED', { reloads: 0, attempts: 1 }],
  ];
  for (const [name, options, verdict, code, counts] of cases) {
    it(`${name}: ${verdict}`, async () => {
      const world = await pushed({ ...options, settings: { osPushAlternative: 'tftp', ...options.settings } });
      const { end, attempts } = world.job();
      expect(end?.verdict, end?.sentence).to.equal(verdict);
      expect(end?.code).to.equal(code);
      expect(world.router.reloadCommands).to.equal(counts.reloads);
      expect(attempts.length).to.equal(counts.attempts);
      expect(world.router.runningFileWrites).to.equal(0);
      if (verdict !== 'succeeded') expect(world.promoted).to.deep.equal([]);
      if (verdict === 'failed')
        expect(world.router.savedBootList[0] ?? 'c1700-y-mz.123-9.bin').to.equal('c1700-y-mz.123-9.bin');
    });
  }

  it('a device that was left off is judged when it is switched on', async () => {
    const world = await pushed({ mishaps: ['powerLossForGood'] });
    expect(world.job().state).to.equal('waiting');
    world.router.mishaps.clear();
    world.router.restart();
    world.runner.portSpoke('n1:1/1');
    await world.clock.runUntilIdle(3_600_000, () => world.job().state === 'ended');
    expect(world.job().end).to.include({ verdict: 'failed', code: 'CONSOLE_LOST' });
    expect(world.job().end?.sentence).to.contain('12.3(9)').and.to.contain('restarted');
  });

  it('a cancelled push says where it stopped and leaves the device as before', async () => {
    const world = new PushWorld();
    await world.push();
    const asked: Promise<unknown>[] = [];
    world.store.onChange = ({ journal }) => {
      if (journal?.step === 'select' && journal.phase === 'done') asked.push(world.runner.cancel(world.jobId));
    };
    await world.toRest();
    expect(asked).to.have.length(1);
    expect(world.job().end).to.include({ verdict: 'failed', code: 'JOB_CANCELLED' });
    expect(world.router.reloadCommands).to.equal(0);
    expect(world.router.running).to.equal('c1700-y-mz.123-9.bin');
    expect(world.router.savedBootList[0] ?? world.router.running).to.equal('c1700-y-mz.123-9.bin');
  });
});
