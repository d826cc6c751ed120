/** Pushes by the drivers that are not classic IOS: what is typed in which order, and what is made of the answers. */
import { expect } from 'chai';
import { ciscoIosXe } from '../../drivers/cisco-iosxe/driver.js';
import { extremeExos } from '../../drivers/extreme-exos/driver.js';
import type { TellingDevice } from './told-device.js';
import { walkPush } from './told-device.js';
import type { WalkOptions, Walked } from './told-device.js';

/** An EXOS switch with two partitions. */
class ExosSwitch implements TellingDevice {
  selected = 'primary';
  booted = 'primary';
  members = 1;
  dirty = false;
  uptimeSeconds = 1_000_000;
  boots: 'selected' | 'former' = 'selected';
  membersAfterBoot: number | undefined;
  readonly installed: Record<string, string> = { primary: '15.4.1.3', secondary: '15.2.1.5' };
  listed = true;

  prompt = (): string => (this.dirty ? '* x670.7 # ' : 'x670.7 # ');

  boot = (): void => {
    if (this.boots === 'selected') this.booted = this.selected;
    this.uptimeSeconds = 60;
    this.members = this.membersAfterBoot ?? this.members;
  };

  answer = (command: string): string => {
    const [verb] = command.split(' ');
    if (verb === 'use') this.selected = command.split(' ')[2] ?? '';
    if (verb === 'save') this.dirty = false;
    if (verb === 'download') return this.#install(command);
    if (command === 'show switch') return this.#showSwitch();
    if (command === 'show version') return this.#showVersion();
    if (command === 'show version images') return this.#images();
    return command.startsWith('show ports') ? '1 VR-Default E R\n2 VR-Default E R\n' : '';
  };

  #install(command: string): string {
    const slot = command.split(' ').at(-1) ?? '';
    if (slot === this.booted) return 'Error: Image can only be installed to the non-active partition.';
    this.installed[slot] = '16.2.5.4';
    this.selected = slot;
    return `Downloading to Switch.....\nInstalling to ${slot} partition!\n\nInstalling to Switch.....\nImage installed successfully\nThis image will be used only after rebooting the switch!`;
  }

  #showSwitch(): string {
    return [
      'SysName:          x670',
      'System Type:      X670-48x',
      `System UpTime:    0 days 0 hours 0 minutes ${String(this.uptimeSeconds)} seconds `,
      `Image Selected:   ${this.selected}`,
      `Image Booted:     ${this.booted}`,
      `Primary ver:      ${this.installed['primary'] ?? ''}`,
      `Secondary ver:    ${this.installed['secondary'] ?? ''}`,
    ].join('\n');
  }

  #showVersion(): string {
    const unit = (n: number): string =>
      `Slot-${String(n)} : 800-1 1234N-4000${String(n)} Rev 1.0 BootROM: 1 IMG: 1.1.1.1`;
    const units = Array.from({ length: this.members }, (_unused, i) => unit(i + 1));
    return `${units.join('\n')}\nImage   : ExtremeXOS version ${this.installed[this.booted] ?? ''} by release-manager\n`;
  }

  #images(): string {
    const other = this.booted === 'primary' ? 'secondary' : 'primary';
    if (!this.listed) return 'Card  Partition';
    return `Switch ${other} Wed Oct 22 11:53:23 UTC 2025 16.2.5.4 summitX-16.2.5.4.xos 16.2.5.4`;
  }
}

const exos = (device: ExosSwitch, more: Partial<WalkOptions> = {}): Promise<Walked> =>
  walkPush({ driver: extremeExos, device, fileName: 'summitX-16.2.5.4.xos', ...more });

