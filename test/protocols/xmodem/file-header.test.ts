import { expect } from 'chai';
import { decodeFileHeader, encodeFileHeader, END_OF_BATCH } from '../../../protocols/xmodem/file-header.js';
import { seededRandom } from './noisy-line.js';

const payload = (text: string, size = 128): Uint8Array => {
  const bytes = new Uint8Array(size);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
};

describe('protocols/xmodem/file-header', () => {
  it('writes name, length and date as the document has them', () => {
    const bytes = encodeFileHeader({ fileName: 'image.bin', sizeBytes: 15_979_672, modifiedAtMs: 1_000_000_000_999 });
    expect(bytes.length).to.equal(128);
    expect(new TextDecoder().decode(bytes).replace(/\0+$/, '')).to.equal('image.bin\x0015979672 7346545000');
  });

  it('takes 1024 bytes for a long name, and cuts what no file system takes', () => {
    expect(encodeFileHeader({ fileName: 'n'.repeat(200), sizeBytes: 1 }).length).to.equal(1024);
    const long = decodeFileHeader(encodeFileHeader({ fileName: 'n'.repeat(65_536), sizeBytes: 1 }));
    expect(long.kind === 'file' && long.header.fileName.length).to.equal(255);
  });

  it('reads back what it wrote', () => {
    for (const header of [
      { fileName: 'a' },
      { fileName: 'bild-ä.bin', sizeBytes: 0 },
      { fileName: 'x y', sizeBytes: 4_294_967_296, modifiedAtMs: 1000 },
      { fileName: 'm', sizeBytes: 5, modifiedAtMs: 1000, mode: 0o100644 },
    ]) {
      expect(decodeFileHeader(encodeFileHeader(header))).to.deep.equal({ kind: 'file', header });
    }
  });

  it('reads what lrzsz and U-Boot’s senders write: mode, serial number and more are tolerated', () => {
    const lrzsz = decodeFileHeader(payload('fw.bin\x00300001 15103520472 100644 0 1 300001'));
    expect(lrzsz).to.deep.equal({
      kind: 'file',
      header: { fileName: 'fw.bin', sizeBytes: 300_001, modifiedAtMs: 0o15103520472 * 1000, mode: 0o100644 },
    });
    expect(decodeFileHeader(payload('fw.bin\x001024'))).to.deep.equal({
      kind: 'file',
      header: { fileName: 'fw.bin', sizeBytes: 1024 },
    });
    expect(decodeFileHeader(payload('fw.bin\x001024 0'))).to.deep.equal({
      kind: 'file',
      header: { fileName: 'fw.bin', sizeBytes: 1024 },
    });
  });

  it('takes a length that is none for unknown', () => {
    for (const field of ['', 'abc', '-5', '1e3', '99999999999999999999']) {
      expect(decodeFileHeader(payload(`f\x00${field}`)), field).to.deep.equal({
        kind: 'file',
        header: { fileName: 'f' },
      });
    }
  });

  it('knows the end of a batch', () => {
    expect(decodeFileHeader(END_OF_BATCH)).to.deep.equal({ kind: 'end' });
  });

  it('keeps folders, control characters and what is no name out', () => {
    const nameOf = (text: string): string | undefined => {
      const decoded = decodeFileHeader(payload(text));
      return decoded.kind === 'file' ? decoded.header.fileName : undefined;
    };
    expect(nameOf('../../etc/passwd\x001')).to.equal('passwd');
    expect(nameOf('C:\\boot\\io.sys\x001')).to.equal('io.sys');
    expect(nameOf('a\r\nb\x1b[2J\x001')).to.equal('ab[2J');
    expect(nameOf('/\x001')).to.equal(undefined);
    expect(decodeFileHeader(encodeFileHeader({ fileName: '../..' })).kind).to.equal('file');
    expect(nameOf('..\x001')).to.equal(undefined);
    expect(decodeFileHeader(payload('x'.repeat(128))).kind).to.equal('bad');
    expect(decodeFileHeader(payload(`${'x'.repeat(300)}\x001`, 1024)).kind).to.equal('bad');
  });

  it('takes any bytes without harm', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 5000; round += 1) {
      const size = random() < 0.5 ? 128 : 1024;
      const bytes = Uint8Array.from({ length: size }, () => (random() < 0.1 ? 0 : Math.floor(random() * 256)));
      const decoded = decodeFileHeader(bytes);
      if (decoded.kind !== 'file') continue;
      expect(decoded.header.fileName).to.match(/^[^/\\\p{Cc}]+$/u);
      expect(decoded.header.sizeBytes ?? 0).to.satisfy(Number.isSafeInteger);
    }
  });
});
