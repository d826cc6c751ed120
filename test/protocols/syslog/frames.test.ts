import { expect } from 'chai';
import fc from 'fast-check';
import { SyslogFrames } from '../../../protocols/syslog/frames.js';

const MAX = 64;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (message: Uint8Array): string => new TextDecoder().decode(message);

/** The stream in pieces of these sizes, over and over. */
function read(stream: string, sizes: readonly number[] = [stream.length + 1]): { messages: string[]; cut: number } {
  const frames = new SyslogFrames(MAX);
  const all = bytes(stream);
  const messages: string[] = [];
  for (let at = 0, i = 0; at < all.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    messages.push(...frames.push(all.subarray(at, at + size)).map(text));
    at += size;
  }
  messages.push(...frames.end().map(text));
  return { messages, cut: frames.truncated };
}

describe('protocols/syslog/frames', () => {
  it('counts octets, and knows line ends', () => {
    expect(read('5 <1>ab6 <2>c\nd').messages).to.deep.equal(['<1>ab', '<2>c\nd']);
    expect(read('<1>a\n<2>b\r\n\n<3>c').messages).to.deep.equal(['<1>a', '<2>b\r', '<3>c']);
  });

  it('takes both in one stream', () => {
    expect(read('<1>a\n5 <2>xy<3>c\n').messages).to.deep.equal(['<1>a', '<2>xy', '<3>c']);
  });

  it('gives the beginning of what is too long, and finds the next', () => {
    const long = '<1>' + 'x'.repeat(MAX * 3);
    const cut = long.slice(0, MAX);
    expect(read(`${long}\n<2>b\n`)).to.deep.equal({ messages: [cut, '<2>b'], cut: 1 });
    expect(read(`${String(long.length)} ${long}5 <2>bc`)).to.deep.equal({ messages: [cut, '<2>bc'], cut: 1 });
  });

  it('leaves out a frame that never came whole', () => {
    expect(read('10 <1>ab').messages).to.deep.equal([]);
  });

  it('keeps no more than the longest message', () => {
    const frames = new SyslogFrames(MAX);
    for (let i = 0; i < 1000; i += 1) frames.push(bytes('x'.repeat(1000)));
    expect(frames.truncated).to.equal(1);
  });

  it('reads the same in any pieces', () => {
    const line = fc.string({ unit: fc.constantFrom('a', '<', '>', '1', ' ', '\r'), minLength: 1, maxLength: MAX + 20 });
    const frame = fc.oneof(
      line.map((body) => `<1>${body}\n`),
      line.map((body) => `${String(body.length + 3)} <1>${body}`),
    );
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (parts, sizes) => {
          const stream = parts.join('');
          expect(read(stream, sizes)).to.deep.equal(read(stream));
          expect(read(stream).messages).to.have.length(parts.length);
        },
      ),
    );
  });
});
