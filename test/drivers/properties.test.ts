/** Drivers that a port's properties complete: linux with an update client, u-boot, native. */
import { expect } from 'chai';
import type { Driver } from '../../core/driver.js';
import { PortwrightError } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { driverFor, readFacts } from '../../drivers/index.js';
import type { TellingDevice } from '../actions/told-device.js';
import { walkPush } from '../actions/told-device.js';

const made = (driver: string, properties: JsonObject): Driver => driverFor({ id: 'n:1', driver, properties });

function wrongOf(driver: string, properties: JsonObject): unknown {
  try {
    made(driver, properties);
  } catch (error) {
    if (error instanceof PortwrightError) return [error.code, error.context['property'], error.context['wanted']];
    throw error;
  }
  return undefined;
}

describe('linux with an update client', () => {
  it('RAUC needs nothing but its name', () => {
    const { activate, slotNames, facts } = made('linux', { updater: 'rauc' });
    const sent = (exchanges: Driver['activate']['install'] = []) => exchanges.map(({ send }) => send?.split(';')[0]);
    expect(slotNames).to.deep.equal(['rootfs.0', 'rootfs.1']);
    expect(sent(activate.install)).to.deep.equal(['rauc install {{image:path}}']);
    expect(sent(activate.confirm)).to.deep.equal(['rauc status mark-good']);
    expect(activate.installed).to.equal(undefined);
    const status =
      '{"compatible":"x","booted":"A","boot_primary":"rootfs.1","slots":[{"rootfs.1":{"class":"rootfs","bootname":"B","state":"inactive"}},' +
      '{"rootfs.0":{"class":"rootfs","bootname":"A","state":"booted","boot_status":"good"}}]}';
    const driver = { ...made('linux', { updater: 'rauc' }), facts };
    expect(readFacts(driver, { 'rauc status --output-format=json': status }).activeSlot).to.equal('rootfs.0');
    const selected = activate.selected?.exchange.capture?.['selected'] ?? '';
    expect(new RegExp(selected).exec(status)?.[1]).to.equal('rootfs.1');
  });

  it('what the port says itself counts first', () => {
    const { slotNames } = made('linux', { updater: 'rauc', slots: { names: ['system0', 'system1'] } });
    expect(slotNames).to.deep.equal(['system0', 'system1']);
  });

  it('SWUpdate wants the rest, commands of its own want a hash, and nothing wants slots', () => {
    expect(wrongOf('linux', { updater: 'swupdate' })).to.deep.equal(['DRIVER_PROPERTY', '/slots', 'the key "names"']);
    const { names, active, install, select, selected, undo } = {
      names: ['1', '2'],
      active: { command: 'a', pattern: '(\\d)' },
      install: ['i'],
      select: ['s'],
      selected: { command: 'b', pattern: '(\\d)' },
      undo: ['u'],
    };
    const slots = { names, active, install, select, selected, undo };
    expect(wrongOf('linux', { slots })).to.deep.equal(['DRIVER_PROPERTY', '/slots', 'the key "installedHash"']);
    expect(wrongOf('linux', { updater: 'swupdate', slots })).to.equal(undefined);
    expect(wrongOf('linux', {})).to.deep.equal(['DRIVER_PROPERTY', '', 'the key "slots"']);
  });
});

const BOARD: JsonObject = {
  loadAddress: '0x44000000',
  readBackAddress: '0x48000000',
  write: ['sf probe', 'sf update {{loadAddress}} 0x0 {{sizeHex}}'],
  readBack: 'sf read {{readBackAddress}} 0x0 {{sizeHex}}',
  imageVersion: '^fw-(\\d+)\\.bin$',
  version: { command: 'printenv fw', pattern: '^fw=(\\d+)' },
};

