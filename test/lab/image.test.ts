import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkImage, makeImage } from '../../lab/image.js';

describe('lab image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portwright-image-'));
  const path = join(folder, 'image.bin');
  const header = { vendor: 'cisco', family: 'c1700', version: '12.3(1a)' };
  const image = makeImage(header, 200_000, 5);
  const check = (bytes: Uint8Array, family = 'c1700') => {
    writeFileSync(path, bytes);
    return checkImage(path, 'cisco', family);
  };

  after(() => rmSync(folder, { recursive: true }));

  it('is the same for the same seed and never ends in the pad byte', () => {
    expect(makeImage(header, 200_000, 5)).to.deep.equal(image);
    expect(makeImage(header, 200_000, 6)).to.not.deep.equal(image);
    for (let seed = 1; seed < 300; seed += 1) expect(makeImage(header, 10, seed).at(-1)).to.not.equal(0x1a);
  });

  it('is good as it was made, and with the padding of a last 1K block', async () => {
    expect(await check(image)).to.deep.equal({ kind: 'good', header, sizeBytes: image.length });
    const padded = Buffer.concat([image, Buffer.alloc(1024 - (image.length % 1024), 0x1a)]);
    expect((await check(padded)).kind).to.equal('good');
  });

  it('is damaged when one bit is turned, wherever it is', async () => {
    const start = image.indexOf(0x0a) + 1;
    for (const at of [start, start + 100_000, image.length - 1]) {
      const flipped = Uint8Array.from(image);
      flipped[at]! ^= 4;
      expect(await check(flipped), `bit at ${at}`).to.deep.equal({ kind: 'damaged', reason: 'checksum is incorrect' });
    }
  });

  it('is damaged when it is short or has more than padding behind it', async () => {
    expect(await check(image.subarray(0, -1))).to.deep.equal({ kind: 'damaged', reason: '1 bytes short' });
    expect((await check(Buffer.concat([image, Buffer.from('x')]))).kind).to.equal('damaged');
    expect((await check(Buffer.concat([image, Buffer.alloc(1024, 0x1a)]))).kind).to.equal('damaged');
  });

  it('is foreign for another family, and so is what is no image at all', async () => {
    expect(await check(image, 'c2600')).to.deep.equal({ kind: 'foreign', reason: 'image for cisco c1700' });
    expect((await check(Buffer.alloc(5000, 0x41))).kind).to.equal('foreign');
    expect((await check(Buffer.alloc(0))).kind).to.equal('foreign');
    expect((await checkImage(join(folder, 'none'), 'cisco', 'c1700')).kind).to.equal('missing');
  });
});
