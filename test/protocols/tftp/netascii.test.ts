import { expect } from 'chai';
import { NetasciiDecoder, netasciiLength, toNetascii } from '../../../protocols/tftp/netascii.js';
import { seededRandom } from '../xmodem/noisy-line.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('protocols/tftp/netascii', () => {
  it('ends lines with CR LF and writes a bare CR as CR NUL', () => {
    expect(Buffer.from(toNetascii(bytes('a\nb\rc\r\n'))).toString('latin1')).to.equal('a\r\nb\r\0c\r\0\r\n');
    expect(netasciiLength(bytes('a\nb\rc\r\n'))).to.equal(11);
  });

  it('gives back what it was given, however the bytes are cut', () => {
    const random = seededRandom(5);
    for (let run = 0; run < 200; run += 1) {
      const text = Uint8Array.from({ length: 60 }, () => [10, 13, 0, 65][Math.floor(random() * 4)] ?? 0);
      const wire = toNetascii(text);
      const decoder = new NetasciiDecoder();
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < wire.length;) {
        const next = at + 1 + Math.floor(random() * 5);
        pieces.push(decoder.decode(wire.subarray(at, next)).slice());
        at = next;
      }
      pieces.push(decoder.end());
      expect(Buffer.concat(pieces).equals(text), `run ${String(run)}`).to.equal(true);
    }
  });

  it('keeps a CR that no line end follows', () => {
    const decoder = new NetasciiDecoder();
    expect(Buffer.from(decoder.decode(bytes('a\rb\r\rc\r'))).toString('latin1')).to.equal('a\rb\r\rc');
    expect(Buffer.from(decoder.end()).toString('latin1')).to.equal('\r');
  });
});
