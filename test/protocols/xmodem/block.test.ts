import { expect } from 'chai';
import fc from 'fast-check';
import { checksum8, crc16 } from '../../../protocols/xmodem/crc16.js';
import { blockWireBytes, decodeBlock, encodeBlock } from '../../../protocols/xmodem/block.js';
import type { BlockSize, Check } from '../../../protocols/xmodem/block.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const FORMS: readonly (readonly [BlockSize, Check])[] = [
  [128, 'sum'],
  [128, 'crc'],
  [1024, 'sum'],
  [1024, 'crc'],
];

describe('protocols/xmodem/block', () => {
  it('computes the published check values', () => {
    expect(crc16(ascii('123456789'), 0, 9)).to.equal(0x31c3);
    expect(crc16(ascii('x123456789x'), 1, 10)).to.equal(0x31c3);
    expect(crc16(new Uint8Array(0), 0, 0)).to.equal(0);
    expect(checksum8(Uint8Array.of(0xff, 0x02, 0x10), 0, 3)).to.equal(0x11);
  });

  it('writes head, number, complement, fill and check where the format wants them', () => {
    const wire = encodeBlock(0x1fe, ascii('abc'), 128, 'sum', 0x1a);
    expect([...wire.subarray(0, 7)]).to.deep.equal([0x01, 0xfe, 0x01, 0x61, 0x62, 0x63, 0x1a]);
    expect(wire[131]).to.equal((0x61 + 0x62 + 0x63 + 125 * 0x1a) & 0xff);
    expect(wire.length).to.equal(132);
    expect(encodeBlock(1, ascii('abc'), 1024, 'crc', 0xff)[0]).to.equal(0x02);
    expect(encodeBlock(1, ascii('abc'), 1024, 'crc', 0xff)[1000]).to.equal(0xff);
  });

  for (const [size, check] of FORMS) {
    it(`reads back a ${String(size)}-byte block with ${check}: whole, byte by byte, with trailing data`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: size, maxLength: size }), fc.nat({ max: 255 }), (payload, number) => {
          const wire = encodeBlock(number, payload, size, check, 0x1a);
          expect(wire.length).to.equal(blockWireBytes(size, check));
          for (const cut of [0, 1, 2, 3, size, wire.length - 1]) {
            expect(decodeBlock(wire.subarray(0, cut), check).kind).to.equal('partial');
          }
          for (const input of [wire, Uint8Array.from([...wire, 0x04, 0x01, 0x18])]) {
            const block = decodeBlock(input, check);
            if (block.kind !== 'block') throw new Error(`got ${block.kind}`);
            expect(block.number).to.equal(number);
            expect(block.wireBytes).to.equal(wire.length);
            expect([...block.payload]).to.deep.equal([...payload]);
          }
        }),
        { numRuns: 20 },
      );
    });

    it(`sees every single flipped bit of a ${String(size)}-byte block with ${check}`, () => {
      const wire = encodeBlock(
        7,
        Uint8Array.from({ length: size }, (_unused, index) => index & 0xff),
        size,
        check,
        0,
      );
      for (let bit = 0; bit < wire.length * 8; bit += 1) {
        const at = bit >> 3;
        wire[at] = (wire[at] ?? 0) ^ (1 << (bit & 7));
        expect(decodeBlock(wire, check).kind, `bit ${String(bit)}`).to.not.equal('block');
        wire[at] = (wire[at] ?? 0) ^ (1 << (bit & 7));
      }
    });
  }

  it('tells a misread head at once and a wrong check at the end', () => {
    expect(decodeBlock(Uint8Array.of(0x43), 'crc')).to.deep.equal({ kind: 'bad', fault: 'misread' });
    expect(decodeBlock(Uint8Array.of(0x01, 5, 5), 'crc')).to.deep.equal({ kind: 'bad', fault: 'misread' });
    const wire = encodeBlock(1, ascii('x'), 128, 'crc', 0);
    wire[50] = 1;
    expect(decodeBlock(wire, 'crc')).to.deep.equal({ kind: 'bad', fault: 'corrupt' });
  });
});
