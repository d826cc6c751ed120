/** The cisco-ios tables against real output read in place, and prompts one by one. */
import { expect } from 'chai';
import { ciscoIos } from '../../drivers/cisco-ios/driver.js';
import { baseName, identifyImage, parseFacts, variantOf } from '../../drivers/index.js';

describe('cisco-ios facts, forms that the recorded files do not show (synthetic)', () => {
  const table: readonly (readonly [string, string, Record<string, unknown>])[] = [
    [
      'two lines of version, an old router',
      'Cisco Internetwork Operating System Software \nIOS (tm) C2600 Software (C2600-I-M), Version 12.2(26), RELEASE SOFTWARE (fc2)\n' +
        'ROM: System Bootstrap, Version 12.2(7r) [cmong 7r], RELEASE SOFTWARE (fc1)\n\nborder uptime is 3 years, 1 week, 0 minutes\n' +
        'System image file is "flash:c2600-i-mz.122-26.bin"\n\ncisco 2611 (MPC860) processor (revision 0x203) with 61440K/4096K bytes of memory.\n' +
        'Processor board ID JAD05020B6C (1098765432)\n2 Ethernet/IEEE 802.3 interface(s)\n2 Serial(sync/async) network interface(s)\n',
      {
        osVersion: '12.2(26)',
        hostname: 'border',
        model: '2611',
        serialNumber: 'JAD05020B6C',
        uptimeSeconds: 3 * 31_536_000 + 604_800,
        interfaceCount: 4,
      },
    ],
    [
      'a switch, the serial number of its chassis and not of its board',
      'Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE7, RELEASE SOFTWARE (fc1)\n' +
        'sw-1.floor uptime is 1 minute\nSystem image file is "flash:/c2960-lanbasek9-mz.122-55.SE7/c2960-lanbasek9-mz.122-55.SE7.bin"\n' +
        'cisco WS-C2960-24TC-L (PowerPC405) processor (revision D0) with 65536K bytes of memory.\nProcessor board ID FOC0000AAAA\n' +
        '1 Virtual Ethernet interface\n24 FastEthernet interfaces\n2 Gigabit Ethernet interfaces\n' +
        'Motherboard serial number       : FOC1111BBBB\nModel number                    : WS-C2960-24TC-L\n' +
        'System serial number            : FOC2222CCCC\n',
      {
        osVersion: '12.2(55)SE7',
        hostname: 'sw-1.floor',
        model: 'WS-C2960-24TC-L',
        serialNumber: 'FOC2222CCCC',
        uptimeSeconds: 60,
        interfaceCount: 27,
      },
    ],
    [
      'a chassis with a name of two words, booted over the network',
      's72033_rp Software (s72033_rp-IPSERVICES_WAN-M), Version 12.2(33)SXI, RELEASE SOFTWARE (fc2)\ncore uptime is 5 days\n' +
        'System image file is "tftp://192.0.2.1/s72033.bin"\ncisco Catalyst 6000 (R7000) processor with 458720K/65536K bytes of memory.\n',
      {
        osVersion: '12.2(33)SXI',
        model: 'Catalyst 6000',
        bootImage: 'tftp://192.0.2.1/s72033.bin',
        uptimeSeconds: 432_000,
      },
    ],
    [
      'an experimental build',
      'Cisco IOS Software, vios_l2 Software (vios_l2-ADVENTERPRISEK9-M), Experimental Version 15.2(20170321:233949) [mmen 101]\n',
      { osVersion: '15.2(20170321:233949)' },
    ],
  ];
  for (const [what, text, wanted] of table) {
    it(what, () => {
      expect(parseFacts('cisco-ios', 'show version', text)).to.include(wanted);
    });
  }

  it('free bytes of a listing, and none where it tells none', () => {
    expect(parseFacts('cisco-ios', 'dir flash:', '256610304 bytes total (176078848 bytes free)\r\n')).to.deep.equal({
      make: 'cisco',
      osType: 'IOS',
      freeBytes: 176_078_848,
    });
    expect(parseFacts('cisco-ios', 'dir', 'No space information available')).to.not.have.property('freeBytes');
  });

  it('a stack has as many members as its table has rows', () => {
    const table =
      'Switch Ports Model              SW Version            SW Image\n------ ----- -----              ----------            ----------\n' +
      '*    1 52    WS-C3750G-48TS     12.2(55)SE7           C3750-IPSERVICESK9-M\n     2 28    WS-C3750G-24TS-1U  12.2(55)SE7           C3750-IPSERVICESK9-M\n';
    expect(parseFacts('cisco-ios', 'show version', table).memberCount).to.equal(2);
  });
});

describe('cisco-ios variants', () => {
  for (const model of ['WS-C2960-24TC-L', 'WS-C3560CX-8PC-S', 'WS-C3750X-24S', 'IE-3000-8TC']) {
    it(`${model} keeps its images in one line`, () => {
      const { activate, loader } = variantOf(ciscoIos, { model });
      expect(loader?.id).to.equal('switch');
      expect(activate.select.map(({ send }) => send)).to.include(
        'boot system {{fileSystem}}{{file}};{{oldImage:path}}',
      );
    });
  }
  for (const model of ['1760', 'CISCO2951/K9', 'CISCO3945-CHASSIS', '3725', 'WS-C4507R']) {
    it(`${model} has a list`, () => {
      expect(variantOf(ciscoIos, { model })).to.equal(ciscoIos);
    });
  }
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
      if (row.answer !== 'no' && /[Ee]ras|over|reload|[Dd]elete/.test(row.pattern))
        expect(row.intent, row.id).not.to.equal('safe');
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
