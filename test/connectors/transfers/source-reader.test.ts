import { expect } from 'chai';
import { SourceReader } from '../../../connectors/transfers/source-reader.js';
import { codeOf } from '../../../core/errors/index.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { MemorySource } from './memory-source.js';

async function readAll(reader: SourceReader, maxBytes: number): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = await reader.read(maxBytes);
    pieces.push(piece.bytes);
    if (piece.last) return pieces;
  }
}

describe('connectors/transfers/source-reader', () => {
  it('cuts a file into the pieces that are asked for', async () => {
    const content = seededBytes(1, 25_000);
    for (const [pieceBytes, maxBytes] of [
      [10_000, 4096],
      [100, 4096],
      [25_000, 25_000],
      [7, 1],
    ] as const) {
      const pieces = await readAll(new SourceReader(new MemorySource(content, pieceBytes), 'tftp'), maxBytes);
      expect(Math.max(...pieces.map((piece) => piece.length))).to.be.at.most(maxBytes);
      expect(Buffer.compare(Buffer.concat(pieces), content)).to.equal(0);
    }
  });

  it('ends an empty file at once', async () => {
    const reader = new SourceReader(new MemorySource(new Uint8Array(0)), 'tftp');
    expect(await reader.read(100)).to.deep.equal({ bytes: new Uint8Array(0), last: true });
  });

  it('refuses a file that is not as long as its record says', async () => {
    const reader = new SourceReader(new MemorySource(seededBytes(1, 100), 50, 101), 'tftp');
    const error: unknown = await readAll(reader, 100).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).to.equal('TRANSFER_INTEGRITY');
    expect((error as Error).message).to.equal('tftp: image.bin holds 100 bytes, expected 101');
  });

  it('lets go of a file that was read in part', async () => {
    const source = new MemorySource(seededBytes(1, 100), 10);
    const reader = new SourceReader(source, 'tftp');
    await reader.read(5);
    await reader.close();
    await reader.close();
    expect([source.opened, source.closed]).to.deep.equal([1, 1]);
  });
});
