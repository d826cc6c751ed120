/** The change of speed over a real pseudo terminal and serialport: the lab's devices, whose UART has a speed of its own. */
import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planSpeed, raiseSpeed, restoreSpeed } from '../../../actions/line-speed.js';
import type { SpeedScene } from '../../../actions/line-speed.js';
import { lineSpeedAt } from '../../../actions/push-os/speed.js';
import { withLoaderPrompts } from '../../../actions/read-device.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../../connectors/clock/system-random.js';
import { dialogOpener } from '../../../connectors/sessions/line-dialog.js';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { SerialChannel } from '../../../connectors/sessions/serial.js';
import type { StepContext } from '../../../core/action.js';
import { DEFAULT_PUSH_SETTINGS } from '../../../core/settings.js';
import { ciscoIos } from '../../../drivers/cisco-ios/driver.js';
import { Lab } from '../../../lab/lab.js';
import { MemoryTranscripts, quietLog } from '../../connectors/sessions/fake-channel.js';

const [FROM, TO] = [9600, 115_200];

describe('line speed over a pseudo terminal', function () {
  this.timeout(60_000);
  let folder: string;
  let lab: Lab;
  let console: PortConsole;
  let scene: SpeedScene;

  /** `configRegister` 0x2100 stays at the loader. */
  const start = async (device: 'cisco-1760' | 'cisco-2960', configRegister?: string): Promise<void> => {
    folder = mkdtempSync(join(tmpdir(), 'speed-'));
    if (configRegister !== undefined) {
      mkdirSync(join(folder, 'r1'));
      writeFileSync(join(folder, 'r1/nvram.json'), JSON.stringify({ configRegister, startup: ['hostname r1', 'end'] }));
    }
    const row = { name: 'r1', device, console: { type: 'pty', uart: true } } as const;
    lab = new Lab({ folder, timeScale: 200, devices: [configRegister === undefined ? { ...row, upFor: '14h' } : row] });
    await lab.start();
    const clock = new SystemClock();
    const channel = new SerialChannel({ path: lab.consoleOf('r1'), baudRate: FROM });
    const deps = { portId: 'n1:1/1', channel, clock, random: new SystemRandom(), log: quietLog };
    console = new PortConsole({ ...deps, transcripts: new MemoryTranscripts(), mask: (text) => text });
    const line = console.claim('test');
    const { signal } = new AbortController();
    console.start();
    await line.opened(signal);
    const dialog = dialogOpener(clock)(line, withLoaderPrompts(ciscoIos), signal);
    const settings = { ...DEFAULT_PUSH_SETTINGS, xmodemBaudRate: TO };
    const context = { port: { id: 'n1:1/1', properties: {}, settings }, clock, signal, story: () => undefined };
    scene = { context: context as unknown as StepContext, driver: ciscoIos, dialog, slots: {} };
  };

  afterEach(async () => {
    await console.stop();
    await lab.stop();
    rmSync(folder, { recursive: true });
  });

  const thereAndBack = async (
    answers: () => Promise<void>,
    lineSpeed: Parameters<typeof planSpeed>[2],
  ): Promise<void> => {
    const { context, dialog } = scene;
    const device = lab.device('r1');
    const plan = (await planSpeed(context, dialog, lineSpeed))!;
    expect(await raiseSpeed(scene, plan)).to.equal(true);
    expect([dialog.line.baudRate, device.baudRate]).to.deep.equal([TO, TO]);
    await answers();
    await restoreSpeed(scene, plan);
    expect([dialog.line.baudRate, device.baudRate]).to.deep.equal([FROM, FROM]);
    await answers();
  };

  it('IOS on a 1760', async () => {
    await start('cisco-1760');
    await scene.dialog.login(ciscoIos.login, {});
    await thereAndBack(async () => {
      const { output } = await scene.dialog.run({ send: 'show version', silenceMs: 5_000 }, {}, ['safe']);
      expect(output).to.include('cisco 1760');
    }, ciscoIos.lineSpeed);
  });

  it('the `switch:` loader of a 2960', async () => {
    await start('cisco-2960', '0x2100');
    const { text } = await scene.dialog.classify(20_000);
    scene.dialog.useTable(ciscoIos.loader.dialog);
    await thereAndBack(
      async () => {
        const { output } = await scene.dialog.run({ send: 'nothing', silenceMs: 5_000 }, {}, ['safe']);
        expect(output).to.include('nothing');
      },
      lineSpeedAt(ciscoIos.loader, text),
    );
  });

  it('the ROM monitor of a 1760: its questions are answered, and the reset makes it so', async () => {
    await start('cisco-1760', '0x2100');
    const { text } = await scene.dialog.classify(20_000);
    scene.dialog.useTable(ciscoIos.loader.dialog);
    const [confreg] = lineSpeedAt(ciscoIos.loader, text)?.raise.lead ?? [];
    const reply = await scene.dialog.run(confreg!, { baudRate: TO, baudCode: '7' }, ['safe', 'recover']);
    expect(reply.questions.map(({ id, answer }) => [id, answer])).to.deep.equal([
      ['confreg-change', 'y'],
      ['confreg-keep', 'n'],
      ['confreg-keep', 'n'],
      ['confreg-keep', 'n'],
      ['confreg-speed', 'y'],
      ['confreg-rate', '7'],
      ['confreg-boot', 'n'],
      ['confreg-change', 'n'],
    ]);
    const { configRegister } = JSON.parse(readFileSync(join(folder, 'r1/nvram.json'), 'utf8')) as Record<
      string,
      string
    >;
    expect(configRegister).to.equal('0x3920');
    expect(lab.device('r1').baudRate).to.equal(FROM);
    await scene.dialog.run({ send: 'reset', silenceMs: 300 }, {}, ['safe']).catch(() => undefined);
    expect(lab.device('r1').baudRate).to.equal(TO);
  });
});
