import { expect } from 'chai';
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
    ['summitX-16.2.5.4-ssh.xmod', 'DOWNLOAD_FILE_TYPE'],
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
