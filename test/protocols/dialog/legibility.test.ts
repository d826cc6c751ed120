import { expect } from 'chai';
import { BAUD_RATES } from '../../../core/serial-line.js';
import { misread } from '../../../lab/line/uart.js';
import { Legibility } from '../../../protocols/dialog/legibility.js';

const TEXT =
  '\r\nSystem Bootstrap, Version 12.2(7r)XM1, RELEASE SOFTWARE (fc1)\r\nCopyright (c) 2001 by cisco Systems\r\nRouter(config-line)#';

function of(bytes: Uint8Array): Legibility {
  const legibility = new Legibility();
  for (const byte of bytes) legibility.add(Uint8Array.of(byte));
  return legibility;
}

describe('Legibility', () => {
  const text = new TextEncoder().encode(TEXT);

  it('what a console says is clean: text, terminal controls, whole UTF-8, a NUL or two', () => {
    expect(of(text)).to.include({ isClean: true, isGarbage: false, bytes: text.length });
    expect(of(new TextEncoder().encode('\x1b[6n\t\x07=> → ✓ \x00')).isClean).to.equal(true);
  });

  it('one foreign byte is not clean, and not yet garbage', () => {
    expect(of(Uint8Array.of(...text, 0xf8))).to.include({ isClean: false, isGarbage: false });
  });

  it('four bytes or more of a text never pass for clean at another speed that a console may have', () => {
    const speeds = BAUD_RATES.filter((rate) => rate >= 1200);
    for (const sent of speeds) {
      for (const read of speeds.filter((rate) => rate !== sent)) {
        const heard = misread(text, sent, read);
        const { isClean } = of(heard);
        expect(heard.length >= 4 && isClean, `${String(sent)} read at ${String(read)}`).to.equal(false);
      }
    }
  });

  it('a boot that is read at another of the usual speeds is garbage within a line or two', () => {
    const speeds = [9600, 19_200, 38_400, 57_600, 115_200];
    for (const sent of speeds) {
      for (const read of speeds.filter((rate) => rate !== sent)) {
        expect(of(misread(text, sent, read)).isGarbage, `${String(sent)} read at ${String(read)}`).to.equal(true);
      }
    }
  });
});
