/** The cisco-iosxe tables: modes, questions, versions with two numbers, image names. Texts here are synthetic. */
import { expect } from 'chai';
import { ciscoIosXe } from '../../drivers/cisco-iosxe/driver.js';
import { identifyImage, parseFacts, variantOf } from '../../drivers/index.js';
import { CompiledTable } from '../../protocols/dialog/index.js';

const table = new CompiledTable(ciscoIosXe.dialog);

describe('cisco-iosxe versions', () => {
  const rows: readonly (readonly [string, string])[] = [
    [
      'Cisco IOS XE Software, Version 16.09.04\nCisco IOS Software [Fuji], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 16.9.4, RELEASE SOFTWARE (fc2)',
      '16.9.4',
    ],
    ['Cisco IOS XE Software, Version 16.9.4', '16.9.4'],
    [
      'Cisco IOS XE Software, Version 03.16.04b.S - Extended Support Release\nCisco IOS Software, ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 15.5(3)S4b, RELEASE SOFTWARE (fc1)',
      '03.16.04b.S',
    ],
    [
      'Cisco IOS Software, IOS-XE Software (X86_64_LINUX_IOSD-ADVENTERPRISEK9-M), Version 15.2(4)S2, RELEASE SOFTWARE (fc1)',
      '15.2(4)S2',
    ],
    [
      'Cisco IOS XE Software, Version 17.12.01a\nCisco IOS Software [Dublin], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.12.1a, RELEASE SOFTWARE (fc4)',
      '17.12.1a',
    ],
  ];
  for (const [text, version] of rows) {
    it(version, () => {
      expect(parseFacts('cisco-iosxe', 'show version', text).osVersion).to.equal(version);
    });
  }

  it('members of a stack are counted', () => {
    const stack = [
      'Switch Ports Model              SW Version        SW Image              Mode   ',
      '------ ----- -----              ----------        ----------            ----   ',
      '*    1 41    C9300-24P          17.03.05          CAT9K_IOSXE           INSTALL',
      '     2 41    C9300-24P          17.03.05          CAT9K_IOSXE           INSTALL',
      '     3 41    C9300-24P          17.03.05          CAT9K_IOSXE           INSTALL',
    ].join('\n');
    expect(parseFacts('cisco-iosxe', 'show version', stack).memberCount).to.equal(3);
  });
});

describe('cisco-iosxe modes', () => {
  const rows: readonly (readonly [string | undefined, string, string])[] = [
    ['flash:packages.conf', 'installer', 'install activate'],
    ['bootflash:packages.conf', 'installer', 'install activate'],
    [undefined, 'installer', 'install activate'],
    ['bootflash:isr4300-universalk9.16.06.04.SPA.bin', 'bootVariable', 'reload'],
    ['flash:cat9k_iosxe.16.12.08.SPA.bin', 'bootVariable', 'reload'],
  ];
  for (const [bootImage, kind, send] of rows) {
    it(`${bootImage ?? 'no boot image told'}: ${kind}`, () => {
      const { activate, reload } = variantOf(ciscoIosXe, bootImage === undefined ? {} : { bootImage });
      expect([activate.kind, reload.exchange.send]).to.deep.equal([kind, send]);
    });
  }

  it('only the installer takes a stack', () => {
    expect(ciscoIosXe.capabilities.stacks).to.equal('device');
    expect(variantOf(ciscoIosXe, { bootImage: 'flash:x.bin' }).capabilities.stacks).to.equal('no');
  });
});

describe('cisco-iosxe questions and prompts', () => {
  const questions: readonly (readonly [string, string, string])[] = [
    ['This operation may require a reload of the system. Do you want to proceed? [y/n]', 'install-reload', 'reload'],
    [
      'Press Quit(q) to exit, you may save configuration and re-enter the command. [y/n/q]',
      'install-save',
      'saveConfig',
    ],
    ['Do you want to remove the above files? [y/n]', 'install-remove', 'overwrite'],
    ['Proceed with reload? [confirm]', 'reload', 'reload'],
  ];
  for (const [text, id, intent] of questions) {
    it(id, () => {
      expect(table.question(text)?.row).to.include({ id, intent });
    });
  }

  it('loader and countdown', () => {
    expect(table.prompt('rommon 1 > ')?.state).to.equal('loader');
    expect(table.prompt('grub> ')?.state).to.equal('loader');
    expect(table.isCountdown('Preparing to autoboot. [Press Ctrl-C to interrupt]  3')).to.equal(true);
    expect(table.isCountdown('The highlighted entry will be executed automatically in 5s.')).to.equal(true);
  });

  const failures: readonly (readonly [string, string])[] = [
    ['FAILED: install_add  exit(1) Not enough disk space', 'space'],
    ['FAILED: install_activate exit(1)', 'refused'],
    ['%Error opening tftp://192.0.2.1/x.bin (No such file or directory)', 'remoteFile'],
  ];
  for (const [line, wanted] of failures) {
    it(`${line} is ${wanted}`, () => {
      expect(table.failure(line)?.class).to.equal(wanted);
    });
  }
});

describe('cisco-iosxe images', () => {
  const rows: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['cat9k_iosxe.17.03.05.SPA.bin', 'cat9k', '17.3.5'],
    ['cat9k_iosxe.16.12.03a.SPA.bin', 'cat9k', '16.12.3a'],
    ['cat9k_lite_iosxe.17.09.04a.SPA.bin', 'cat9k_lite', '17.9.4a'],
    ['isr4300-universalk9.16.09.04.SPA.bin', 'isr4300', '16.9.4'],
    ['cat3k_caa-universalk9.16.12.05b.SPA.bin', 'cat3k_caa', '16.12.5b'],
    ['c8000v-universalk9.17.12.01a.SPA.bin', 'c8000v', '17.12.1a'],
    ['cat4500e-universalk9.SPA.03.04.06.SG.151-2.SG6.bin', 'cat4500e', '03.04.06.SG'],
    ['cat3k_caa-universalk9.SPA.03.06.06E.152-2.E6.bin', 'cat3k_caa', '03.06.06.E'],
    ['packages.conf', undefined, undefined],
  ];
  for (const [file, platform, version] of rows) {
    it(`${file}: ${platform ?? 'unknown'} ${version ?? ''}`, () => {
      const identity = identifyImage(ciscoIosXe, file);
      expect([identity.platform, identity.version]).to.deep.equal([platform, version]);
    });
  }
});
