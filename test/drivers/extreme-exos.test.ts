/** The extreme-exos tables: prompts, questions, facts of several generations, image names. Texts here are synthetic. */
import { expect } from 'chai';
import { fillTemplate } from '../../core/template.js';
import { extremeExos } from '../../drivers/extreme-exos/driver.js';
import { identifyImage, parseFacts, readFacts, variantOf } from '../../drivers/index.js';
import { CompiledTable } from '../../protocols/dialog/index.js';

const table = new CompiledTable(extremeExos.dialog);

describe('extreme-exos prompts', () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['x670.14 # ', 'exec'],
    ['* x670.14 # ', 'exec'],
    ['! * Slot-1 core.3 # ', 'exec'],
    ['* Slot-2 VPEX bpe-1.12 # ', 'exec'],
    ['* (Software Update Required) X870-96x-8c.1 # ', 'exec'],
    ['(pacman debug) x460.2 # ', 'exec'],
    ['sw-1.example.com.7 # ', 'exec'],
    ['x670.1 > ', 'user'],
    ['login: ', 'login'],
    ['x670 login: ', 'login'],
    ['password: ', 'password'],
    ['(pending-AAA) login: ', undefined],
    ['BootRom > ', 'loader'],
    ['BootROM -> ', 'loader'],
    ['BootStrap > ', 'loader'],
    ['Authentication Service (AAA) on the master node is now available for login.', 'pressReturn'],
    ['Downloading to Switch......', undefined],
    ['show version detail', undefined],
  ];
  for (const [text, state] of rows) {
    it(`${JSON.stringify(text)} is ${state ?? 'no prompt'}`, () => {
      expect(table.prompt(text)?.state).to.equal(state);
    });
  }

  it('a login that is not ready yet belongs to the boot', () => {
    expect(table.isBoot('(pending-AAA) login: ')).to.equal(true);
  });
});

describe('extreme-exos questions', () => {
  const install = 'Do you want to install image after downloading? (y - yes, n - no, <cr> - cancel) ';
  const rows: readonly (readonly [string, string, string, string | undefined])[] = [
    [install, 'install-after-download', 'y', 'n'],
    [
      'Warning: Signature Validation - Image is not digitally signed. Do you want to continue? (y/N) ',
      'signature',
      'n',
      undefined,
    ],
    ['Do you want to continue with download and remove existing core dumps? (y/n) ', 'core-dumps', 'n', undefined],
    [
      'Do you want to continue with download and remove existing files from internal-memory? (y/N) ',
      'core-dumps',
      'n',
      undefined,
    ],
    ['Do you want to save configuration to primary.cfg and overwrite it? (y/N) ', 'save', 'y', 'n'],
    ['Do you want to save configuration to primary.cfg? (y/N) ', 'save', 'y', 'n'],
    ['Are you sure you want to reboot the switch? (y/N) ', 'reboot', 'y', 'n'],
    ['Are you sure you want to reboot the stack? (y/N) ', 'reboot', 'y', 'n'],
    ['Would you like to disable auto-provisioning now? [y/N/q]: ', 'wizard', 'q', undefined],
  ];
  for (const [text, id, answer, otherwise] of rows) {
    it(`${id}: ${text.slice(0, 40)}…`, () => {
      const row = table.question(text)?.row;
      expect(row).to.include({ id, answer });
      expect(row?.otherwise).to.equal(otherwise);
    });
  }

  it('wrapped at the margin between words, and inside one', () => {
    const words = install.split(' ');
    for (let cut = 1; cut < words.length - 1; cut++) {
      const before = words.slice(0, cut).join(' ');
      expect(table.question(words.slice(cut).join(' '), [before])?.row.id, before).to.equal('install-after-download');
    }
    for (let at = 30; at < install.length - 2; at++) {
      expect(table.question(install.slice(at), [install.slice(0, at)])?.row.id).to.equal('install-after-download');
    }
  });

  it('the one about an unsaved configuration stretches over two lines', () => {
    const before =
      'Do you want to save configuration changes to currently selected configuration file (primary.cfg) and reboot?';
    const row = table.question('(y - save and reboot, n - reboot without save, <cr> - cancel command) ', [before])?.row;
    expect(row).to.include({ id: 'reboot-unsaved', intent: 'saveConfig' });
  });

  it('factory defaults are never answered', () => {
    expect(table.question('Restore all factory defaults and reboot? (y/N) ')).to.equal(undefined);
  });
});

describe('extreme-exos failures', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['Error: Failed to download image - Error: Image signature cannot be validated.', 'integrity'],
    ['Error: Image can only be installed to the non-active partition.', 'refused'],
    ['Error: the image partition selected must not be the active partition.', 'refused'],
    ['Error: all nodes do not have the same image partition selected.', 'refused'],
    ['Error: Failed to download image - No such file or directory', 'remoteFile'],
    ['Error: Failed to download image - Could not connect with 192.0.2.1', 'transport'],
    ['Error: Failed to download image - ', 'transport'],
    ['Installation cancelled', 'refused'],
    ["%% Invalid input detected at '^' marker.", 'refused'],
  ];
  for (const [line, wanted] of rows) {
    it(`${line} is ${wanted}`, () => {
      expect(table.failure(line)?.class).to.equal(wanted);
    });
  }
});

