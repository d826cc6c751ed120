/** `download image` to the lab's ExtremeXOS switches of three releases, in simulated time: each form, and what each fault leads to. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { JobRecord } from '../../core/job.js';
import type { JsonObject } from '../../core/json.js';
import type { PushSettings } from '../../core/settings.js';
import type { WrittenFault } from '../../lab/faults/fault.js';
import { makeImage } from '../../lab/image.js';
import type { Slot } from '../../lab/partitions.js';
import { LabWorld } from './lab-world.js';
import type { LabDeviceCase } from './lab-world.js';

const X460 = {
  device: 'extreme-x460g2',
  image: { fileName: 'summitX-16.2.5.4.xos', vendor: 'extreme', family: 'summitX', version: '16.2.5.4' },
};
const STACK = { ...X460, device: 'extreme-x460g2-stack' };
const X440 = {
  device: 'extreme-x440g2',
  image: { fileName: 'summitX-30.7.1.1.xos', vendor: 'extreme', family: 'summitX', version: '30.7.1.1' },
};
const SE5420 = {
  device: 'extreme-5420',
  image: { fileName: 'summit_arm-32.7.1.9.xos', vendor: 'extreme', family: 'summit_arm', version: '32.7.1.9' },
};
type Switch = Pick<LabDeviceCase, 'device' | 'image'>;

const LIMIT_MS = 5 * 3_600_000;

interface Download {
  readonly params?: JsonObject;
  readonly faults?: readonly WrittenFault[];
  readonly settings?: Partial<PushSettings>;
  /** Files on the card in the switch, all of them the image. */
  readonly card?: readonly string[];
}

interface Done {
  readonly job: JobRecord;
  readonly world: LabWorld;
  readonly typed: readonly string[];
  readonly answers: readonly string[];
}

