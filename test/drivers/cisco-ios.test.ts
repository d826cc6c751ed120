/** The cisco-ios tables against real output read in place, and prompts one by one. */
import { expect } from 'chai';
import { ciscoIos } from '../../drivers/cisco-ios/driver.js';
import { baseName, identifyImage, parseFacts } from '../../drivers/index.js';
import { transcript } from '../support/transcripts.js';

describe('cisco-ios facts', () => {
  const table: readonly (readonly [string, Record<string, unknown>])[] = [
    [
      'cisco_ios_show_version_01.raw',
      {
        osVersion: '12.4(6)T2',
        hostname: 'stud-adsl',
        model: '1801',
        serialNumber: 'FHK102KKKKK',
        interfaceCount: 11,
        uptimeSeconds: 12_572_100,
        bootImage: 'flash:/c180x-advipservicesk9-mz.124-6.T2.bin',
      },
    ],
    [
      'genie_ShowVersion__golden_output_ios_c1900_output.txt',
      {
        osVersion: '15.1(4)M8',
        hostname: 'C1900',
        model: 'CISCO1941/K9',
        serialNumber: 'YYY6666Y6R6',
        interfaceCount: 2,
        bootImage: 'flash0:c1900-universalk9-mz.SPA.151-4.M8.bin',
      },
    ],
    [
      'genie_ShowVersion__golden_output_ios_1_output.txt',
      {
        osVersion: '15.2(2)E8',
        hostname: 'sample_switch',
        model: 'WS-C3750X-24S',
        serialNumber: 'FDO1633Q14S',
        interfaceCount: 45,
      },
    ],
    [
      'genie_ShowVersion__golden_output_ios_2_output.txt',
      { osVersion: '12.2(18)EW5', hostname: 'GENIE123123', model: 'WS-C4507R', serialNumber: 'FOX093206HY' },
    ],
  ];
  for (const [file, wanted] of table) {
    it(`of ${file}`, function () {
      expect(parseFacts('cisco-ios', 'show version', transcript(this, `cisco_ios/${file}`))).to.include({
        make: 'cisco',
        osType: 'IOS',
        ...wanted,
      });
    });
  }

  it('free bytes from dir, an absent fact where the output does not tell', function () {
    const text = transcript(this, 'cisco_ios/copy_tftp_c1900_and_reload.txt');
    expect(parseFacts('cisco-ios', 'dir flash:', text)).to.deep.equal({
      make: 'cisco',
      osType: 'IOS',
      freeBytes: 176_078_848,
    });
  });
});

describe('cisco-ios prompts', () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['Router>', 'user'],
    ['Router#', 'exec'],
    ['aus-3.core#', 'exec'],
    ['Router(config)#', 'config'],
    ['Router(config-line)#', 'config'],
    ['Router(conf-ssh-pubkey-data)#', 'config'],
    ['rommon 1 >', 'loader'],
    ['rommon 12 > ', 'loader'],
    ['switch: ', 'loader'],
    ['Username: ', 'login'],
    ['Password: ', 'password'],
    ['Press RETURN to get started!', 'pressReturn'],
    ['Would you like to enter the initial configuration dialog? [yes/no]: ', 'setup'],
    ['Building configuration...', undefined],
    ['Loading c1900.bin from 10.0.0.1: !!!!', undefined],
    ['Proceed with reload? [confirm]', undefined],
  ];
  for (const [text, state] of table) {
    it(`${JSON.stringify(text)} is ${state ?? 'no prompt'}`, () => {
      expect(ciscoIos.dialog.prompts.find(({ pattern }) => new RegExp(pattern).test(text))?.state).to.equal(state);
    });
  }
});

describe('cisco-ios questions', () => {
  const table: readonly (readonly [string, string, string | undefined])[] = [
    ['Destination filename [x.bin]? ', 'destination', undefined],
    ['Erase flash: before copying? [confirm]', 'erase-before-copy', 'n'],
    ['Erasing the flash filesystem will remove all files! Continue? [confirm]', 'erase-file-system', 'n'],
    ['Do you want to over write? [confirm]', 'overwrite', 'n'],
    ['Delete flash0:/c1900.bin? [confirm]', 'delete-confirm', 'n'],
    ['Proceed with reload? [confirm]', 'reload', 'n'],
    ['System configuration has been modified. Save? [yes/no]: ', 'save-before-reload', undefined],
    ['Use crc block checksumming? [confirm]', 'xmodem-crc', undefined],
    ['Max Retry Count [10]: ', 'xmodem-retries', undefined],
    ['Continue? [confirm]', 'xmodem-continue', undefined],
  ];
  for (const [text, id, otherwise] of table) {
    it(`${JSON.stringify(text)} is ${id}`, () => {
      const row = ciscoIos.dialog.questions.find(({ pattern }) => new RegExp(pattern).test(text));
      expect(row?.id).to.equal(id);
      expect(row?.otherwise).to.equal(otherwise);
    });
  }

  it('nothing that erases, overwrites or reloads is answered with yes without its intent', () => {
    for (const row of ciscoIos.dialog.questions) {
      if (/[Ee]ras|over|reload|[Dd]elete/.test(row.pattern)) expect(row.intent, row.id).not.to.equal('safe');
    }
  });
});

describe('cisco-ios images', () => {
  const table: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['c1700-y-mz.123-1a.bin', 'c1700', '12.3(1a)'],
    ['c1700-y-mz.123-9.bin', 'c1700', '12.3(9)'],
    ['c2951-universalk9-mz.SPA.151-3.T1.bin', 'c2951', '15.1(3)T1'],
    ['c180x-advipservicesk9-mz.124-6.T2.bin', 'c180x', '12.4(6)T2'],
    ['c3750e-universalk9-mz.152-2.E8.bin', 'c3750e', '15.2(2)E8'],
    ['cat4000-i9s-mz.122-18.EW5.bin', 'cat4000', '12.2(18)EW5'],
    ['packages.conf', undefined, undefined],
  ];
  for (const [file, platform, version] of table) {
    it(`${file}: ${platform ?? 'unknown'} ${version ?? ''}`, () => {
      const identity = identifyImage(ciscoIos, file);
      expect([identity.platform, identity.version]).to.deep.equal([platform, version]);
    });
  }

  it('a boot image by any of its names has one base name', () => {
    expect(['flash:/x.bin', 'flash0:x.bin', 'x.bin', 'tftp://10.0.0.1/x.bin'].map(baseName)).to.deep.equal(
      new Array(4).fill('x.bin'),
    );
  });
});