const STACK = [
  'SysName:          floor3',
  'System Type:      X440-24p (Stack)',
  'System UpTime:    112 days 17 hours 53 minutes 32 seconds ',
  '',
  'Slot:             Slot-1 *                     Slot-2                  ',
  '                  ------------------------     ------------------------',
  'Current State:    BACKUP (In Sync)             MASTER                  ',
  '',
  'Image Selected:   primary                      primary                 ',
  'Image Booted:     primary                      primary                 ',
  'Primary ver:      16.2.5.4                     16.2.5.4                ',
  '                                               patch1-7',
  'Secondary ver:    16.1.3.6                     16.1.3.6                ',
  '                  patch1-2                     patch1-2',
].join('\n');

describe('extreme-exos facts', () => {
  it('of a stack are those of its master, each from under its own header', () => {
    expect(parseFacts('extreme-exos', 'show switch', STACK)).to.deep.equal({
      make: 'extreme',
      osType: 'EXOS',
      hostname: 'floor3',
      model: 'X440-24p',
      uptimeText: '112 days 17 hours 53 minutes 32 seconds',
      working: ['backup in sync'],
      uptimeSeconds: 9_741_212,
      osVersion: '16.2.5.4-patch1-7',
      bootImage: 'primary',
      activeSlot: 'primary',
    });
  });

  it('of a stack whose units run from different partitions tell no running slot', () => {
    const mixed = STACK.replace(/(Image Booted: {5}primary {22})primary {2}/, '$1secondary');
    const facts = parseFacts('extreme-exos', 'show switch', mixed);
    expect(facts).to.include({ bootImage: 'secondary', osVersion: '16.1.3.6-patch1-2' });
    expect(facts).to.not.have.property('activeSlot');
  });

  const versions: readonly (readonly [string, string, Record<string, unknown>])[] = [
    [
      '16.2 with a patch',
      'Switch      : 800550-00-04 1530N-42221 Rev 4.0 BootROM: 2.0.2.1    IMG: 16.2.5.4\n\n' +
        'Image   : ExtremeXOS version 16.2.5.4 16.2.5.4-patch1-31 by release-manager\n          on Mon Jan 4 12:00:00 EST 2021\nBootROM : 2.0.2.1\n',
      { osVersion: '16.2.5.4-patch1-31', serialNumber: '1530N-42221' },
    ],
    [
      '22.7 without one',
      'Switch      : 800554-00-04 1550G-00000 Rev 4.0 BootROM: 2.0.1.1    IMG: 22.7.1.4\nImage   : ExtremeXOS version 22.7.1.4 by release-manager\n',
      { osVersion: '22.7.1.4', serialNumber: '1550G-00000' },
    ],
    [
      'a virtual one',
      'Switch          : PN:1N2039    SN:123456   Rev 01 BootROM: 1.2        IMG: 30.5.1.15\nImage   : ExtremeXOS version 30.5.1.15 by release-manager\n',
      { osVersion: '30.5.1.15', serialNumber: '123456' },
    ],
    [
      'no boot ROM field',
      'Switch      : 800822-00-02 1718G-00000 Rev 01 IMG: 22.5.1.7\nImage   : ExtremeXOS version 22.5.1.7 22.5.1.7-patch1-2 by release-manager\n',
      { osVersion: '22.5.1.7-patch1-2', serialNumber: '1718G-00000' },
    ],
    [
      'another product word',
      'Switch          : 801000-00-01 2041G-00000 Rev 02 BootROM: 2.3.2.1    IMG: 32.3.1.11\nImage   : Switch Engine version 32.3.1.11 by release-manager\n',
      { osVersion: '32.3.1.11' },
    ],
    [
      'a stack',
      'Slot-1      : 800480-00-05 1340N-40001 Rev 5.0 BootROM: 1.0.2.1    IMG: 15.6.2.12\nSlot-2      : 800480-00-05 1340N-40002 Rev 5.0 BootROM: 1.0.2.1    IMG: 15.6.2.12\n' +
        'Slot-3      :\n\nImage   : ExtremeXOS version 15.6.2.12 v1562b12 by release-manager\n',
      { osVersion: '15.6.2.12', serialNumber: '1340N-40001', memberCount: 2 },
    ],
  ];
  for (const [what, text, wanted] of versions) {
    it(`of show version: ${what}`, () => {
      expect(parseFacts('extreme-exos', 'show version', text)).to.include(wanted);
    });
  }

  it('show version has the last word about the version', () => {
    const facts = readFacts(extremeExos, {
      'show switch': 'Image Booted:     primary\nPrimary ver:      16.2.5.4\n',
      'show version': 'Image   : ExtremeXOS version 16.2.5.4 16.2.5.4-patch1-31 by release-manager\n',
    });
    expect(facts).to.include({ osVersion: '16.2.5.4-patch1-31', bootImage: 'primary' });
  });

  it('ports of a switch and of a stack, and free space in bytes', () => {
    const ports = [
      'Port     Virtual    Port  Link',
      '#        router     State State',
      '====',
      '1:1      VR-Default E     R',
      '1:2      VR-Default E     A',
      '2:1      VR-Default D     R',
    ];
    expect(parseFacts('extreme-exos', 'show ports configuration no-refresh', ports.join('\n')).interfaceCount).to.equal(
      3,
    );
    const listing =
      '-rw-r--r--    1 admin    admin       1234 Jan  1 00:00 primary.cfg\n\n  1K-blocks      Used Available Use%\n      49038       177     48861   0%\n';
    expect(parseFacts('extreme-exos', 'ls', listing).freeBytes).to.equal(48_861 * 1024);
  });
});

