/** The driver that docs/writing-a-driver.md writes is loaded from that page, reads what the page shows, and pushes an image. */
import { expect } from 'chai';
import type { Driver } from '../../core/driver.js';
import { DRIVERS, parseFacts, readDrivers } from '../../drivers/index.js';
import { CompiledTable } from '../../protocols/dialog/index.js';
import type { TellingDevice } from '../actions/told-device.js';
import { walkPush } from '../actions/told-device.js';
import { blocksOf } from './pages.js';

const blocks = blocksOf('docs/writing-a-driver.md');
const textOf = (title: string): string => blocks.find((block) => block.title === title)?.text ?? '';

function driverOf(title: string): Driver {
  const { drivers, problems } = readDrivers([{ file: title, json: JSON.parse(textOf(title)) as unknown }], DRIVERS);
  expect(problems).to.deep.equal([]);
  return drivers[0]!;
}

/** The switch of the page. */
class Fs24 implements TellingDevice {
  running = '1';
  boots = '1';
  uptime = '12 days, 3 hours, 14 minutes';
  readonly images: Record<string, string> = { 1: '4.1.0', 2: '4.0.2' };

  prompt = (): string => 'access-7#';

  boot = (): void => {
    this.running = this.boots;
    this.uptime = '1 minute';
  };

  answer = (command: string): string => {
    const slot = command.split(' ').at(-1) ?? '';
    if (command === 'show version') return this.#version();
    if (command === 'show images') return this.#images();
    if (command.startsWith('hash')) return 'b'.repeat(32);
    if (command.startsWith('boot slot')) this.boots = slot;
    if (!command.startsWith('fetch')) return '';
    this.images[slot] = '4.2.0';
    return `Stored in slot ${slot}`;
  };

  #version(): string {
    return textOf('show version')
      .replace('4.1.0', this.images[this.running] ?? '')
      .replace('slot 1', `slot ${this.running}`)
      .replace(/Uptime {11}: .*/, `Uptime           : ${this.uptime}`);
  }

  #images(): string {
    return ['1', '2']
      .map((slot) => `slot ${slot}  fsos-${this.images[slot] ?? ''}.img ${slot === this.boots ? ' boot' : ''}`)
      .join('\n');
  }
}

describe('docs/writing-a-driver.md', () => {
  it('its driver reads what the page shows', () => {
    const driver = driverOf('drivers/acme-fsos.json');
    expect(parseFacts('acme-fsos', 'show version', textOf('show version'), [driver])).to.deep.include({
      make: 'acme',
      osType: 'FSOS',
      model: 'FS-24',
      hostname: 'access-7',
      serialNumber: 'AC24-0017',
      osVersion: '4.1.0',
      activeSlot: '1',
      interfaceCount: 26,
      uptimeSeconds: 12 * 86_400 + 3 * 3600 + 14 * 60,
    });
  });

  it('its driver pushes an image to the other slot, and proves it', async () => {
    const device = new Fs24();
    const { end, typed } = await walkPush({
      driver: driverOf('drivers/acme-fsos.json'),
      device,
      fileName: 'fsos-4.2.0.img',
    });
    expect(end.verdict).to.equal('succeeded');
    expect(typed.filter((command) => !command.startsWith('show'))).to.deep.equal([
      'fetch tftp://192.0.2.10/r4nd/fsos-4.2.0.img slot 2',
      'hash slot 2',
      'boot slot 2',
      'reboot',
    ]);
    expect(device.running).to.equal('2');
  });

  it('its prompts and questions are known to the dialogue', () => {
    const table = new CompiledTable(driverOf('drivers/acme-fsos.json').dialog);
    const prompts = ['fsboot> ', 'FS login: ', 'Password: ', 'access-7# ', 'access-7>'];
    expect(prompts.map((text) => table.prompt(text)?.state)).to.deep.equal([
      ...['loader', 'login', 'password', 'exec', 'user'],
    ]);
    expect(table.question('Overwrite slot 2? (y/n) ')?.row).to.deep.include({ id: 'overwrite', key: false });
  });

  it('the one that starts from another keeps what it does not say', () => {
    const base = DRIVERS.find(({ id }) => id === 'extreme-exos')!;
    const own = driverOf('drivers/campus-exos.json');
    expect(own).to.include({ id: 'campus-exos', make: 'extreme', settleMs: base.settleMs });
    expect(own.slots).to.deep.equal({ 'property.vr': 'VR-Default' });
    expect(own.boot).to.deep.equal({ ...base.boot, capMs: 40 * 60_000 });
    expect(own.dialog.questions.filter(({ id }) => id === 'signature').map(({ answer }) => answer)).to.deep.equal([
      'y',
    ]);
    expect(own.dialog.questions).to.have.length(base.dialog.questions.length);
    expect(own.dialog.prompts).to.deep.equal(base.dialog.prompts);
    expect(own.verifiedOn).to.deep.equal([]);
  });
});
