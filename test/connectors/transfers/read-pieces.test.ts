import { expect } from 'chai';
import { readPieces } from '../../../connectors/transfers/read-pieces.js';
import type { FileReader } from '../../../core/ports/transfer.js';
import { seededBytes } from '../../protocols/xmodem/noisy-line.js';
import { MemorySource } from './memory-source.js';

describe('connectors/transfers/read-pieces', () => {
  const content = seededBytes(4, 1_000_000);
  let closed: number;

  const source = (mostBytes = Infinity, length = content.length) => ({
    ...{ fileName: 'a', sizeBytes: content.length },
    open: (range?: object) => new MemorySource(content).open(range),
    openReader: async (): Promise<FileReader> => ({
      read: async (into, offset) => {
        const piece = content.subarray(offset, Math.min(offset + into.length, offset + mostBytes, length));
        into.set(piece);
        return piece.length;
      },
      close: async () => void (closed += 1),
    }),
  });
  const readAll = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> => {
    const kept: Uint8Array[] = [];
    for await (const piece of pieces) {
      const before = Buffer.from(piece);
      // What is being read meanwhile must not be written into what is being sent.
      await new Promise((resolve) => setImmediate(resolve));
      expect(before.equals(piece)).to.equal(true);
      kept.push(before);
    }
    return Buffer.concat(kept);
  };

  beforeEach(() => {
    closed = 0;
  });

  for (const [what, from] of [
    ['a reader', source()],
    ['a reader that reads less than it was asked for', source(10_007)],
    ['a source without a reader', { ...source(), openReader: undefined }],
  ] as const) {
    it(`reads any part by ${what}, exactly`, async () => {
      for (const [offset, endOffset] of [
        [0, 0],
        [0, 1],
        [0, 1_000_000],
        [262_143, 262_145],
        [999_999, 1_000_000],
      ] as const) {
        const { openReader, ...rest } = from;
        const given = openReader === undefined ? rest : { ...rest, openReader };
        const got = await readAll(readPieces(given, { offset, endOffset }));
        expect(got.equals(content.subarray(offset, endOffset)), `${offset}–${endOffset}`).to.equal(true);
      }
    });
  }

  it('ends where the file ends, and closes it, also where the caller leaves', async () => {
    const short = await readAll(readPieces(source(Infinity, 500_000), { offset: 0, endOffset: content.length }));
    expect([short.length, closed]).to.deep.equal([500_000, 1]);
    for await (const piece of readPieces(source(), { offset: 0, endOffset: content.length })) {
      if (piece.length > 0) break;
    }
    expect(closed).to.equal(2);
  });
});
