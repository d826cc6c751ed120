import { expect } from 'chai';
import { openNetascii } from '../../../connectors/transfers/netascii-file.js';
import { PageCache } from '../../../connectors/transfers/page-cache.js';
import { PAGE_BYTES } from '../../../connectors/transfers/paged-file.js';
import type { PagedFile } from '../../../connectors/transfers/paged-file.js';
import { codeOf } from '../../../core/errors/index.js';
import type { FileSource } from '../../../core/ports/transfer.js';
import { toNetascii } from '../../../protocols/tftp/netascii.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { MemorySource } from './memory-source.js';

async function readAll(file: PagedFile): Promise<Buffer> {
  const pages: Uint8Array[] = [];
  for (let index = 0; index * PAGE_BYTES < file.sizeBytes; index += 1) {
    await file.load(index);
    pages.push(file.page(index) ?? new Uint8Array(0));
  }
  return Buffer.concat(pages);
}

/** A source with a hash: another object for the same content is the same file. */
const hashed = (content: Uint8Array): MemorySource & { sha256: string } =>
  Object.assign(new MemorySource(content), { sha256: 'ab'.repeat(32) });

describe('connectors/transfers/page-cache', () => {
  const content = seededBytes(1, 10 * PAGE_BYTES + 77);

  for (const pieceBytes of [PAGE_BYTES, 10_000, 300_000, 65_537]) {
    it(`gives the file in pages, from pieces of ${String(pieceBytes)} bytes`, async () => {
      const cache = new PageCache('tftp');
      const file = cache.open(new MemorySource(content, pieceBytes));
      expect((await readAll(file)).equals(content)).to.equal(true);
      file.close();
      expect(cache.heldPages).to.equal(0);
    });
  }

  it('reads once for all who have the same file open, also through other sources of the same hash', async () => {
    const cache = new PageCache('tftp');
    const [first, second] = [hashed(content), hashed(content)];
    const files = [cache.open(first), cache.open(second), cache.open(first)];
    const read = await Promise.all(files.map((file) => readAll(file)));
    expect(read.every((bytes) => bytes.equals(content))).to.equal(true);
    expect([first.opened, second.opened]).to.deep.equal([3, 0]);
    for (const file of files) file.close();
    expect(cache.heldPages).to.equal(0);
  });

  it('holds no more pages than its budget, and reads again what it gave away', async () => {
    const cache = new PageCache('tftp', 4 * PAGE_BYTES);
    const file = cache.open(new MemorySource(content));
    await readAll(file);
    expect(cache.heldPages).to.equal(4);
    expect(file.page(0)).to.equal(undefined);
    await file.load(0);
    expect(file.page(0)?.length).to.equal(PAGE_BYTES);
    expect((await readAll(file)).equals(content)).to.equal(true);
  });

  it('opens no more than sixteen at once', async () => {
    const cache = new PageCache('tftp');
    let [open, most] = [0, 0];
    const slow: FileSource = {
      fileName: 'image.bin',
      sizeBytes: content.length,
      async *open({ offset = 0, endOffset = content.length } = {}) {
        open += 1;
        most = Math.max(most, open);
        await new Promise((next) => setImmediate(next));
        yield content.subarray(offset, endOffset);
        open -= 1;
      },
    };
    const files = Array.from({ length: 40 }, () => cache.open({ ...slow }));
    await Promise.all(files.map((file) => readAll(file)));
    expect(most).to.be.within(2, 16);
  });

  it('tells a file that is shorter than its record, in each page that is missing', async () => {
    const file = new PageCache('tftp').open(new MemorySource(content, 10_000, content.length + PAGE_BYTES));
    const error: unknown = await readAll(file).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).to.equal('TRANSFER_INTEGRITY');
    expect((error as Error).message).to.match(/holds 655437 bytes, expected 720973/);
  });

  it('translates a text, whose length is known before', async () => {
    const text = Uint8Array.from(Buffer.from('interface FastEthernet0/0\n ip address dhcp\r!\n'.repeat(6000)));
    const file = await openNetascii(new MemorySource(text, 999));
    const wire = toNetascii(text);
    expect(file.sizeBytes).to.equal(wire.length);
    expect((await readAll(file)).equals(wire)).to.equal(true);
    file.close();
  });
});
