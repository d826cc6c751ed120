import { expect } from 'chai';
import { codeOf } from '../../core/errors/index.js';
import { isUrl, maskUrls, parseFileUrl } from '../../core/file-url.js';

describe('URLs of files', () => {
  const GOOD: readonly (readonly [string, object])[] = [
    ['https://v.example/a%20b/c.bin?x=1', { host: 'v.example', path: '/a%20b/c.bin?x=1', fileName: 'c.bin' }],
    ['http://[::1]:8080/c.bin', { host: '::1', port: 8080, path: '/c.bin', fileName: 'c.bin' }],
    ['ftp://h/pub/c.bin', { host: 'h', path: 'pub/c.bin', fileName: 'c.bin' }],
    ['ftp://h//srv/c.bin', { host: 'h', path: '/srv/c.bin', fileName: 'c.bin' }],
    ['ftp://u@h/%2Fsrv/c.bin', { host: 'h', username: 'u', path: '/srv/c.bin', fileName: 'c.bin' }],
    ['tftp://192.0.2.1:6969/c.bin', { host: '192.0.2.1', port: 6969, path: 'c.bin', fileName: 'c.bin' }],
    ['scp://me%40x@h/srv/c.bin', { host: 'h', username: 'me@x', path: '/srv/c.bin', fileName: 'c.bin' }],
    ['sftp://h/~/c.bin', { host: 'h', path: 'c.bin', fileName: 'c.bin' }],
  ];
  for (const [text, wanted] of GOOD) {
    it(`reads ${text}`, () => {
      expect(parseFileUrl(text)).to.deep.equal({ method: text.slice(0, text.indexOf(':')), ...wanted });
    });
  }

  it('refuses what is none, and never repeats a password', () => {
    const bad = [
      'x',
      'gopher://h/x',
      'http://u:hunter2@h/x',
      'ftp://h/',
      'scp://h/%zz',
      'tftp:///x',
      'ftp://:hunter2@h/x',
    ];
    for (const text of bad) {
      let thrown: unknown;
      try {
        parseFileUrl(text);
      } catch (error) {
        thrown = error;
      }
      expect(codeOf(thrown), text).to.equal('TRANSFER_URL');
      expect(String(thrown), text).to.not.include('hunter2');
    }
  });

  it('tells URLs from files, and masks passwords in any text', () => {
    expect(['HTTP://h/x', './x', 'C:\\x', '1/1', 'a+b://x'].map(isUrl)).to.deep.equal([
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(maskUrls('a ftp://u:p@ss@h/x and http://h/a:b@c')).to.equal('a ftp://u:•••@h/x and http://h/a:b@c');
  });
});
