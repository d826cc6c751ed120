/** A file of recorded bytes, as a terminal would have shown it. */
import { expect } from 'chai';
import { recordedText } from '../../../protocols/dialog/index.js';

const text = (bytes: string): string => recordedText(new TextEncoder().encode(bytes));

describe('recorded text', () => {
  it('keeps lines, blank ones too, and the end without a line end', () => {
    expect(text('a\r\n\r\nb\nprompt#')).to.equal('a\n\nb\nprompt#');
    expect(text('a\n')).to.equal('a\n');
    expect(text('')).to.equal('');
  });

  it('has no escape sequences, and nothing that a pager wiped off again', () => {
    expect(text('\x1b[1mbold\x1b[0m\r\n')).to.equal('bold\n');
    expect(text('one\r\n --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\btwo\r\n')).to.equal('one\ntwo\n');
    expect(text('one\r\n--More--\r        \rtwo\r\n')).to.equal('one\ntwo\n');
  });

  it('loses nothing of a file that is longer than what a line may hold back', () => {
    const lines = Array.from({ length: 60_000 }, (_, n) => `line ${String(n)} of a long file, and some words more`);
    expect(text(lines.join('\r\n'))).to.equal(lines.join('\n'));
  });
});
