/** The four handshakes with simulated ends at speeds of their own, well and badly ended. */
import { expect } from 'chai';
import { lineSpeedAt } from '../../../actions/push-os/speed.js';
import type { SpeedPlan } from '../../../actions/line-speed.js';
import { codeOf, reasonOf } from '../../../core/errors/index.js';
import type { Driver } from '../../../core/driver.js';
import { ciscoIos } from '../../../drivers/cisco-ios/driver.js';
import { linux } from '../../../drivers/linux/driver.js';
import { uBootLoader } from '../../../drivers/u-boot/loader.js';
import { FarIos, FarRommon, FarSwitch, FarUBoot } from './far-devices.js';
import type { DeviceFaults } from './far-devices.js';
import { SpeedBed } from './speed-bed.js';

const [FROM, TO] = [9600, 115_200];

const uBootDriver: Driver = {
  ...linux,
  loader: uBootLoader({
    loadAddress: '42000000',
    readBackAddress: '48000000',
    slot: { command: 'echo a', pattern: '(a)' },
    write: [],
    readBack: 'echo b',
  }),
};

type Far = FarIos | FarRommon | FarSwitch | FarUBoot;

interface Kind {
  readonly name: string;
  readonly driver: Driver;
  readonly make: (bed: SpeedBed, faults: DeviceFaults) => Far;
  /** A command that the device answers in these words. */
  readonly probe: readonly [string, RegExp];
  /** It goes through a reset. */
  readonly resets?: true;
}

const KINDS: readonly Kind[] = [
  {
    name: 'IOS',
    driver: ciscoIos,
    make: ({ line, clock }, faults) => new FarIos(line, clock, faults),
    probe: ['end', /^$/],
  },
  {
    name: 'ROM monitor',
    driver: ciscoIos,
    make: ({ line, clock }, faults) => new FarRommon(line, clock, faults),
    probe: ['nothing', /not found/],
    resets: true,
  },
  {
    name: 'switch:',
    driver: ciscoIos,
    make: ({ line, clock }, faults) => new FarSwitch(line, clock, faults),
    probe: ['nothing', /Unknown cmd/],
  },
  {
    name: 'U-Boot',
    driver: uBootDriver,
    make: ({ line, clock }, faults) => new FarUBoot(line, clock, faults),
    probe: ['nothing', /Unknown command 'nothing'/],
  },
];

