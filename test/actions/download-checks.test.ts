import { expect } from 'chai';
import { resolveList } from '../../actions/download-image/list.js';
import { kindOf } from '../../actions/download-image/kind.js';
import { modulePartition, refuseModule } from '../../actions/download-image/modules.js';
import { refuseBlockSize, refuseFile, refuseHost, refusePartition } from '../../actions/download-image/checks.js';
import { codeOf } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { extremeExos } from '../../drivers/extreme-exos/driver.js';
import { PORT } from './quick-world.js';

const command = extremeExos.download;
const asked = (params: JsonObject = {}) => ({ port: PORT, params });

/** Code of what a check throws. */
function codeFrom(check: () => void): string {
  try {
    check();
    return 'none';
  } catch (error) {
    return codeOf(error);
  }
}

describe('what download image refuses', () => {
  const files: readonly (readonly [string, string])[] = [
    ['summitX-16.2.5.4-patch1-31.xos', 'none'],
    ['EXOS-VM_32.6.3.126.xos', 'none'],
    ['summit X.xos', 'DOWNLOAD_NAME'],
    ['a;reboot.xos', 'DOWNLOAD_NAME'],
    ['a/b.xos', 'DOWNLOAD_NAME'],
    ['über.xos', 'DOWNLOAD_NAME'],
    ['a\u0007.xos', 'DOWNLOAD_NAME'],
    ['summitX-16.2.5.4-ssh.xmod', 'none'],
    ['bootrom.xtr', 'DOWNLOAD_FILE_TYPE'],
  ];
  for (const [file, wanted] of files) {
    it(`file ${JSON.stringify(file)}: ${wanted}`, () => {
      expect(
        codeFrom(() => {
          refuseFile(asked(), command, file);
        }),
      ).to.equal(wanted);
    });
  }

  it('names the character', () => {
    expect(() => {
      refuseFile(asked(), command, 'a~b.xos');
    }).to.throw('file name a~b.xos has "~"');
  });

  for (const [host, wanted] of [
    ['files-1.example_net', 'none'],
    ['2001:db8::7', 'none'],
    ['a(b)', 'DOWNLOAD_NAME'],
  ] as const) {
    it(`host ${host}: ${wanted}`, () => {
      expect(
        codeFrom(() => {
          refuseHost(asked(), command, host);
        }),
      ).to.equal(wanted);
    });
  }

  for (const [partition, wanted] of [
    [undefined, 'none'],
    ['inactive', 'none'],
    ['secondary', 'none'],
    ['primary', 'DOWNLOAD_PARTITION'],
    ['active', 'DOWNLOAD_PARTITION'],
  ] as const) {
    it(`partition ${partition ?? 'left out'} on a switch that booted primary: ${wanted}`, () => {
      const params = partition === undefined ? {} : { partition };
      expect(
        codeFrom(() => {
          refusePartition(asked(params), 'primary');
        }),
      ).to.equal(wanted);
    });
  }

  for (const [blockSize, version, wanted] of [
    [1400, '15.7.1.4', 'none'],
    [24, '32.6.3.126', 'none'],
    [1400, '15.4.1.3', 'DOWNLOAD_BLOCK_SIZE'],
    [23, '32.6.3.126', 'DOWNLOAD_BLOCK_SIZE'],
    [65_001, '32.6.3.126', 'DOWNLOAD_BLOCK_SIZE'],
    [1400, undefined, 'DOWNLOAD_BLOCK_SIZE'],
  ] as const) {
    it(`block size ${String(blockSize)} on ${version ?? 'an unknown version'}: ${wanted}`, () => {
      expect(
        codeFrom(() => {
          refuseBlockSize(asked({ blockSize }), command, version);
        }),
      ).to.equal(wanted);
    });
  }
});

