import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { makeImage } from '../../lab/image.js';
import { LabFixture } from './lab-fixture.js';
import type { ConsoleClient } from './console-client.js';

/** The last words of a start: nothing more comes into what is typed after them. */
const UP = /Press RETURN to get started![^]*%SYS-5-RESTART: System restarted --\r\n/;

describe('lab Catalyst 2960', function () {
  this.timeout(40_000);
  const OLD = 'c2960-lanbasek9-mz.150-2.SE2.bin';
  const NEW = 'c2960-lanbasek9-mz.152-7.E8.bin';
  const IMAGE = makeImage({ vendor: 'cisco', family: 'c2960', version: '15.2(7)E8' }, 60_000);
  let lab: LabFixture;

  async function start(): Promise<ConsoleClient> {
    const device = { device: 'cisco-2960', flashBytes: 2_000_000 } as const;
    lab = await new LabFixture({ device, files: new Map([[NEW, IMAGE]]) }).start();
    return lab.enter();
  }

  afterEach(() => lab.stop());

  it('tells model, serial number and image as a switch does', async () => {
    const console = await start();
    const version = await console.say('show version', /#$/);
    expect(version).to.match(/^Model number\s+: WS-C2960-24TT-L\r$/m);
    expect(version).to.match(/^System serial number\s+: FOC1110X5MH\r$/m);
    expect(version).to.include(`System image file is "flash:/${OLD}"`);
    expect(version).to.include('24 FastEthernet interfaces');
  });

  it('copies, boots the new image by its boot line, and shows it', async () => {
    const console = await start();
    await console.say(`copy tftp://10.10.10.254/${NEW} flash:${NEW}`, ']? ');
    await console.say('', /bytes copied in .*#$/s);
    await console.say('configure terminal', /#$/);
    await console.say(`boot system flash:/${NEW}`, /#$/);
    await console.say('end', 'Configured from console by console\r\n');
    expect(await console.say('show boot', /#$/)).to.include(`BOOT path-list      : flash:/${NEW}`);
    await console.say('write memory', '[OK]');
    await console.say('reload', 'Proceed with reload? [confirm]');
    console.type('\r');
    await console.expect('POST: PortASIC Memory Tests : End, Status Passed');
    await console.expect(UP);
    await lab.enter();
    expect(await console.say('show version', /#$/)).to.include('Version 15.2(7)E8, RELEASE SOFTWARE');
  });

  it('stands at switch: without an image, knows its flash only after flash_init, and boots by hand', async () => {
    const console = await start();
    const good = lab.device.flash.path(OLD);
    writeFileSync(good, IMAGE.subarray(0, 30_000));
    await lab.device.powerOff();
    lab.device.powerOn();
    await console.expect(`Error loading "flash:${OLD}"`);
    await console.expect('The system is unable to boot automatically.');
    await console.expect('switch: ');
    lab.device.flash.write('good.bin', IMAGE);
    expect(await console.say('dir flash:', 'switch: ')).to.include('no such device');
    await console.say('boot flash:good.bin', 'Boot process failed...');
    await console.say('flash_init', '...done Initializing Flash.');
    await console.expect('switch: ');
    expect(await console.say('dir flash:', 'switch: ')).to.include('good.bin');
    await console.say('set BOOT flash:/good.bin', 'switch: ');
    expect(await console.say('set', 'switch: ')).to.include('BOOT=flash:/good.bin');
    await console.say('boot flash:/good.bin', UP);
    await lab.device.powerOff();
    lab.device.powerOn();
    await console.expect(UP);
  });
});

describe('lab Catalyst 9300', function () {
  this.timeout(40_000);
  const NEW = 'cat9k_iosxe.17.03.04.SPA.bin';
  const IMAGE = makeImage({ vendor: 'cisco', family: 'cat9k', version: '17.3.4' }, 60_000);
  const RELOAD_QUESTION = 'This operation may require a reload of the system. Do you want to proceed? [y/n]';
  let lab: LabFixture;
  let console: ConsoleClient;

  async function start(): Promise<void> {
    // A rollback timer of two hours is over after 3.6 s.
    lab = await new LabFixture({ device: { device: 'cisco-9300' }, timeScale: 2000 }).start();
    console = await lab.enter();
    lab.device.flash.write(NEW, IMAGE);
  }

  const version = async (): Promise<string> => {
    const text = await console.say('show version', /#$/);
    return /^Cisco IOS XE Software, Version (\S+)/m.exec(text)?.[1] ?? '';
  };

  afterEach(() => lab.stop());

  it('runs in install mode and is upgraded in one command', async () => {
    await start();
    expect(await console.say('show version', /#$/)).to.include('System image file is "flash:packages.conf"');
    await console.say(`install add file flash:${NEW} activate commit`, RELOAD_QUESTION);
    console.type('y');
    await console.expect('SUCCESS: install_add_activate_commit');
    await console.expect(UP);
    await lab.enter();
    expect(await version()).to.equal('17.3.4');
    const summary = await console.say('show install summary', /#$/);
    expect(summary).to.match(/^IMG {3}C {4}17\.3\.4\r$/m);
    expect(summary).to.include('Auto abort timer: inactive');
    expect(lab.counts).to.include({ boots: 1, typedWhileBooting: 0 });
  });

  it('does nothing at no, and refuses what does not suit', async () => {
    await start();
    await console.say(`install add file flash:${NEW} activate commit`, RELOAD_QUESTION);
    console.type('n');
    await console.expect(/#$/);
    lab.device.arm({ id: 'install-precheck-fails' });
    expect(await console.say(`install add file flash:${NEW} activate commit`, /#$/)).to.include('FAILED: install_add');
    lab.device.flash.write(NEW, IMAGE.subarray(0, 30_000));
    expect(await console.say(`install add file flash:${NEW} activate commit`, /#$/)).to.include('bytes short');
    expect([await version(), lab.counts.boots]).to.deep.equal(['16.12.1', 0]);
  });

  it('rolls back by itself what nobody commits, and keeps what was committed', async () => {
    await start();
    const activate = async (): Promise<void> => {
      await console.say(`install add file flash:${NEW}`, 'SUCCESS: install_add');
      await console.say('install activate', RELOAD_QUESTION);
      console.type('y');
      await console.expect(UP);
      await lab.enter();
    };
    await activate();
    expect(await version()).to.equal('17.3.4');
    expect(await console.say('show install summary', /#$/)).to.match(/^IMG {3}U {4}17\.3\.4\r$/m);
    await console.expect(UP);
    await lab.enter();
    expect(await version()).to.equal('16.12.1');
    await activate();
    await console.say('install commit', /SUCCESS: install_commit[^]*#$/);
    expect(await console.say('show install summary', /#$/)).to.match(/^IMG {3}C {4}17\.3\.4\r$/m);
  });
});
