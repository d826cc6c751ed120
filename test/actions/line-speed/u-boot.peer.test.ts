/**
 * The speed of a real U-Boot (under QEMU): its driver has one rate only, so it refuses another in its own words. QEMU's
 * UART takes any speed; our end counts what it was asked for.
 */
import { expect } from 'chai';
import { planSpeed, raiseSpeed } from '../../../actions/line-speed.js';
import type { SpeedScene } from '../../../actions/line-speed.js';
import { settleSpeed } from '../../../actions/push-os/speed.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../../connectors/clock/system-random.js';
import { dialogOpener } from '../../../connectors/sessions/line-dialog.js';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { TcpChannel } from '../../../connectors/sessions/tcp.js';
import type { StepContext } from '../../../core/action.js';
import type { Driver } from '../../../core/driver.js';
import { DEFAULT_PUSH_SETTINGS } from '../../../core/settings.js';
import { linux } from '../../../drivers/linux/driver.js';
import { uBootLoader } from '../../../drivers/u-boot/loader.js';
import { MemoryTranscripts, quietLog } from '../../connectors/sessions/fake-channel.js';
import { buildDevice, DEVICE_PEERS } from '../../peers/device/build.js';
import { QemuDevice } from '../../peers/device/device.js';
import { requirePeer } from '../../support/peers.js';

const layout = { loadAddress: '42000000', readBackAddress: '48000000', write: [], readBack: 'echo' };
const loader = uBootLoader({ ...layout, slot: { command: 'echo a', pattern: '(a)' } });
const driver: Driver = { ...linux, loader };

/** Our end of the line that QEMU does not have. */
class CountedSpeed extends TcpChannel {
  baudRate = 115_200;
  readonly asked: number[] = [];

  setBaudRate(baudRate: number): Promise<void> {
    this.asked.push(baudRate);
    this.baudRate = baudRate;
    return Promise.resolve();
  }
}

describe('line speed at a real U-Boot', function () {
  this.timeout(120_000);
  let device: QemuDevice | undefined;
  let console: PortConsole | undefined;
  let channel: CountedSpeed;
  let scene: SpeedScene;
  const stories: string[] = [];

  before(async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    device = new QemuDevice({ build: await buildDevice() });
    await device.start({ powered: false });
    await device.corruptSlots();
    const address = device.consoleAddress;
    if (address.type !== 'tcp') throw new Error('expected a TCP console');
    channel = new CountedSpeed(address);
    const clock = new SystemClock();
    const transcripts = new MemoryTranscripts();
    const deps = { portId: 'n1:1/1', channel, clock, random: new SystemRandom(), transcripts, log: quietLog };
    console = new PortConsole({ ...deps, mask: (text) => text });
    const line = console.claim('test');
    const { signal } = new AbortController();
    console.start();
    await device.powerOn();
    await line.opened(signal);
    const dialog = dialogOpener(clock)(line, loader.dialog, signal);
    const watch = { boot: linux.boot, loader: loader.dialog, silenceMs: 60_000, capMs: 90_000 };
    const result = await dialog.watchBoot({ ...watch, onMilestone: () => undefined });
    expect(result.kind).to.equal('loader');
    const context = {
      port: { id: 'n1:1/1', properties: {}, settings: { ...DEFAULT_PUSH_SETTINGS, xmodemBaudRate: 230_400 } },
      ...{ clock, signal, resumed: true, attempts: [] },
      dialog: () => Promise.resolve(dialog),
      credentials: () => ({}),
      story: (text: string) => stories.push(text),
      raiseAlarm: () => Promise.resolve(),
    } as unknown as StepContext;
    scene = { context, driver, dialog, slots: {} };
  });

  after(async () => {
    await console?.stop();
    await device?.stop();
  });

  it('refuses a rate that it does not have; our end is at the old one, and a prompt was read there', async () => {
    const { dialog } = scene;
    const plan = (await planSpeed(scene.context, dialog, loader.lineSpeeds?.[0]))!;
    expect(plan).to.include({ from: 115_200, to: 230_400 });
    expect(await raiseSpeed(scene, plan)).to.equal(false);
    expect(channel.baudRate).to.equal(115_200);
    // The trial of our own end before the device hears of it, and nothing after.
    expect(channel.asked).to.deep.equal([230_400, 115_200]);
    const refused = await dialog
      .run({ send: 'setenv baudrate 230400', silenceMs: 10_000 }, {}, ['safe'])
      .then(({ output }) => output);
    expect(refused.split('\n')[0]).to.equal('## Baudrate 230400 bps not supported');
    expect((await dialog.run({ send: 'printenv baudrate', silenceMs: 10_000 }, {}, ['safe'])).output).to.equal(
      'baudrate=115200',
    );
  });

  it('is found at its prompt by a job that goes on after a break, and taken out of a receiver', async () => {
    const { dialog, context } = scene;
    const ready = '## Ready for binary';
    await dialog.run({ send: 'loadx 42000000', ready, silenceMs: 10_000 }, {}, ['safe']);
    expect(await settleSpeed(context, driver, { speed: { from: 115_200, to: 230_400 } })).to.equal(true);
    expect(channel.baudRate).to.equal(115_200);
    dialog.useTable(loader.dialog);
    expect((await dialog.run({ send: 'echo alive', silenceMs: 10_000 }, {}, ['safe'])).output).to.equal('alive');
  });
});
