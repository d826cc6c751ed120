/** The dialogue with a whole device: U-Boot and Linux under QEMU, from power-on to a prompt, over a reload, and at the loader. */
import { expect } from 'chai';
import { dialogOpener } from '../../../connectors/sessions/line-dialog.js';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { TcpChannel } from '../../../connectors/sessions/tcp.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../../connectors/clock/system-random.js';
import type { BootResult, Dialog } from '../../../core/ports/dialog.js';
import { linux } from '../../../drivers/linux/driver.js';
import { linuxDialog } from '../../../drivers/linux/dialog.js';
import { uBootDialog } from '../../../drivers/u-boot/loader.js';
import { buildDevice, DEVICE_PEERS } from '../../peers/device/build.js';
import { QemuDevice } from '../../peers/device/device.js';
import { LOGIN } from '../../peers/device/firmware.js';
import { requirePeer } from '../../support/peers.js';
import { MemoryTranscripts, quietLog } from './fake-channel.js';

const SILENCE_MS = 60_000;

describe('LineDialog with U-Boot and Linux under QEMU', function () {
  this.timeout(180_000);
  let device: QemuDevice | undefined;
  let console: PortConsole | undefined;
  let dialog: Dialog;
  const stories: string[] = [];

  const watch = (): Promise<BootResult> => {
    stories.length = 0;
    dialog.useTable(linuxDialog);
    return dialog.watchBoot({
      boot: linux.boot,
      loader: uBootDialog,
      silenceMs: SILENCE_MS,
      capMs: 150_000,
      onMilestone: (story) => stories.push(story),
    });
  };
  const answer = async (send: string): Promise<string> =>
    (await dialog.run({ send, silenceMs: 20_000 }, {}, ['safe'])).output;

  before(async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    device = new QemuDevice({ build: await buildDevice() });
    await device.start({ powered: false });
    const address = device.consoleAddress;
    if (address.type !== 'tcp') throw new Error('expected a TCP console');
    const clock = new SystemClock();
    console = new PortConsole({
      portId: 'n1:1/1',
      channel: new TcpChannel(address),
      clock,
      random: new SystemRandom(),
      transcripts: new MemoryTranscripts(),
      mask: (text) => text,
      log: quietLog,
    });
    const line = console.claim('test');
    const { signal } = new AbortController();
    console.start();
    await device.powerOn();
    await line.opened(signal);
    dialog = dialogOpener(clock)(line, linuxDialog, signal);
  });

  after(async () => {
    await console?.stop();
    await device?.stop();
  });

  it('watches it come up without stopping its countdown', async () => {
    const result = await watch();
    expect(result.kind).to.equal('up');
    expect(result.kind === 'up' && result.state.state).to.equal('login');
    expect(stories).to.include('Kernel started');
  });

  it('logs in, and reads answers also where the shell wraps its line', async () => {
    const state = await dialog.login(linux.login, LOGIN);
    expect(state.state).to.equal('exec');
    expect(await answer('cat /etc/version')).to.equal('1.0.0');
    const word = 'x'.repeat(150);
    expect(await answer(`echo ${word} | tr x y; echo pw-rc=$?`)).to.equal(`${'y'.repeat(150)}\npw-rc=0`);
    expect((await answer('seq 1 5000')).split('\n')).to.have.length(5_000);
  });

  it('reloads it and watches the one boot', async () => {
    const reply = await dialog.run(linux.reload.exchange, {}, ['safe', 'reload']);
    expect(['booting', 'unknown']).to.include(reply.state.state);
    const result = await watch();
    expect(result).to.include({ kind: 'up', boots: 1 });
    expect(stories[0]).to.match(/^U-Boot 20\d\d\.\d\d/);
    await dialog.login(linux.login, LOGIN);
    expect(Number((await answer('cat /proc/uptime')).split('.')[0])).to.be.lessThan(60);
  });

  it('finds it at its loader when it cannot boot, over a power cut, and talks there', async () => {
    const watching = watch();
    await device!.powerOff();
    await device!.corruptSlots();
    await device!.powerOn();
    const result = await watching;
    expect(result.kind).to.equal('loader');
    dialog.useTable(uBootDialog);
    expect((await dialog.classify(20_000)).state).to.equal('loader');
    expect(await answer('version')).to.match(/^U-Boot 20\d\d\.\d\d/);
    expect(await answer('echo loader')).to.equal('loader');
  });
});