describe('push to EXOS', () => {
  it('goes to the partition that does not run, is proved, selected, booted', async () => {
    const device = new ExosSwitch();
    const { end, typed, story, promoted } = await exos(device);
    expect(end.verdict).to.equal('succeeded');
    const orders = typed.filter((command) => !command.startsWith('show'));
    expect(orders).to.deep.equal([
      'download image 192.0.2.10 r4nd/summitX-16.2.5.4.xos vr VR-Mgmt secondary',
      'use image primary',
      'use image secondary',
      'reboot',
    ]);
    expect(device.booted).to.equal('secondary');
    expect(story).to.include('Push OS succeeded.');
    expect(promoted).to.equal(1);
  });

  it('goes by HTTP with its port, in the router of the port', async () => {
    const settings = { osPushMethod: 'http' } as const;
    const device = new ExosSwitch();
    const asked = { method: 'http', settings, properties: { vr: 'VR-Default' } } as const;
    const older = await exos(device, asked);
    expect(older.end.code, 'before 16.1 it knows no URL').to.equal('PUSH_NO_METHOD');
    device.installed['primary'] = '16.1.1.4';
    const { typed } = await exos(device, asked);
    expect(typed).to.include('download url http://192.0.2.10:8069/r4nd/summitX-16.2.5.4.xos vr VR-Default secondary');
  });

  it('a one-time login reaches the switch and is masked', async () => {
    const settings = { osPushMethod: 'scp' } as const;
    const login = { username: 'once', password: 'very-secret' };
    const { typed, hidden } = await exos(new ExosSwitch(), { method: 'scp', settings, login });
    expect(typed).to.include('scp2 vr VR-Mgmt once@192.0.2.10:r4nd/summitX-16.2.5.4.xos summitX-16.2.5.4.xos');
    expect(hidden).to.include('very-secret');
  });

  it('an unsaved configuration is saved, or the push is refused', async () => {
    const device = new ExosSwitch();
    device.dirty = true;
    expect((await exos(device)).typed).to.include('save configuration');
    const other = new ExosSwitch();
    other.dirty = true;
    const { end, typed } = await exos(other, { settings: { saveConfigBeforeReboot: false } });
    expect(end).to.include({ verdict: 'failed', code: 'PUSH_CONFIG_UNSAVED' });
    expect(typed).to.not.include('reboot');
    expect(other.selected).to.equal('primary');
  });

  it('an image that the switch does not list is not booted', async () => {
    const device = new ExosSwitch();
    device.listed = false;
    const { end, typed, story } = await exos(device);
    expect(end.verdict).to.equal('failed');
    expect(typed).to.not.include('reboot');
    expect(story).to.include('The device does not show summitX-16.2.5.4.xos where it should be.');
    expect(device.selected).to.equal('primary');
  });

  it('a switch that boots its former partition is rolled back, and selects it again', async () => {
    const device = new ExosSwitch();
    device.boots = 'former';
    const { end } = await exos(device);
    expect(end).to.include({ verdict: 'rolledBack', code: 'PUSH_OLD_VERSION' });
    expect(device.selected).to.equal('primary');
  });

  it('a stack that comes back with a unit less is degraded, once it had its time', async () => {
    const device = new ExosSwitch();
    device.members = 3;
    device.membersAfterBoot = 2;
    const { end, typed } = await exos(device);
    expect(end).to.include({ verdict: 'degraded', code: 'PUSH_MEMBER_LOST' });
    expect(typed.filter((command) => command === 'show version').length).to.be.greaterThan(20);
  });

  it('an image of another platform is refused', async () => {
    const { end, typed } = await exos(new ExosSwitch(), { fileName: 'onie-30.7.1.1.xos' });
    expect(end).to.include({ verdict: 'failed', code: 'PUSH_WRONG_PLATFORM' });
    expect(typed.some((command) => command.startsWith('download'))).to.equal(false);
  });
});

/** A Catalyst 9300 in install mode, or in bundle mode. */
class Catalyst9300 implements TellingDevice {
  version = '17.3.5';
  added = '';
  committed = true;
  bootImage = 'flash:packages.conf';
  members = 1;
  commitRefused = false;
  bootList: string[] = [];
  uptimeMinutes = 50_000;
  goesBack = false;

  prompt = (): string => 'Switch#';

  boot = (): void => {
    if (this.added !== '' && !this.goesBack) this.version = this.added;
    this.uptimeMinutes = 1;
  };

  answer = (command: string): string => {
    if (command === 'show version') return this.#showVersion();
    if (command.startsWith('dir')) return '11353194496 bytes total (9936510976 bytes free)';
    if (command.startsWith('copy')) return '[OK - 30000000 bytes]\n30000000 bytes copied in 9 secs';
    if (command.startsWith('verify')) return `verify /md5 (flash:x) = ${'b'.repeat(32)}`;
    if (command.startsWith('boot system')) this.bootList.push(command.slice('boot system '.length));
    if (command === 'no boot system') this.bootList = [];
    if (command.startsWith('show running-config |'))
      return this.bootList.map((file) => `boot system ${file}`).join('\n');
    if (command === 'write memory') return '[OK]';
    return this.#install(command);
  };

