import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { makeImage } from '../../lab/image.js';
import { LabFixture } from './lab-fixture.js';
import type { FixtureOptions } from './lab-fixture.js';
import { copyNew, IMAGE, NEW, OLD, reload, selectBoot, UP } from './router-steps.js';

const FOREIGN = makeImage({ vendor: 'cisco', family: 'c2600', version: '12.3(1a)' }, 60_000);

describe('lab device', function () {
  this.timeout(30_000);
  let lab: LabFixture;
  const start = async (options: FixtureOptions = {}) => {
    lab = await new LabFixture({ files: new Map([[NEW, IMAGE]]), ...options }).start();
    return lab.console;
  };
  afterEach(() => lab.stop());

  it('says what a 1760 says', async () => {
    await start();
    const console = await lab.enter();
    const version = await console.say('sh ver', /#$/);
    expect(version).to.match(/^IOS \(tm\) C1700 Software \(C1700-Y-M\), Version 12\.3\(9\), RELEASE SOFTWARE/m);
    expect(version).to.include('Router uptime is 14 hours, 22 minutes\r\n');
    expect(version).to.include(`System image file is "flash:/${OLD}"\r\n`);
    expect(version).to.include('Processor board ID FOC08060NSX (');
    expect(version.match(/^\d+ .*interface\(s\)/gm)).to.have.length(3);
    expect(await console.say('dir flash:', /#$/)).to.match(/33030144 bytes total \(\d+ bytes free\)/);
    expect(await console.say('show running-config | include ^boot system', /#$/)).to.equal(
      `show running-config | include ^boot system\r\nboot system flash:${OLD}\r\nRouter#`,
    );
    expect(await console.say('show bootvar', /#$/)).to.include(`BOOT variable = flash:${OLD},12`);
    expect(await console.say('sow version', /#$/)).to.equal(
      "sow version\r\n       ^\r\n% Invalid input detected at '^' marker.\r\n\r\nRouter#",
    );
  });

  it('pages, unless the terminal has no length', async () => {
    const console = await start();
    await console.say('', '>');
    await console.say('show version', '--More--');
    console.type(' ');
    await console.expect(/>$/);
    await console.say('terminal length 0', />$/);
    expect(await console.say('show version', /Router>$/)).to.not.include('More');
  });

  it('has another model with five interfaces', async () => {
    await start({ device: { device: 'cisco-2951' } });
    const console = await lab.enter();
    const version = await console.say('show version', /#$/);
    expect(version).to.include('Cisco CISCO2951/K9 (revision 1.0) with');
    const counts = Array.from(version.matchAll(/^(\d+) .*interfaces/gm), (found) => Number(found[1]));
    expect(counts).to.deep.equal([3, 2]);
    expect(await console.say('dir flash:', /#$/)).to.include('Directory of flash0:/');
  });

  it('asks for login and enable password where it has them', async () => {
    const console = await start({ device: { login: { username: 'admin', password: 'lab', enable: 'more' } } });
    await console.say('', 'Username: ');
    await console.say('admin', 'Password: ');
    await console.say('wrong', '% Login invalid');
    await console.expect('Username: ');
    await console.say('admin', 'Password: ');
    await console.say('lab', 'Router>');
    await console.say('enable', 'Password: ');
    await console.say('more', 'Router#');
    expect(console.text).to.not.match(/lab|more/);
    expect(JSON.stringify(lab.journal)).to.not.match(/"lab"|"more"|wrong/);
  });

  it('runs the new image after copy, boot line and reload, and counts what was done', async () => {
    await start();
    const console = await lab.enter();
    const copied = await copyNew(lab);
    expect(copied).to.include(`Accessing tftp://10.10.10.254/${NEW}...`);
    expect(copied).to.match(/Loading .* \(via FastEthernet0\/0\): !+\r\n\[OK - \d+ bytes\]/);
    expect(copied).to.match(/\d+ bytes copied in [\d.]+ secs \(\d+ bytes\/sec\)/);
    await selectBoot(lab, NEW, OLD);
    const boot = await reload(lab);
    expect(boot).to.match(/^98304C1700 platform with 65536 Kbytes of main memory\r$/m);
    expect(boot).to.match(/^decompressing .*\[OK\]\r$/m);
    expect(boot).to.match(/^Self decompressing the image : #+ \[OK\]\r$/m);
    await lab.enter();
    const version = await console.say('show version', /#$/);
    expect(version).to.include('Version 12.3(1a),');
    expect(version).to.include('uptime is 0 minutes');
    expect(version).to.include('System returned to ROM by reload');
    expect(lab.counts).to.deep.equal({
      reloadCommands: 1,
      boots: 1,
      runningFileWrites: 0,
      typedWhileBooting: 0,
      transfers: 1,
    });
  });

  it('asks before it overwrites, and tells when the file was the running one', async () => {
    await start({ files: new Map([[OLD, IMAGE]]) });
    const console = await lab.enter();
    await console.say(`copy tftp://10.10.10.254/${OLD} flash:`, `Destination filename [${OLD}]? `);
    await console.say('', 'over write? [confirm]');
    console.type('n');
    await console.expect('#');
    expect(lab.counts.runningFileWrites).to.equal(0);
    await console.say(`copy tftp://10.10.10.254/${OLD} flash:`, '? ');
    await console.say('', 'over write? [confirm]');
    console.type('\r');
    await console.expect(/secs/);
    expect(lab.counts.runningFileWrites).to.equal(1);
  });

  it('asks to save before a reload when the configuration was changed', async () => {
    await start();
    const console = await lab.enter();
    await console.say('conf t', '(config)#');
    await console.say('hostname Edge', 'Edge(config)#');
    await console.say('\x1a', 'Edge#');
    await console.say('reload', 'Save? [yes/no]: ');
    await console.say('perhaps', "% Please answer 'yes' or 'no'.");
    await console.expect('[yes/no]: ');
    await console.say('no', 'Proceed with reload? [confirm]');
    console.type('n');
    await console.expect('Edge#');
    await console.say('reload', 'Save? [yes/no]: ');
    await console.say('yes', 'Proceed with reload? [confirm]');
    console.type('\r');
    await console.expect(UP);
    await console.say('', 'Edge>');
  });

  for (const [what, spoil] of [
    ['is for other hardware', () => FOREIGN],
    ['is cut short', () => IMAGE.subarray(0, 40_000)],
    ['has one bit turned', () => IMAGE.map((byte, index) => (index === 30_000 ? byte ^ 1 : byte))],
  ] as const) {
    it(`stays at its loader when the only image ${what}, and boots another by hand`, async () => {
      await start();
      const console = await lab.enter();
      const good = readFileSync(lab.device.flash.path(OLD));
      writeFileSync(lab.device.flash.path(OLD), spoil());
      await reload(lab, `boot: cannot load "flash:${OLD}"`);
      await console.expect('rommon 1 > ');
      expect(lab.journal.at(-1)).to.include({ kind: 'loader' });
      await console.say('dir flash:', 'rommon 2 > ');
      await console.say(`boot flash:${OLD}`, /cannot load .*\r\nrommon 3 > $/);
      await console.say('help me', 'command "help me" not found\r\nrommon 4 > ');
      lab.device.flash.write('good.bin', good);
      await console.say('boot flash:good.bin', UP);
      await lab.enter();
      expect(await console.say('show version', /#$/)).to.include('System image file is "flash:/good.bin"');
    });
  }

  it('takes the next boot line when the first image does not load', async () => {
    await start();
    const console = await lab.enter();
    lab.device.arm({ id: 'bit-flip' });
    await copyNew(lab);
    expect(await console.say(`verify flash:${NEW}`, /#$/)).to.include(`%Error verifying flash:${NEW}`);
    await selectBoot(lab, NEW, OLD);
    expect(await reload(lab)).to.include(`boot: cannot load "flash:${NEW}"`);
    await lab.enter();
    expect(await console.say('show version', /#$/)).to.include('Version 12.3(9),');
  });

  it('verifies by MD5, with and without the sum to compare', async () => {
    await start();
    const console = await lab.enter();
    await copyNew(lab);
    const shown = await console.say(`verify /md5 flash:${NEW}`, /#$/);
    const hash = /verify \/md5 \(flash:\S+\) = ([0-9a-f]{32})/.exec(shown)?.[1] ?? '';
    expect(await console.say(`verify /md5 flash:${NEW} ${hash}`, /#$/)).to.include(`Verified (flash:${NEW}) = ${hash}`);
    const wrong = '0'.repeat(32);
    expect(await console.say(`verify /md5 flash:${NEW} ${wrong}`, /#$/)).to.include(`Computed signature  = ${hash}`);
  });

  it('deletes after two answers', async () => {
    await start();
    const console = await lab.enter();
    await copyNew(lab);
    await console.say(`delete flash:${NEW}`, `Delete filename [${NEW}]? `);
    await console.say('', `Delete flash:${NEW}? [confirm]`);
    console.type('\r');
    await console.expect('Router#');
    expect(lab.device.flash.list().map((file) => file.name)).to.deep.equal([OLD]);
    await console.say(`delete flash:${NEW}`, ']? ');
    await console.say('', '[confirm]');
    console.type('y');
    await console.expect('(No such file or directory)');
  });

  it('logs crash messages on demand, and not where its console is told to be quiet', async () => {
    await start();
    const console = await lab.enter();
    lab.device.log('%SYS-2-MALLOCFAIL: Memory allocation of 1028 bytes failed from 0x8034F1D4');
    expect(await console.expect('0x8034F1D4\r\n')).to.match(/^\r\n\*Mar {2}1 14:22:\d\d\.\d{3}: %SYS-2-MALLOCFAIL/);
    await console.say('conf t', '(config)#');
    await console.say('no logging console', '(config)#');
    await console.say('end', '#');
    lab.device.log('%SYS-2-MALLOCFAIL: again');
    expect(await console.say('show privilege', 'level is 15')).to.not.include('again');
  });

  it('keeps flash and NVRAM over a restart of the process, and loses what was not stored', async () => {
    await start();
    await lab.enter();
    await copyNew(lab);
    await selectBoot(lab, NEW);
    await lab.console.say('conf t', '(config)#');
    await lab.console.say('hostname Unsaved', 'Unsaved(config)#');
    await lab.restart();
    await lab.console.expect(UP);
    await lab.enter();
    expect(await lab.console.say('show version', /#$/)).to.match(/Version 12\.3\(1a\)[^]*Router uptime is 0 minutes/);
    expect(lab.counts).to.include({ boots: 1, transfers: 1 });
  });
});