describe('download image on the switches of the lab', function () {
  this.timeout(60_000);
  const worlds: LabWorld[] = [];

  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.end();
  });

  async function download(to: Switch, { params, faults = [], settings, card = [] }: Download = {}): Promise<Done> {
    const world = new LabWorld({
      ...{ ...to, driver: 'extreme-exos', make: 'extreme' },
      ...(settings === undefined ? {} : { settings }),
      action: { name: 'downloadImage', params: params ?? { version: 'candidate', reboot: true } },
    });
    worlds.push(world);
    const folder = join(world.folder, 'memorycard');
    mkdirSync(folder, { recursive: true });
    for (const file of card) writeFileSync(join(folder, file), makeImage(to.image, 60_000));
    await world.begin(faults);
    await world.clock.runUntilIdle(LIMIT_MS, () => world.job().state !== 'running' && world.job().end !== undefined);
    return { job: world.job(), world, ...said(world) };
  }

  const said = (world: LabWorld): Pick<Done, 'typed' | 'answers'> => ({
    typed: world.entries.filter(({ kind }) => kind === 'command').map(({ text }) => String(text)),
    answers: world.entries
      .filter(({ kind, text }) => kind === 'answer' && text !== '(secret)')
      .map(({ text }) => String(text)),
  });
  const commands = ({ typed }: Done): readonly string[] => typed.filter((line) => /^(download|install) /.test(line));
  const told = ({ job, world }: Done): string => `${String(job.end?.sentence)}\n${world.story.join('\n')}`;

  describe('in the form of the release', () => {
    const rows: readonly (readonly [what: string, to: Switch, command: RegExp])[] = [
      ['15.4', X460, /^download image 10\.10\.10\.254 \S+\.xos vr VR-Mgmt secondary$/],
      ['22.2', X440, /^download image 10\.10\.10\.254 \S+\.xos vr VR-Mgmt secondary$/],
      ['32.2, which can be told to install', SE5420, /^download image \S+ \S+\.xos vr VR-Mgmt primary install$/],
    ];
    for (const [what, to, command] of rows) {
      it(what, async () => {
        const done = await download(to);
        expect(done.job.end?.verdict, told(done)).to.equal('succeeded');
        expect(commands(done)).to.have.length(1);
        expect(commands(done)[0]).to.match(command);
        expect(done.world.runs).to.equal(to.image.version);
        // 32.2 asks nothing but whether to reboot.
        expect(done.answers.filter((answer) => answer === 'yes')).to.have.length(to === SE5420 ? 1 : 2);
      });
    }
  });

  describe('from a memory card', () => {
    const params = { memoryCard: X440.image.fileName, reboot: true };

    it('installs, proves and boots what lies there', async () => {
      const done = await download(X440, { params, card: [X440.image.fileName] });
      expect(done.job.end?.verdict, told(done)).to.equal('succeeded');
      expect(commands(done)).to.deep.equal([`download image memorycard ${X440.image.fileName} secondary`]);
      expect(done.world.runs).to.equal('30.7.1.1');
      expect(done.world.promoted, 'the store never saw it').to.deep.equal([]);
    });

    it('is staged, and finished by activate', async () => {
      const staged = await download(X440, {
        params: { memoryCard: X440.image.fileName, stageOnly: true },
        card: [X440.image.fileName],
      });
      expect(staged.job.end?.verdict, told(staged)).to.equal('staged');
      const { end } = await staged.world.activate();
      expect(end?.verdict, `${String(end?.sentence)}\n${staged.world.story.join('\n')}`).to.equal('succeeded');
      expect(staged.world.runs).to.equal('30.7.1.1');
    });

    it('fails, with the device as before, where the file is not there', async () => {
      const done = await download(X440, { params });
      expect(done.job.end?.verdict, told(done)).to.equal('failed');
      expect(done.world.runs).to.equal('22.2.1.5');
    });

    it('is refused from 32.2 on, and where the vendor hash is wanted', async () => {
      const newer = await download(SE5420, { params: { memoryCard: SE5420.image.fileName } });
      expect(newer.job.end).to.include({ verdict: 'failed', code: 'DOWNLOAD_MEMORY_CARD' });
      const hash = await download(X440, { params, settings: { requireVendorHash: true } });
      expect(hash.job.end).to.include({ verdict: 'failed', code: 'PUSH_NO_VENDOR_HASH' });
      expect([...commands(newer), ...commands(hash)]).to.deep.equal([]);
    });
  });

  describe('for one slot of a stack', () => {
    it('installs there and nowhere else, proves it there, and boots nothing', async () => {
      const done = await download(STACK, { params: { version: 'candidate', slot: 2 } });
      expect(done.job.end?.verdict, told(done)).to.equal('succeeded');
      expect(done.job.end?.sentence).to.include('on secondary of Slot-2');
      expect(commands(done)[0]).to.match(/ secondary slot 2$/);
      expect(shown(done.world).filter((line) => line.includes(STACK.image.fileName))).to.have.length(1);
      expect(done.world.entries.findLast(({ kind }) => kind === 'nvramWrite')).to.include({ selected: 'primary' });
    });

    it('is refused for a slot that is not there, and with a reboot', async () => {
      const absent = await download(STACK, { params: { version: 'candidate', slot: 7 } });
      expect(absent.job.end).to.include({ verdict: 'failed', code: 'DOWNLOAD_UNIT' });
      const reboot = await download(STACK, { params: { version: 'candidate', slot: 2, reboot: true } });
      expect(reboot.job.end).to.include({ verdict: 'failed', code: 'DOWNLOAD_UNIT_REBOOT' });
      const chassis = await download(X460, { params: { version: 'candidate', msm: 'B' } });
      expect(chassis.job.end).to.include({ verdict: 'failed', code: 'DOWNLOAD_UNIT' });
      expect([absent, reboot, chassis].flatMap(commands)).to.deep.equal([]);
    });
  });

  describe('without installing', () => {
    it('answers no, claims no proof, and is brought again by activate', async () => {
      const done = await download(X460, { params: { version: 'candidate', install: false } });
      expect(done.job.end?.verdict, told(done)).to.equal('staged');
      expect(done.job.end?.sentence).to.include('proved by nothing yet');
      expect(done.answers).to.deep.equal(['no']);
      expect(shown(done.world).join('\n')).not.to.include(X460.image.fileName);
      const { end } = await done.world.activate();
      expect(end?.verdict, String(end?.sentence)).to.equal('succeeded');
      expect(done.world.runs).to.equal(X460.image.version);
    });

    it('asks for the question where 32.2 would not, and is refused where no method asks', async () => {
      const done = await download(SE5420, { params: { version: 'candidate', install: false } });
      expect(done.job.end?.verdict, told(done)).to.equal('staged');
      expect(commands(done)[0]).to.match(/ primary$/);
      const settings = { osPushMethod: 'http', osPushAlternative: 'scp' } as const;
      const refused = await download(X460, { params: { version: 'candidate', install: false }, settings });
      expect(refused.job.end).to.include({ verdict: 'failed', code: 'DOWNLOAD_KEEP' });
    });
  });

  it('is refused over the console line alone, with the hours that it would take', async () => {
    const settings = { osPushMethod: 'xmodem', osPushAlternative: 'ymodem' } as const;
    const done = await download(X460, { settings });
    expect(done.job.end).to.include({ verdict: 'failed', code: 'DOWNLOAD_IN_BAND' });
    expect(done.job.end?.sentence).to.match(/would take \d+ seconds at 9600 baud/);
    expect(commands(done)).to.deep.equal([]);
  });

  describe('with a fault', () => {
    const before: readonly (readonly [id: string, to: Switch, code: string, downloads: number])[] = [
      ['read-only-user', X460, 'DEVICE_READ_ONLY', 0],
      ['slot-not-operational', STACK, 'PUSH_UNIT_DOWN', 0],
      ['selected-not-booted', X460, 'DOWNLOAD_SELECTION_PENDING', 0],
      ['license-level', X460, 'DEVICE_DECLINED', 1],
      ['contract-expired', X460, 'DEVICE_DECLINED', 1],
      ['poe-mcu', SE5420, 'DEVICE_DECLINED', 1],
      ['internal-memory-files', X460, 'DEVICE_DECLINED', 1],
      ['debug-files', X460, 'DEVICE_DECLINED', 1],
    ];
    for (const [id, to, code, downloads] of before) {
      it(`${id}: failed, ${code}`, async () => {
        const done = await download(to, { faults: [{ id }] });
        expect(done.job.end, told(done)).to.include({ verdict: 'failed', code });
        expect(commands(done)).to.have.length(downloads);
        expect(done.typed.filter((line) => line.startsWith('reb'))).to.deep.equal([]);
      });
    }

    for (const id of ['wizard', 'no-questions', 'zero-dots', 'patch-suffix-missing', 'counter-repeats']) {
      it(`${id}: succeeded`, async () => {
        const done = await download(X460, { faults: [{ id }] });
        expect(done.job.end?.verdict, told(done)).to.equal('succeeded');
        expect(done.world.entries.some(({ kind, id: struck }) => kind === 'fault' && struck === id)).to.equal(true);
      });
    }

    it('somebody selects the old partition after the proof: selected once more, and read back', async () => {
      const at = { command: '^show configuration' };
      const done = await download(X460, { faults: [{ id: 'selected-not-booted', at }] });
      expect(done.job.end?.verdict, told(done)).to.equal('succeeded');
      expect(done.world.runs).to.equal(X460.image.version);
    });

    const after: readonly (readonly [id: string, to: Switch, code: string])[] = [
      ['ssh-gone', X460, 'PUSH_WORKED_BEFORE'],
      ['hostname-default-after-boot', X460, 'PUSH_WORKED_BEFORE'],
      ['version-differs', X460, 'PUSH_OLD_VERSION'],
    ];
    for (const [id, to, code] of after) {
      it(`${id}: degraded, ${code}`, async () => {
        const done = await download(to, { faults: [{ id }] });
        expect(done.job.end, told(done)).to.include({ verdict: 'degraded', code });
        expect(done.world.alarms).to.include('pushDegraded');
      });

      it(`${id}, and the former image is to be booted again: rolled back, ${code}`, async () => {
        // The image brings it about: it is gone with it.
        const done = await fallBack(to, [{ id }], (world) => {
          if (id === 'ssh-gone') world.device.clearFaults();
        });
        expect(done.job.end, told(done)).to.include({ verdict: 'rolledBack', code });
        expect(done.world.runs).to.equal('15.4.1.3-patch1-12');
        expect(done.typed.filter((line) => line.startsWith('reb'))).to.have.length(2);
        expect(done.world.promoted).to.deep.equal([]);
      });
    }

    it('goes back once: what is not right then is for a person', async () => {
      const done = await fallBack(X460, [{ id: 'version-differs' }], (world) => {
        world.device.arm({ id: 'boots-old-image' });
      });
      expect(done.job.end?.verdict, told(done)).to.equal('degraded');
      expect(done.typed.filter((line) => line.startsWith('reb'))).to.have.length(2);
    });
  });

  /** With the setting; `reloading` is called as it reloads for the second time. */
  async function fallBack(
    to: Switch,
    faults: readonly WrittenFault[],
    reloading: (world: LabWorld) => void,
  ): Promise<Done> {
    const world = new LabWorld({
      ...{ ...to, driver: 'extreme-exos', make: 'extreme', settings: { osPushFallBack: true } },
      action: { name: 'downloadImage', params: { version: 'candidate', reboot: true } },
    });
    worlds.push(world);
    await world.begin(faults);
    const reloads = (): number => said(world).typed.filter((line) => line.startsWith('reb')).length;
    const isOver = (): boolean => world.job().state === 'ended';
    await world.clock.runUntilIdle(LIMIT_MS, () => reloads() === 2 || isOver());
    reloading(world);
    await world.clock.runUntilIdle(LIMIT_MS, isOver);
    return { job: world.job(), world, ...said(world) };
  }

  /** Images as the switch's own files have them, a line each. */
  function shown(world: LabWorld): readonly string[] {
    const { slots } = JSON.parse(readFileSync(join(world.folder, 'partitions.json'), 'utf8')) as {
      slots: readonly Slot[];
    };
    return slots.flatMap(({ images }) => Object.values(images).map(({ fileName }) => fileName));
  }
});
