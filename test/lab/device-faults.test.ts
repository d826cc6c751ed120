import { expect } from 'chai';
import { LabFixture, until } from './lab-fixture.js';
import type { FixtureOptions } from './lab-fixture.js';
import { copyNew, IMAGE, NEW, OLD, reload, selectBoot, UP } from './router-steps.js';

describe('lab device: faults', function () {
  this.timeout(30_000);
  let lab: LabFixture;
  const start = async (options: FixtureOptions = {}) => {
    lab = await new LabFixture({ files: new Map([[NEW, IMAGE]]), ...options }).start();
  };

  afterEach(() => lab.stop());

  it('tftp-timeout, tftp-enoent, no-space: an error, and no part of the file', async () => {
    await start();
    await lab.enter();
    lab.device.arm({ id: 'tftp-timeout' });
    await copyNew(lab, `%Error opening tftp://10.10.10.254/${NEW} (Timed out)\r\nRouter#`);
    expect(lab.server.asked).to.deep.equal([]);
    lab.device.arm({ id: 'tftp-enoent' });
    await copyNew(lab, `%Error opening tftp://10.10.10.254/${NEW} (No such file or directory)\r\nRouter#`);
    expect(lab.server.asked).to.deep.equal([`${NEW}.missing`]);
    lab.device.arm({ id: 'no-space' });
    await copyNew(lab, `%Error copying tftp://10.10.10.254/${NEW} (Not enough space on device)\r\nRouter#`);
    expect(lab.device.flash.list().map((file) => file.name)).to.deep.equal([OLD]);
  });

  it('really has no space when the flash is small', async () => {
    await start({ device: { flashBytes: 430_000 } });
    await lab.enter();
    await copyNew(lab, '(Not enough space on device)\r\nRouter#');
  });

  it('erase-prompt: erases only on yes', async () => {
    await start();
    const console = await lab.enter();
    lab.device.arm({ id: 'erase-prompt', times: 2 });
    await copyNew(lab, 'Erase flash: before copying? [confirm]');
    console.type('n');
    await console.expect(/secs .*#$/s);
    expect(lab.device.flash.has(OLD)).to.equal(true);
    await console.say(`copy tftp://10.10.10.254/${NEW} flash:other.bin`, ']? ');
    await console.say('', 'before copying? [confirm]');
    console.type('\r');
    await console.expect('Continue? [confirm]');
    console.type('\r');
    await console.expect('Erase of flash: complete');
    await console.expect(/secs .*#$/s);
    expect(lab.device.flash.list().map((file) => file.name)).to.deep.equal(['other.bin']);
    expect(lab.counts.runningFileWrites).to.equal(1);
  });

  it('power-fail at a byte of a transfer: the torn file stays, the device boots the old image', async () => {
    await start();
    const console = await lab.enter();
    lab.device.arm({ id: 'power-fail', at: { bytes: 30_000 }, offMs: 20 });
    await copyNew(lab, UP);
    const torn = lab.device.flash.list().find((file) => file.name === NEW)!;
    expect(torn.sizeBytes).to.be.within(1, 30_000);
    await lab.enter();
    expect(await console.say('show version', /#$/)).to.match(/Version 12\.3\(9\)[^]*ROM by power-on/);
    expect(lab.counts).to.include({ reloadCommands: 0, boots: 1 });
  });

  it('power-fail at a command: it is lost, and the power stays away until it is given back', async () => {
    await start();
    const console = await lab.enter();
    lab.device.arm({ id: 'power-fail', at: { command: '^reload' } });
    console.type('reload\r');
    await until(() => !lab.device.isOn);
    console.type('\r\r');
    lab.device.powerOn();
    const seen = await console.expect(UP);
    expect(seen).to.not.include('Proceed');
    expect(lab.counts).to.include({ reloadCommands: 1, boots: 1 });
  });

  it('hang-after-decompress: silent until the power is cycled', async () => {
    await start();
    const console = await lab.enter();
    lab.device.arm({ id: 'hang-after-decompress' });
    await reload(lab, /Self decompressing the image : #+ \[OK\]\r\n/);
    await until(() => lab.journal.some((entry) => entry.kind === 'fault'));
    console.type('\r');
    await until(() => lab.counts.typedWhileBooting === 1);
    await lab.device.powerOff();
    lab.device.powerOn();
    await console.expect(UP);
    expect(lab.counts.boots).to.equal(2);
  });

  it('no-reload, boots-old-image, boot-loop, interface-lost, serial-changed, log-noise-after-prompt', async () => {
    await start();
    const console = await lab.enter();
    await copyNew(lab);
    await selectBoot(lab, NEW);
    lab.device.arm({ id: 'no-reload' });
    await reload(lab, 'Router#');
    expect(lab.counts.boots).to.equal(0);
    for (const id of ['boots-old-image', 'boot-loop', 'interface-lost', 'serial-changed'] as const) {
      lab.device.arm({ id });
    }
    await reload(lab);
    await lab.enter();
    // The loop's second boot follows the boot lines again.
    expect(lab.counts.boots).to.equal(2);
    expect(lab.journal.find((entry) => entry.kind === 'booted' && entry['file'] === OLD)).to.not.equal(undefined);
    const version = await console.say('show version', /#$/);
    expect(version).to.include('FOC08141QRT');
    expect(version.match(/^\d+ .*interface\(s\)/gm)).to.have.length(2);
    lab.device.arm({ id: 'log-noise-after-prompt' });
    await console.say('', /Router#\*Mar .*%LINEPROTO-5-UPDOWN/);
  });
});
