import { expect } from 'chai';
import fc from 'fast-check';
import { TextReader } from '../../../protocols/dialog/index.js';
import { LINE_CHARS_MAX, QUEUE_LINES_MAX } from '../../../protocols/dialog/limits.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(chunks: readonly Uint8Array[]): { lines: string[]; tail: string } {
  const reader = new TextReader();
  for (const chunk of chunks) reader.push(chunk);
  return { lines: reader.takeLines(), tail: reader.tail };
}

const bytewise = (bytes: Uint8Array): Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte));

const CASES: readonly (readonly [name: string, text: string, lines: readonly string[], tail: string])[] = [
  ['CR LF, LF, CR CR LF', 'a\r\nb\nc\r\r\nd', ['a', 'b', 'c'], 'd'],
  ['LF CR', 'a\n\rb\n\r', ['a', 'b'], ''],
  ['colours and titles', '\x1b[1;32mok\x1b[0m\x1b]0;title\x07 go\x1b]2;x\x1b\\!\n', ['ok go!'], ''],
  ['device control strings', 'a\x1bP1$r0m\x1b\\b\x1b_app\x1b\\c\x1b(Bd', [], 'abcd'],
  ['a position request is taken out, not answered', '/ # \x1b[6n', [], '/ # '],
  ['a countdown with backspaces', 'Hit any key:  3 \b\b\b 2 \b\b\b 1 \b\b\b 0 \n', ['Hit any key:  0'], ''],
  ['a progress bar with CR', 'load  10%\rload  20%\rload 100%\r\n', ['load 100%'], ''],
  ['a pager that rubs itself out', ' --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\bend\r\n', ['end'], ''],
  ['a pager that erases its line', '--More--\r\x1b[Kinterface 1\r\n', ['interface 1'], ''],
  ["a shell's own wrap at the margin", `${'x'.repeat(80)} \ryz\n`, [`${'x'.repeat(80)}yz`], ''],
  ["readline's wrap at the margin", `${'x'.repeat(80)}y\ryz\n`, [`${'x'.repeat(80)}yz`], ''],
  ['cursor left and right', 'abcd\x1b[3DX\x1b[1CY\n', ['aXcY'], ''],
  ['controls that say nothing', 'a\x00\x07\x11b\x13\x7f\x06\n', ['ab'], ''],
  ['UTF-8', 'Grüße – 日本\n', ['Grüße – 日本'], ''],
  ['a line end inside a sequence ends it', 'a\x1b[12\nb', ['a'], 'b'],
  ['a blank after a prompt stays', 'x\r\nRouter# ', ['x'], 'Router# '],
];

describe('TextReader', () => {
  for (const [name, text, lines, tail] of CASES) {
    it(`${name}, whole and byte by byte`, () => {
      expect(read([encode(text)])).to.deep.equal({ lines, tail });
      expect(read(bytewise(encode(text)))).to.deep.equal({ lines, tail });
    });
  }

  it('keeps every byte that is not UTF-8 as Latin-1', () => {
    const bytes = Uint8Array.of(0x41, 0xe4, 0x42, 0xc3, 0x0a, 0xff, 0xed, 0xa0, 0x41, 0x0a);
    expect(read([bytes]).lines).to.deep.equal(['AäBÃ', 'ÿí\xa0A']);
  });

  it('reads any bytes the same, however they are cut', () => {
    const noisy = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .array(fc.constantFrom('\x1b', '[', ']', 'K', '2', ';', '\\', '\x07', '\r', '\n', '\b', 'ü', 'a', ' '), {
          maxLength: 60,
        })
        .map((parts) => encode(parts.join(''))),
    );
    fc.assert(
      fc.property(noisy, fc.array(fc.nat(59), { maxLength: 8 }), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.slice(places[index], end));
        expect(read(chunks)).to.deep.equal(read([bytes]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('breaks a line that is too long and drops the oldest lines that nobody reads', () => {
    const reader = new TextReader();
    reader.push(encode('!'.repeat(LINE_CHARS_MAX + 10)));
    expect(reader.nextLine()).to.have.length(LINE_CHARS_MAX);
    expect(reader.tail).to.have.length(10);
    reader.push(encode('x\n'.repeat(QUEUE_LINES_MAX + 5)));
    expect(reader.dropped).to.equal(5);
    expect(reader.takeLines()).to.have.length(QUEUE_LINES_MAX);
  });

  it('gives back what an engine did not consume, in order', () => {
    const reader = new TextReader();
    reader.push(encode('a\nb\nc\nd'));
    expect(reader.nextLine()).to.equal('a');
    reader.unread(['x', 'y']);
    expect(reader.takeLines()).to.deep.equal(['x', 'y', 'b', 'c']);
    expect(reader.cut()).to.equal('d');
    expect(reader.tail).to.equal('');
  });
});
