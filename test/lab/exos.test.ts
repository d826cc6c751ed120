import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeImage } from '../../lab/image.js';
import type { Fault } from '../../lab/faults/fault.js';
import type { ConsoleClient } from './console-client.js';
import { LabFixture } from './lab-fixture.js';

const NEW = 'summitX-16.2.5.4-patch1-31.xos';
const IMAGE = makeImage({ vendor: 'extreme', family: 'summitX', version: '16.2.5.4-patch1-31' }, 60_000);
const MODULE = 'summitX-16.2.5.4-ssh.xmod';
const FOREIGN = makeImage({ vendor: 'extreme', family: 'onie', version: '22.2.1.5' }, 60_000);
const BROKEN = IMAGE.map((byte, index) => (index === 30_000 ? byte ^ 1 : byte));
const text = (...lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`);
const RELEASE = 'summitX-22.3.1.4';
const OF_LIST = ['.xos', '-ssh.xmod', '-openflow.xmod', '-legacycli.xmod', '-cna.xmod', '-script.xmod'];
const FILES = new Map<string, Uint8Array>([
  ['release/all.lst', text('xos.lst', 'xmod.lst', 'script.lst')],
  ['release/xos.lst', text(`${RELEASE}.xos`)],
  ['release/xmod.lst', text(...OF_LIST.slice(1, 5).map((ending) => RELEASE + ending))],
  ['release/script.lst', text(`${RELEASE}-script.xmod`)],
  ...OF_LIST.map((ending) => [`release/${RELEASE}${ending}`, IMAGE] as const),
  [NEW, IMAGE],
  [MODULE, IMAGE],
  ['onie-22.2.1.5.xos', FOREIGN],
  ['summitX-16.2.5.5.xos', BROKEN],
]);
const QUESTION = 'Do you want to install image after downloading? (y - yes, n - no, <cr> - cancel) ';
const PROMPT = / # $/;

describe('lab switch with ExtremeXOS', () => {
  let lab: LabFixture;
  let console: ConsoleClient;

  async function start(device = 'extreme-x460g2', faults: readonly Fault[] = []): Promise<void> {
    lab = await new LabFixture({ files: FILES, device: { device, upFor: '862m', faults } }).start();
    ({ console } = lab);
    await console.say('', 'login: ');
    await console.say('admin', 'password: ');
    await console.say('', PROMPT);
    await console.say('disable clipaging', PROMPT);
  }

  const download = (file = NEW, more = ' vr VR-Mgmt secondary'): string => `download image 10.10.10.254 ${file}${more}`;
  const inNext = async (label: string): Promise<string> => {
    const text = await console.say('show switch', PROMPT);
    return new RegExp(`^${label}:\\s+(.*?)\\s*$`, 'm').exec(text)?.[1] ?? '';
  };
  const partitions = (): string => readFileSync(join(lab.folder, 'r1', 'partitions.json'), 'utf8');

  afterEach(() => lab.stop());

  it('downloads to the partition that does not run, selects it by itself, and boots it', async () => {
    await start();
    await console.say(download(), QUESTION);
    console.type('y');
    const told = await console.expect(PROMPT);
    expect(told).to.match(/^Yes\r\n\r\nDownloading to Switch\.*\r\nLab: bytes moved by /);
    expect(told).to.match(
      /Installing to secondary partition!\r\n\r\nInstalling to Switch\.{40}\r\nImage installed successfully\r\n/,
    );
    expect(told).to.include('This image will be used only after rebooting the switch!');
    expect([await inNext('Image Selected'), await inNext('Image Booted')]).to.deep.equal(['secondary', 'primary']);
    expect(await console.say('show version images', PROMPT)).to.match(
      /Switch secondary .* 16\.2\.5\.4 summitX-16\.2\.5\.4-patch1-31\.xos v1625b4-patch1-31/,
    );
    await console.say('reboot', 'Are you sure you want to reboot the switch? (y/N) ');
    console.type('y');
    await console.expect('(pending-AAA) login: ');
    await console.expect('Authentication Service (AAA) on the master node is now available for login.');
    await console.say('', 'login: ');
    await console.say('admin', 'password: ');
    await console.say('', PROMPT);
    expect(await console.say('show version', PROMPT)).to.include('ExtremeXOS version 16.2.5.4 v1625b4-patch1-31');
    expect([await inNext('Image Booted'), await inNext('Boot Count')]).to.deep.equal(['secondary', '16']);
    expect(lab.counts).to.include({ boots: 1, runningFileWrites: 0, typedWhileBooting: 0, transfers: 1 });
  });

  it('refuses the running partition, other files, other hardware and damaged images, with nothing changed', async () => {
    await start();
    const before = partitions();
    const cases = [
      [download(NEW, ' vr VR-Mgmt primary'), 'Error: Image can only be installed to the non-active partition.'],
      [download('readme.txt', ''), 'Error: Failed to download image - Unknown file type.'],
    ] as const;
    for (const [line, error] of cases) expect(await console.say(line, PROMPT)).to.include(error);
    for (const [file, error] of [
      ['onie-22.2.1.5.xos', 'Error: Failed to download image - Error: Image is not for this platform.'],
      ['summitX-16.2.5.5.xos', 'Error: Failed to download image - Error: Image CRC check failed.'],
      ['summitX-1.xos', 'Error: Failed to download image - File not found.'],
    ] as const) {
      await console.say(download(file), QUESTION);
      console.type('y');
      expect(await console.expect(PROMPT)).to.include(error);
    }
    expect(partitions()).to.equal(before);
  });

  it('cancels at RETURN, and only keeps the file at n', async () => {
    await start();
    const before = partitions();
    await console.say(download(), QUESTION);
    console.type('\r');
    await console.expect(PROMPT);
    expect(lab.counts.transfers).to.equal(0);
    await console.say(download(), QUESTION);
    console.type('n');
    await console.expect(PROMPT);
    expect(partitions()).to.equal(before);
    expect(lab.device.flash.has(NEW)).to.equal(true);
  });

  for (const [id, question] of [
    ['signature-unsigned', 'Image is not digitally signed. Do you want to continue? (y/N) '],
    ['signature-nocert', 'Image signature validation will be bypassed. Do you want to continue? (y/N) '],
    ['signature-badcert', 'Image signature validation will be bypassed. Do you want to continue? (y/N) '],
  ] as const) {
    it(`asks about the signature (${id}) and installs nothing at no`, async () => {
      await start('extreme-x460g2', [{ id }]);
      const before = partitions();
      await console.say(download(), QUESTION);
      console.type('y');
      await console.expect(question);
      console.type('\r');
      expect(await console.expect(PROMPT)).to.include('Installation cancelled');
      expect(partitions()).to.equal(before);
      expect(existsSync(lab.device.flash.incomingPath(NEW))).to.equal(false);
    });
  }

  it('asks about core dumps, and what no vendor page knows, before it downloads', async () => {
    await start('extreme-x460g2', [{ id: 'core-dumps' }, { id: 'unknown-question' }]);
    await console.say(download(), 'remove existing core dumps? (y/n) ');
    console.type('y');
    await console.expect('go on with the full moon? (y/N) ');
    console.type('n');
    await console.expect(PROMPT);
    expect(lab.counts.transfers).to.equal(0);
  });

  it('takes a URL without a question, from the release on that knows it', async () => {
    await start();
    expect(await console.say(`download url tftp://10.10.10.254/${NEW} vr VR-Mgmt`, PROMPT)).to.include(
      '% Invalid input',
    );
    await lab.stop();
    await start('extreme-x440g2');
    const told = await console.say(`download url tftp://10.10.10.254/${NEW} vr VR-Mgmt`, PROMPT);
    expect(told).to.include('Image installed successfully');
    expect(told).to.not.include('Do you want');
  });

  it("downloads six files by one list of lists, and says what the vendor's own example says", async () => {
    await start('extreme-x440g2', [{ id: 'prompt-prefix' }]);
    const told = await console.say('download url tftp://10.10.10.254/release/all.lst vr VR-Mgmt secondary', PROMPT);
    const words = told
      .replace(/Lab: bytes moved by [^\r\n]*/g, '')
      .replace(/tftp:\S+/g, '')
      .replace(/\.{2,}|(?<=Switch)\./g, '')
      .replace(/\s+/g, ' ');
    const file = 'Downloading Downloading to Switch Installing to secondary partition! Installing to Switch';
    const installed = 'Image installed successfully';
    expect(words).to.include(
      [
        ...[file, installed, 'This image will be used only after rebooting the switch!', installed],
        ...[file, installed, file, installed],
        ...[file, 'Legacy CLI framework was Successfully Installed !!!', installed, file, installed, file, installed],
      ].join(' '),
    );
    expect(words).to.match(/\(pacman debug\) X440G2-24t\.\d+ # $/);
    // With the four lists.
    expect(lab.counts.transfers).to.equal(10);
    expect(await console.say('show version images', PROMPT)).to.match(
      /secondary .* summitX-22\.3\.1\.4-legacycli\.xmod/,
    );
  });

  it('marks unsaved changes in its prompt, and asks what becomes of them at a reboot', async () => {
    await start();
    expect(await console.say('configure snmp sysName Core', PROMPT)).to.match(/\r\n\* Core\.\d+ # $/);
    await console.say('reboot', '(y - save and reboot, n - reboot without save, <cr> - cancel command) ');
    console.type('\r');
    await console.expect(PROMPT);
    await console.say('save configuration', 'and overwrite it? (y/N) ');
    console.type('y');
    expect(await console.expect(PROMPT)).to.match(
      /done!\r\nConfiguration saved to primary\.cfg successfully\.\r\nCore\.\d+ # $/,
    );
  });

  it('is a stack of three: one slot that does not follow stops the next download', async () => {
    await start('extreme-x460g2-stack', [{ id: 'slot-behind' }]);
    const version = await console.say('show version', PROMPT);
    expect(version.match(/^Slot-\d +:/gm)).to.have.length(3);
    expect(await console.say('show slot', PROMPT)).to.match(/Slot-3 .* Operational/);
    await console.say('use image secondary', PROMPT);
    expect(await console.say(download(NEW, ''), PROMPT)).to.include(
      'Error: all nodes do not have the same image partition selected.',
    );
    await console.say('use image primary', PROMPT);
    expect(await console.say(download(NEW, ' primary'), PROMPT)).to.include(
      'Error: the image partition selected must not be the active partition.',
    );
  });

  it('takes no login before its authentication service runs', async () => {
    await start('extreme-x460g2', [{ id: 'aaa-pending' }]);
    await console.say('reboot', 'Are you sure you want to reboot the switch? (y/N) ');
    console.type('y');
    await console.expect('(pending-AAA) login: ');
    await console.say('admin', 'password: ');
    await console.say('', 'Failed to connect to authentication service');
    await console.expect('(pending-AAA) login: ');
  });
});
