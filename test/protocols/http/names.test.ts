import { expect } from 'chai';
import { attachment } from '../../../protocols/http/disposition.js';
import { requestPath, urlPath } from '../../../protocols/http/request-path.js';

describe('protocols/http, names', () => {
  const PATHS: readonly (readonly [target: string, path: string | undefined])[] = [
    ['/a1/c1700.bin', 'a1/c1700.bin'],
    ['/a%31/c%2Bx.bin', 'a1/c+x.bin'],
    ['http://192.0.2.1:8080/a1/x', 'a1/x'],
    ['HTTPS://host/a1', 'a1'],
    ['/', ''],
    ['//a1/x', '/a1/x'],
    ['/../etc/passwd', '../etc/passwd'],
    ['/a%00b', 'a\0b'],
    ['/a1?x=1', undefined],
    ['/a1#x', undefined],
    ['*', undefined],
    ['host:80', undefined],
    ['a1/x', undefined],
    ['ftp://host/a1', undefined],
    ['/%zz', undefined],
    ['/%ff', undefined],
    [`/${'a'.repeat(65_536)}`, undefined],
  ];
  for (const [target, path] of PATHS) {
    it(`${target.slice(0, 40)} names ${JSON.stringify(path)}`, () => {
      expect(requestPath(target)).to.equal(path);
    });
  }

  it('reads back the path that it writes', () => {
    for (const path of ['a1/c1700.bin', 'ä/ö ü', 'a+b/50%.img', 'x?y#z']) {
      expect(requestPath(urlPath(path))).to.equal(path);
    }
  });

  it('names a file to save', () => {
    expect(attachment('c1700-y7-mz.124-25d.bin')).to.equal('attachment; filename="c1700-y7-mz.124-25d.bin"');
    expect(attachment('a"b\\c\r\nd')).to.equal('attachment; filename="a_b_c__d"; filename*=UTF-8\'\'a%22b%5Cc%0D%0Ad');
    expect(attachment("ü(1)'*")).to.equal("attachment; filename=\"_(1)'*\"; filename*=UTF-8''%C3%BC%281%29%27%2A");
  });
});