  #install(command: string): string {
    if (command.startsWith('install add')) {
      this.added = '17.9.4';
      return 'install_add: START\nSUCCESS: install_add /flash/cat9k_iosxe.17.09.04.SPA.bin';
    }
    if (command === 'install commit') {
      if (this.commitRefused) return 'FAILED: install_commit exit(1)';
      this.committed = true;
      return 'SUCCESS: install_commit';
    }
    if (command === 'install activate') this.committed = false;
    return '';
  }

  #showVersion(): string {
    const row = (n: number): string =>
      `${n === 1 ? '*' : ' '}    ${String(n)} 41    C9300-24P          ${this.version}          CAT9K_IOSXE           INSTALL`;
    return [
      'Cisco IOS XE Software, Version 17.03.05',
      `Cisco IOS Software [Amsterdam], Catalyst L3 Switch Software (CAT9K_IOSXE), Version ${this.version}, RELEASE SOFTWARE (fc2)`,
      `Switch uptime is ${String(this.uptimeMinutes)} minutes`,
      `System image file is "${this.bootImage}"`,
      'cisco C9300-24P (X86) processor with 1419044K/6147K bytes of memory.',
      'Processor board ID FCW0000A0AA',
      '28 Gigabit Ethernet interfaces',
      ...Array.from({ length: this.members }, (_unused, i) => row(i + 1)),
    ].join('\n');
  }
}

const iosXe = (device: Catalyst9300): Promise<Walked> =>
  walkPush({ driver: ciscoIosXe, device, fileName: 'cat9k_iosxe.17.09.04.SPA.bin' });

describe('push to IOS-XE', () => {
  it('in install mode: added, activated, and committed only once the new version is proved', async () => {
    const device = new Catalyst9300();
    device.members = 3;
    const { end, typed, steps } = await iosXe(device);
    expect(end.verdict).to.equal('succeeded');
    const installs = typed.filter((command) => command.startsWith('install'));
    expect(installs).to.deep.equal([
      'install add file flash:cat9k_iosxe.17.09.04.SPA.bin',
      'install activate',
      'install commit',
    ]);
    expect(steps.indexOf('confirm')).to.be.greaterThan(steps.indexOf('postFacts'));
    expect(device.committed).to.equal(true);
  });

  it('a device that went back by itself is rolled back, and nothing is committed', async () => {
    const device = new Catalyst9300();
    device.goesBack = true;
    const { end, typed } = await iosXe(device);
    expect(end).to.include({ verdict: 'rolledBack' });
    expect(typed).to.not.include('install commit');
  });

  it('a commit that is refused ends degraded, with an alarm', async () => {
    const device = new Catalyst9300();
    device.commitRefused = true;
    const { end, alarms, promoted } = await iosXe(device);
    expect(end.verdict).to.equal('degraded');
    expect(end.sentence).to.include('could not be confirmed');
    expect([alarms, promoted]).to.deep.equal([['pushDegraded'], 0]);
  });

  it('in bundle mode it is a boot list and a reload', async () => {
    const device = new Catalyst9300();
    device.bootImage = 'flash:cat9k_iosxe.17.03.05.SPA.bin';
    const boot = device.boot;
    device.boot = () => {
      device.added = '17.9.4';
      device.bootImage = device.bootList[0] ?? '';
      boot();
    };
    const { end, typed } = await iosXe(device);
    expect(end.verdict).to.equal('succeeded');
    expect(device.bootList).to.deep.equal(['flash:cat9k_iosxe.17.09.04.SPA.bin', 'flash:cat9k_iosxe.17.03.05.SPA.bin']);
    expect(typed).to.include('reload').and.not.include('install activate');
  });

  it('a stack in bundle mode is refused before anything is written', async () => {
    const device = new Catalyst9300();
    device.bootImage = 'flash:cat9k_iosxe.17.03.05.SPA.bin';
    device.members = 2;
    const { end, typed } = await iosXe(device);
    expect(end).to.include({ verdict: 'failed', code: 'PUSH_STACK' });
    expect(typed.some((command) => command.startsWith('copy'))).to.equal(false);
  });
});
