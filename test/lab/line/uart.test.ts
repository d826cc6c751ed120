import { expect } from 'chai';
import { misread } from '../../../lab/line/uart.js';

const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe('what a UART reads at another speed', () => {
  it('at the same speed: the bytes', () => {
    expect(misread(every, 9600, 9600)).to.deep.equal(every);
  });

  it('within the 4 % that the middle of the last bit allows, still the bytes', () => {
    for (const read of [9500, 9700, 9600 * 1.04, 9600 * 0.96]) expect(misread(every, 9600, read)).to.deep.equal(every);
    expect(misread(every, 9600, 9600 * 1.08)).to.not.deep.equal(every);
  });

  it('twice as fast: a bit of 0 becomes two, and an end that is low is a framing error', () => {
    // A byte of zeros is nine low bits: eighteen of ours, so the first stop bit is low.
    expect(misread(Uint8Array.of(0x00), 9600, 19_200)[0]).to.equal(0);
    // All ones: only the start bit is low, two of ours: the lowest bit is 0, the others 1.
    expect([...misread(Uint8Array.of(0xff), 9600, 19_200)]).to.deep.equal([0xfe]);
  });

  it('twelve times as slow: a whole byte is shorter than one bit, and few are seen at all', () => {
    expect(misread(every, 115_200, 9600).length).to.be.within(1, 40);
    // A start bit that is over before its middle is no start.
    expect(misread(Uint8Array.of(0xff), 115_200, 9600).length).to.equal(0);
  });

  it('twelve times as fast: a low bit is a byte of zeros with a framing error, which reads as NUL', () => {
    const heard = misread(new TextEncoder().encode('Router#'), 9600, 115_200);
    expect(heard.length).to.be.greaterThan(7);
    expect([...heard].filter((byte) => byte === 0).length).to.be.greaterThan(heard.length / 2);
  });
});