class Board implements TellingDevice {
  version = '7';
  written = '';
  memory = '';
  readonly corrupt: boolean;
  constructor(corrupt = false) {
    this.corrupt = corrupt;
  }
  prompt = (): string => '=> ';
  boot = (): void => {
    this.version = this.written === '' ? this.version : '8';
  };
  answer = (command: string): string => {
    if (command === 'version') return 'U-Boot 2023.01 (Jan 01 2023)';
    if (command === 'printenv') return 'serial#=B-17\nboard_name=edge';
    if (command === 'printenv fw') return `fw=${this.version}`;
    if (command.startsWith('tftpboot')) return 'Bytes transferred = 30000000 (1c9c380 hex)';
    if (command.startsWith('sf update')) this.written = 'c'.repeat(8);
    if (!command.startsWith('crc32')) return '';
    const hash = command.includes('0x48') && this.corrupt ? 'd'.repeat(8) : 'c'.repeat(8);
    return `crc32 for 44000000 ... 45c9c37f ==> ${hash}`;
  };
}

describe('u-boot', () => {
  it('loads into memory, proves, writes, reads back, proves, resets', async () => {
    const device = new Board();
    const { end, typed } = await walkPush({ driver: made('u-boot', BOARD), device, fileName: 'fw-8.bin' });
    expect(end.verdict).to.equal('succeeded');
    const orders = typed.filter((command) => !/^(?:version|printenv)/.test(command));
    expect(orders).to.deep.equal([
      'tftpboot 0x44000000 192.0.2.10:r4nd/fw-8.bin',
      'crc32 0x44000000 0x1c9c380',
      'sf probe',
      'sf update 0x44000000 0x0 0x1c9c380',
      'sf read 0x48000000 0x0 0x1c9c380',
      'crc32 0x48000000 0x1c9c380',
      'reset',
    ]);
  });

  it('what does not read back as it was written is not booted', async () => {
    const { end, typed } = await walkPush({
      driver: made('u-boot', BOARD),
      device: new Board(true),
      fileName: 'fw-8.bin',
    });
    expect(end).to.include({ verdict: 'failed', code: 'PUSH_VERIFY_FAILED' });
    expect(typed).to.not.include('reset');
  });

  it('names what the port does not say', () => {
    expect(wrongOf('u-boot', {})).to.deep.equal(['DRIVER_PROPERTY', '', 'the key "loadAddress"']);
    expect(wrongOf('u-boot', { ...BOARD, loadAddress: '44' })).to.deep.equal([
      'DRIVER_PROPERTY',
      '/loadAddress',
      'a hexadecimal address such as 0x44000000',
    ]);
  });
});

describe('native', () => {
  const WORDS: JsonObject = {
    dialog: { prompts: [{ state: 'exec', pattern: '^OK> ?$' }], failures: [{ pattern: '^NO', class: 'refused' }] },
    login: { op: 'exec' },
    facts: [{ command: 'ver', fields: [{ name: 'osVersion', pattern: '^v(\\d+)' }] }],
  };

  it("speaks the port's own words, before its general ones", () => {
    const driver = made('native', { native: WORDS });
    expect(driver).to.include({ id: 'native', make: 'native' });
    expect(driver.dialog.prompts[0]).to.deep.equal({ state: 'exec', pattern: '^OK> ?$' });
    expect(readFacts(driver, { ver: 'v12' })).to.include({ osVersion: '12' });
  });

  it('without words it takes no image, and nothing is written', async () => {
    expect(made('native', {}).transfers).to.deep.equal({});
    const device: TellingDevice = { prompt: () => 'OK> ', boot: () => undefined, answer: () => 'v1' };
    const { end, typed } = await walkPush({ driver: made('native', { native: WORDS }), device, fileName: 'x.bin' });
    expect(end).to.include({ verdict: 'failed', code: 'PUSH_NO_METHOD' });
    expect(typed).to.deep.equal(['ver']);
  });

  it('names what is wrong, with its place', () => {
    const wrong = (more: JsonObject): unknown => wrongOf('native', { native: { ...WORDS, ...more } });
    expect(wrong({ extends: 'linux' })).to.deep.equal(['DRIVER_PROPERTY', '/native/extends', 'no such key']);
    expect(wrong({ dialog: { noise: ['('] } })).to.deep.include('/native/dialog/noise/0');
    const transfers = { tftp: { direction: 'devicePulls', exchanges: ['get {{remoteFile:path}}'] } };
    expect(wrong({ transfers })).to.deep.equal(['DRIVER_PROPERTY', '/native', 'the key "verify"']);
    expect(wrongOf('native', { native: 7 })).to.deep.equal(['DRIVER_PROPERTY', '/native', 'object']);
  });
});
