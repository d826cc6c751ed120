/** The lab's router upgraded by hand, every byte moved by foreign programs at both ends. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeImage } from '../../lab/image.js';
import { requirePeer } from '../support/peers.js';
import { LabFixture } from './lab-fixture.js';

const OLD = 'c1700-y-mz.123-9.bin';
const NEW = 'c1700-y-mz.123-1a.bin';
const UP = /get started![^]*%LINEPROTO[^\n]*\n/;
/** Ends inside a block, so that padding is added and taken off. */
const IMAGE = makeImage({ vendor: 'cisco', family: 'c1700', version: '12.3(1a)' }, 120_500);
const MD5 = createHash('md5').update(IMAGE).digest('hex');

describe('lab router upgraded by hand', function () {
  this.timeout(60_000);
  let lab: LabFixture;

  afterEach(() => lab.stop());

  const start = async (bytesPerSecond = 0, agent: 'own' | 'foreign' = 'foreign'): Promise<void> => {
    lab = new LabFixture({
      agent,
      files: new Map([[NEW, IMAGE]]),
      device: { console: { type: 'pty' } },
      bytesPerSecond,
    });
    await lab.start();
  };

  /** Up to `Ready to receive file...........C`. */
  const startXmodem = async (crc: string): Promise<void> => {
    const { console } = lab;
    await console.say(`copy xmodem: flash:${NEW}`, 'Proceed? [confirm]');
    console.type('y');
    await console.expect('Source filename []? ');
    await console.say(NEW, ']? ');
    await console.say('', 'checksumming? [confirm]');
    console.type(crc);
    await console.expect('Max Retry Count [10]: ');
    await console.say('', 'validation checks? [confirm]');
    console.type('n');
    await console.expect('Continue? [confirm]');
    console.type('y');
    await console.expect('Ready to receive file...........');
  };

  const sendWith = (flags: readonly string[]) => {
    const path = join(lab.folder, NEW);
    writeFileSync(path, IMAGE);
    return lab.console.lend(spawn('sx', [...flags, '-b', path]));
  };

  const finishUpgrade = async (): Promise<void> => {
    const { console } = lab;
    expect(await console.say(`verify /md5 flash:${NEW} ${MD5}`, /#$/)).to.include(`Verified (flash:${NEW}) = ${MD5}`);
    await console.say('configure terminal', '(config)#');
    await console.say('no boot system', '(config)#');
    await console.say(`boot system flash:${NEW}`, '(config)#');
    await console.say(`boot system flash:${OLD}`, '(config)#');
    await console.say('end', 'Router#');
    await console.say('write memory', '[OK]\r\nRouter#');
    await console.say('reload', '[confirm]');
    console.type('\r');
    await console.expect(UP);
    await lab.enter();
    expect(await console.say('show version', /#$/)).to.match(/Version 12\.3\(1a\),[^]*uptime is 0 minutes/);
    expect(lab.counts).to.deep.equal({
      reloadCommands: 1,
      boots: 1,
      runningFileWrites: 0,
      typedWhileBooting: 0,
      transfers: 1,
    });
  };

  it('by a foreign TFTP client', async function () {
    requirePeer.call(this, 'tftp');
    await start();
    const console = await lab.enter();
    await console.say(`copy tftp://10.10.10.254/${NEW} flash:${NEW}`, ']? ');
    const copied = await console.say('', /secs .*\r\nRouter#$/s);
    expect(copied).to.match(/Lab: bytes moved by tftp-hpa [\d.]+\r\n/);
    expect(copied).to.include(`[OK - ${IMAGE.length} bytes]`);
    expect(lab.journal.find((entry) => entry.kind === 'transfer')?.['program']).to.match(/^tftp-hpa \d/);
    await finishUpgrade();
  });

  for (const [what, flags, crc] of [
    ['in 128-byte blocks with CRC', [], 'y'],
    ['in 1K blocks with CRC', ['-k'], 'y'],
    ['in 128-byte blocks with the checksum', [], 'n'],
  ] as const) {
    it(`by sx and rx over the console ${what}`, async function () {
      requirePeer.call(this, 'sx', 'rx');
      await start();
      await lab.enter();
      await startXmodem(crc);
      expect(await sendWith(flags)).to.equal(0);
      const copied = await lab.console.expect(/secs .*\r\n\r\nRouter#$/s);
      expect(copied).to.match(/Lab: bytes moved by lrzsz [\w.]+ rx\r\n/);
      // The padding of the last block is gone again.
      expect(copied).to.include(`${IMAGE.length} bytes copied in`);
      expect(readFileSync(lab.device.flash.path(NEW)).equals(IMAGE)).to.equal(true);
      await finishUpgrade();
    });
  }

  it('by sx into our own receiver, where nothing else is installed on the lab machine', async function () {
    requirePeer.call(this, 'sx');
    await start(0, 'own');
    await lab.enter();
    await startXmodem('y');
    expect(await sendWith(['-k'])).to.equal(0);
    expect(await lab.console.expect(/secs .*\r\n\r\nRouter#$/s)).to.include('bytes moved by portwright xmodem engine');
    await finishUpgrade();
  });

  it('loses the power in the middle of TFTP, keeps a torn file and boots the old image', async function () {
    requirePeer.call(this, 'tftp');
    await start(400_000);
    const console = await lab.enter();
    lab.device.arm({ id: 'power-fail', at: { bytes: 60_000 }, offMs: 20 });
    await console.say(`copy tftp://10.10.10.254/${NEW} flash:${NEW}`, ']? ');
    await console.say('', UP);
    await lab.enter();
    expect(await console.say('show version', /#$/)).to.include('Version 12.3(9),');
    const torn = lab.device.flash.list().find((file) => file.name === NEW)!;
    expect(torn.sizeBytes).to.be.below(60_001);
    expect(await console.say(`verify flash:${NEW}`, /#$/)).to.include('%Error verifying');
    expect(lab.journal.find((entry) => entry.kind === 'transfer')).to.include({ outcome: 'power lost' });
  });

  it('loses the power in the middle of XMODEM', async function () {
    requirePeer.call(this, 'sx', 'rx');
    await start();
    const console = await lab.enter();
    await startXmodem('y');
    lab.device.arm({ id: 'power-fail', at: { bytes: 50_000 } });
    const path = join(lab.folder, NEW);
    writeFileSync(path, IMAGE);
    const sender = spawn('sx', ['-k', '-b', path]);
    const sent = console.lend(sender);
    while (lab.device.isOn) await new Promise((resolve) => setTimeout(resolve, 5));
    sender.kill();
    await sent;
    lab.device.powerOn();
    await console.expect(UP);
    expect(lab.device.flash.has(OLD)).to.equal(true);
    expect(lab.counts).to.include({ boots: 1, runningFileWrites: 0 });
  });
});