describe('lists of download image', () => {
  const ROOT = 'http://files.example.net/16.1/all.lst';
  const RULES = { port: PORT.id, characters: command.fileCharacters };
  /** By name, relative to the folder of the root. */
  const resolved = (lists: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    resolveList(ROOT, RULES, (url) => Promise.resolve(lists[url.replace('http://files.example.net/16.1/', '')] ?? ''));
  const refusal = async (lists: Readonly<Record<string, string>>): Promise<string> => {
    try {
      return (await resolved(lists)).join(' ');
    } catch (error) {
      return error instanceof Error ? `${codeOf(error)} ${error.message}` : '';
    }
  };

  it('are read in their order, lists in lists too, each from the folder of its own list', async () => {
    const files = await resolved({
      'all.lst': 'xos.lst\r\nmore/xmods.lst\r\n\r\n',
      'xos.lst': 'summitX-16.1.1.4.xos\n',
      'more/xmods.lst': 'summitX-16.1.1.4-ssh.xmod\nscript.lst',
      'more/script.lst': 'summitX-clone-1.1.0.15.xmod',
    });
    expect(files).to.deep.equal(
      ['summitX-16.1.1.4.xos', 'more/summitX-16.1.1.4-ssh.xmod', 'more/summitX-clone-1.1.0.15.xmod'].map(
        (name) => `http://files.example.net/16.1/${name}`,
      ),
    );
  });

  const deep = Object.fromEntries(
    [0, 1, 2, 3, 4, 5].map((i) => [i === 0 ? 'all.lst' : `l${String(i)}.lst`, `l${String(i + 1)}.lst`]),
  );
  const many = Array.from({ length: 8 }, (_none, i) => `m${String(i)}.xmod`).join('\n');
  for (const [name, lists, reason] of [
    ['a cycle', { 'all.lst': 'a.lst', 'a.lst': 'all.lst' }, 'it names itself'],
    ['lists too deep', deep, 'more than 5 deep'],
    ['an empty list', { 'all.lst': '\n' }, 'it names no file'],
    ['the same file twice', { 'all.lst': 'a.xos\na.xos' }, 'a.xos is named twice'],
    ['too many files', { 'all.lst': many }, '8 files, where at most 7'],
    ['another host', { 'all.lst': 'http://192.0.2.9/a.xos' }, '":" does not stand in the name of a file'],
    ['a folder above', { 'all.lst': '../a.xos' }, 'leads out of the folder'],
    ['the root of the server', { 'all.lst': '/a.xos' }, 'leads out of the folder'],
    ['what is no list', { 'all.lst': '<html>' }, '"<" does not stand in the name of a file'],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const told = await refusal(lists);
      expect(told).to.include('DOWNLOAD_LIST');
      expect(told).to.include(reason);
    });
  }
});

describe('modules of download image', () => {
  const story: string[] = [];
  const context = { port: PORT, story: (line: string) => story.push(line) };
  for (const [file, core, wanted] of [
    ['summitX-16.2.5.4-ssh.xmod', '16.2.5.4', 'none'],
    ['summitX-16.2.5.4-patch1-31-ssh.xmod', '16.2.5.4-patch1-31', 'none'],
    ['summitX-16.2.5.9-ssh.xmod', '16.2.5.4', 'none'],
    ['summitX-16.1.5.4-ssh.xmod', '16.2.5.4', 'DOWNLOAD_MODULE_VERSION'],
    ['onie-16.2.5.4-ssh.xmod', '16.2.5.4', 'PUSH_WRONG_PLATFORM'],
    ['summitX-clone-1.1.0.15.xmod', '16.2.5.4', 'none'],
  ] as const) {
    it(`${file} beside ${core} on an X460-G2: ${wanted}`, () => {
      const check = (): void => refuseModule(context, extremeExos, file, { model: 'X460G2-24t-10G4', core });
      expect(codeFrom(check)).to.equal(wanted);
    });
  }

  it('says of a module with a version of its own that nobody can tell whether it fits', () => {
    expect(story).to.deep.equal([
      'Whether summitX-clone-1.1.0.15.xmod fits the core image 16.2.5.4 its name does not tell.',
    ]);
  });

  it('go to the partition that runs unless the other is asked for', () => {
    const partitions = { booted: 'primary', other: 'secondary' };
    expect(
      [undefined, 'active', 'primary', 'inactive', 'secondary'].map((asked) => modulePartition(asked, partitions)),
    ).to.deep.equal(['primary', 'primary', 'primary', 'secondary', 'secondary']);
  });

  it('tells core images, modules and files of the customer apart by their endings', () => {
    const kinds = ['a.XMOD', 'a.xos', 'primary.cfg', 'acl.pol', 'key.ssh'].map((name) => kindOf(extremeExos, name));
    expect(kinds).to.deep.equal(['module', 'core', 'file', 'file', 'file']);
  });
});
