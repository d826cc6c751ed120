import { expect } from 'chai';
import fc from 'fast-check';
import { ByteDecoder } from '../../../protocols/dialog/byte-decoder.js';
import { EscapeFilter } from '../../../protocols/dialog/escape-filter.js';
import { LineEditor } from '../../../protocols/dialog/line-editor.js';
import { TextReader } from '../../../protocols/dialog/index.js';

/** The long way alone: every character through every machine. */
function slowly(chunks: readonly Uint8Array[]): { lines: string[]; tail: string } {
  const [decoder, escapes, editor] = [new ByteDecoder(), new EscapeFilter(), new LineEditor()];
  const lines: string[] = [];
  for (const chunk of chunks) {
    escapes.push(decoder.decode(chunk), (input) => {
      const line = editor.handle(input);
      if (line !== undefined) lines.push(line);
    });
  }
  return { lines, tail: editor.text };
}

function read(chunks: readonly Uint8Array[]): { lines: string[]; tail: string } {
  const reader = new TextReader();
  for (const chunk of chunks) reader.push(chunk);
  return { lines: reader.takeLines(), tail: reader.tail };
}

/** What consoles say: mostly lines, with everything between them that makes a terminal do something. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 90 }).map((text) => text.replace(/[^ -~]/g, 'x')) },
  { weight: 4, arbitrary: fc.constantFrom('\r\n', '\n', '\r\r\n', '\n\r', '\r', '  \r\n', ' '.repeat(40)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '\b',
      '\b \b',
      '\t',
      '\x07',
      '\0',
      '\x1b[K',
      '\x1b[6n',
      '\x1b[80D',
      '\x1b[',
      'ü',
      '漢',
      '😀',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('\xc3', '\xff', '\x9b', '\x1b]0;title\x07', ' --More-- ', '\r         \r') },
);

describe('plain text', () => {
  it('is read as the long way reads it, however it is cut (property)', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 400 })), (pieces, cuts) => {
        const bytes = Buffer.concat(
          pieces.map((text) => Buffer.from(text, text.length === 1 && text >= '\x80' ? 'latin1' : 'utf8')),
        );
        const chunks: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i] ?? 500;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(read(chunks)).to.deep.equal(slowly([bytes]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('breaks an endless line where the long way does', () => {
    const bytes = Buffer.from(`${'a'.repeat(70_000)}\r\nb`);
    for (const size of [bytes.length, 1_000, 32_768, 7]) {
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      expect(read(chunks)).to.deep.equal(slowly([bytes]));
    }
  });
});