describe('extreme-exos images', () => {
  const rows: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['summitX-16.2.5.4-patch1-31.xos', 'summitX', '16.2.5.4-patch1-31'],
    ['summitX-30.7.1.1.xos', 'summitX', '30.7.1.1'],
    ['onie-22.2.1.5.xos', 'onie', '22.2.1.5'],
    ['summit_arm-32.3.1.11.xos', 'summit_arm', '32.3.1.11'],
    ['EXOS-VM_32.6.3.126.xos', 'EXOS-VM', '32.6.3.126'],
    ['summitX-16.2.5.4-ssh.xmod', undefined, undefined],
  ];
  for (const [file, platform, version] of rows) {
    it(`${file}: ${platform ?? 'unknown'} ${version ?? ''}`, () => {
      const identity = identifyImage(extremeExos, file);
      expect([identity.platform, identity.version]).to.deep.equal([platform, version]);
    });
  }
});

describe('extreme-exos by release', () => {
  const commands = (osVersion: string, method: 'tftp' | 'http'): string => {
    const procedure = variantOf(extremeExos, { osVersion }).transfers[method];
    return procedure?.direction === 'devicePulls' ? (procedure.exchanges[0]?.send ?? '') : 'none';
  };

  for (const [release, url, word] of [
    ['9.1.2.3', 'none', false],
    ['15.7.3.1', 'none', false],
    ['16.1.1.4', 'download url', false],
    ['31.7.1.4', 'download url', false],
    ['32.1.1.6', 'download url', false],
    ['32.2.1.7', 'download url', true],
    ['33.1.1.4', 'download url', true],
  ] as const) {
    it(`${release}: ${url === 'none' ? 'no download url' : url}${word ? ', told to install' : ''}`, () => {
      expect(commands(release, 'http').startsWith(url)).to.equal(true);
      expect(commands(release, 'tftp').endsWith(' install')).to.equal(word);
    });
  }
});

describe('one unit of extreme-exos', () => {
  const slots = { server: '192.0.2.1', remoteFile: 'x/a.xos', otherSlot: 'secondary', 'property.vr': 'VR-Mgmt' };
  const command = (unit: Readonly<Record<string, string | number>>): string => {
    const { exchanges } = extremeExos.transfers.tftp as { exchanges: readonly { send?: string }[] };
    return fillTemplate(exchanges[0]?.send ?? '', { ...slots, ...unit });
  };

  it('is named behind the partition', () => {
    const all = 'download image 192.0.2.1 x/a.xos vr VR-Mgmt secondary';
    expect(command({})).to.equal(all);
    expect(command({ 'property.onSlot': 3 })).to.equal(`${all} slot 3`);
    expect(command({ 'property.onMsm': 'B' })).to.equal(`${all} msm B`);
  });
});

describe('what refuses an upgrade of extreme-exos', () => {
  const refused = (command: string, text: string): readonly string[] =>
    extremeExos.activate.checks
      .filter(({ exchange, refuse }) => exchange.send === command && new RegExp(refuse, 'm').test(text))
      .map(({ code }) => code);
  const stack = (first: string, second: string): string =>
    [
      'Next Reboot:      None scheduled',
      `Slot:             ${first.padEnd(29)}${second}`,
      '                  ------------------------     ------------------------',
      'Current State:    MASTER                       BACKUP (In Sync)',
    ].join('\n');

  it('a console of the backup, and not that of the master', () => {
    expect(refused('show switch', stack('Slot-1 *', 'Slot-2'))).to.deep.equal([]);
    expect(refused('show switch', stack('Slot-1', 'Slot-2 *'))).to.deep.equal(['PUSH_NOT_MASTER']);
  });

  it('a reboot that is scheduled', () => {
    expect(refused('show switch', 'Next Reboot:      None scheduled\nCurrent State:    OPERATIONAL')).to.deep.equal([]);
    expect(refused('show switch', 'Next Reboot:      Sat Jun  1 02:00:00 2024')).to.deep.equal([
      'PUSH_REBOOT_SCHEDULED',
    ]);
  });

  it('a slot that failed, and none that is empty', () => {
    expect(refused('show slot', 'Slot-1   X460G2-24t   X460G2-24t   Operational   28\nSlot-4   Empty')).to.deep.equal(
      [],
    );
    expect(refused('show slot', 'Slot-2   X460G2-24t   X460G2-24t   Failed        28')).to.deep.equal([
      'PUSH_UNIT_DOWN',
    ]);
  });
});