async function prepared(
  kind: Kind,
  faults: DeviceFaults = {},
): Promise<{ bed: SpeedBed; device: Far; plan: SpeedPlan }> {
  const bed = new SpeedBed(kind.driver);
  const device = kind.make(bed, faults);
  const prompt = await bed.atPrompt();
  const { loader } = kind.driver;
  if (device instanceof FarIos || loader === undefined) {
    return { bed, device, plan: (await bed.plan(kind.driver.lineSpeed))! };
  }
  bed.scene.dialog.useTable(loader.dialog);
  return { bed, device, plan: (await bed.plan(lineSpeedAt(loader, prompt)))! };
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('line speed', () => {
  for (const kind of KINDS) {
    describe(kind.name, () => {
      it('goes up, is used, and comes back, proved at each end', async () => {
        const { bed, device, plan } = await prepared(kind);
        expect(plan).to.include({ from: FROM, to: TO });
        expect(await bed.raise(plan)).to.equal(true);
        expect([bed.line.baudRate, device.baudRate]).to.deep.equal([TO, TO]);
        expect(await bed.answers(kind.probe[0]).catch(reasonOf)).to.match(kind.probe[1]);
        await bed.restore(plan);
        expect([bed.line.baudRate, device.baudRate]).to.deep.equal([FROM, FROM]);
        expect(await bed.answers(kind.probe[0]).catch(reasonOf)).to.match(kind.probe[1]);
        expect(device.boots).to.equal(kind.resets === true ? 2 : 0);
        expect(device.typedWhileBooting).to.equal(0);
      });

      it('the device does not follow: the transfer goes on at the old speed', async () => {
        const { bed, device, plan } = await prepared(kind, { staysPut: true });
        expect(await bed.raise(plan)).to.equal(false);
        expect([bed.line.baudRate, device.baudRate]).to.deep.equal([FROM, FROM]);
        expect(await bed.answers(kind.probe[0]).catch(reasonOf)).to.match(kind.probe[1]);
        expect(device.typedWhileBooting).to.equal(0);
      });

      it('the device followed and our end does not: tried again, then said, and found at the next look', async () => {
        const { bed, device, plan } = await prepared(kind);
        bed.line.refusals.set(TO, 1);
        expect(await bed.raise(plan)).to.equal(true);
        await bed.restore(plan);
        bed.line.refusals.set(TO, 100);
        const error = await failure(bed.raise(plan));
        expect(codeOf(error)).to.equal('LINE_SPEED_LOST');
        expect(reasonOf(error)).to.include('no such rate');
        expect(device.baudRate).to.equal(TO);
        bed.line.refusals.clear();
        expect(await bed.settle(plan)).to.equal(true);
        expect([bed.line.baudRate, device.baudRate]).to.deep.equal([FROM, FROM]);
      });

      it('the node was killed at the raised speed: the job that goes on finds the device and brings it back', async () => {
        const { bed, device, plan } = await prepared(kind);
        await bed.raise(plan);
        expect(await bed.settle(plan)).to.equal(true);
        expect([bed.line.baudRate, device.baudRate]).to.deep.equal([FROM, FROM]);
        expect(bed.stories.join('\n'))
          .to.include(`answers at ${String(TO)} baud`)
          .and.include('back at 9600 baud');
      });

      it('the node was killed before the device heard of it: nothing is changed', async () => {
        const { bed, device, plan } = await prepared(kind);
        expect(await bed.settle(plan)).to.equal(true);
        expect([bed.line.baudRate, device.baudRate, device.boots]).to.deep.equal([FROM, FROM, 0]);
      });

      it('a way back that was not heard is said again', async () => {
        const { bed, device, plan } = await prepared(kind, { deafToWayBack: 1 });
        await bed.raise(plan);
        await bed.restore(plan);
        expect([bed.line.baudRate, device.baudRate]).to.deep.equal([FROM, FROM]);
      });

      it('a device that falls silent is an error with both speeds, and an alarm', async () => {
        const { bed, plan } = await prepared(kind);
        await bed.raise(plan);
        bed.line.device = undefined;
        const error = await failure(bed.settle(plan));
        expect(codeOf(error)).to.equal('LINE_SPEED_LOST');
        expect(reasonOf(error)).to.include('between 9600 and 115200 baud').and.include('says nothing at any speed');
        expect(bed.alarms).to.have.length(1);
        expect(bed.alarms[0]).to.match(/^consoleSpeed: /);
      });
    });
  }

  for (const kind of KINDS.filter(({ resets }) => resets !== true)) {
    it(`${kind.name}: noise for two seconds after the change is waited out`, async () => {
      const { bed, device, plan } = await prepared(kind, { garbageMs: 2_000 });
      expect(await bed.raise(plan)).to.equal(true);
      expect(device.baudRate).to.equal(TO);
      await bed.restore(plan);
      expect([bed.line.baudRate, device.baudRate]).to.deep.equal([FROM, FROM]);
    });

    it(`${kind.name}: a reset in between is seen, and nothing is typed into the boot`, async () => {
      const { bed, device, plan } = await prepared(kind, { resetAfterMs: 60_000 });
      expect(await bed.raise(plan)).to.equal(true);
      await bed.clock.advance(61_500);
      await failure(bed.settle(plan));
      expect(device.boots).to.equal(1);
      expect(device.typedWhileBooting).to.equal(0);
      expect(bed.line.baudRate).to.equal(device.baudRate);
    });
  }

  it('U-Boot refuses a rate that its driver does not have, in its own words, and stays', async () => {
    const bed = new SpeedBed(uBootDriver, { wanted: 921_600 });
    const device = new FarUBoot(bed.line, bed.clock, {}, [115_200]);
    await bed.atPrompt();
    bed.scene.dialog.useTable(uBootDriver.loader!.dialog);
    const plan = (await bed.plan(uBootDriver.loader!.lineSpeeds![0]))!;
    expect(plan.to).to.equal(921_600);
    expect(await bed.raise(plan)).to.equal(false);
    expect([bed.line.baudRate, device.baudRate, device.variable]).to.deep.equal([FROM, FROM, FROM]);
  });

  it('a ROM monitor keeps every other bit of its register', async () => {
    const { bed, device, plan } = await prepared(KINDS[1]!);
    await bed.raise(plan);
    await bed.restore(plan);
    expect(device).to.be.instanceOf(FarRommon);
    expect((device as FarRommon).spoilt).to.equal(0);
    expect(device.commands.filter((text) => text === 'confreg')).to.have.length(2);
  });

  it('a `switch:` that was at another speed than 9600 gets that one back', async () => {
    const bed = new SpeedBed(ciscoIos, { from: 19_200 });
    const device = new FarSwitch(bed.line, bed.clock);
    const prompt = await bed.atPrompt();
    bed.scene.dialog.useTable(ciscoIos.loader.dialog);
    const plan = (await bed.plan(lineSpeedAt(ciscoIos.loader, prompt)))!;
    await bed.raise(plan);
    await bed.restore(plan);
    expect([bed.line.baudRate, device.baudRate, device.variables.get('BAUD')]).to.deep.equal([19_200, 19_200, '19200']);
  });

  it('is not tried where our end, the driver or the setting does not go there', async () => {
    const bed = new SpeedBed(ciscoIos);
    const device = new FarIos(bed.line, bed.clock);
    await bed.atPrompt();
    bed.line.refusals.set(TO, 100);
    expect(await bed.plan(ciscoIos.lineSpeed)).to.equal(undefined);
    expect(bed.stories.at(-1)).to.match(/^The console speed stays as it is: .*cannot be set to 115200 baud/);
    expect(await bed.plan(undefined)).to.equal(undefined);
    expect(bed.stories.at(-1)).to.include('the driver does not change it here');
    expect(device.commands).to.deep.equal([]);
    const slow = new SpeedBed(ciscoIos, { wanted: 460_800 });
    expect((await slow.plan(ciscoIos.lineSpeed))?.to).to.equal(115_200);
    expect(await new SpeedBed(ciscoIos, { wanted: 9600 }).plan(ciscoIos.lineSpeed)).to.equal(undefined);
  });
});
