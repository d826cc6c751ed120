import { expect } from 'chai';
import fc from 'fast-check';
import { LineScreen, rareCharacter } from '../../../protocols/dialog/line-screen.js';
import { DRIVERS } from '../../../drivers/index.js';

const RARE_CHARACTERS: readonly (readonly [pattern: string, char: string | undefined])[] = [
  ['^[\\w./-]{1,64}# ?$', '#'],
  ['^(?:\\d{6}: )?%[A-Z]+-[0-7]', '%'],
  ['a|b#', undefined],
  ['(?:a#|b)c', undefined],
  ['(?=#)a', undefined],
  ['[#%]a', undefined],
  ['a#?b', undefined],
  ['a#{0,2}', undefined],
  ['a#+', '#'],
  ['yes\\?', '?'],
  ['^a$', undefined],
  ['\\d+%', '%'],
];

describe('LineScreen', () => {
  for (const [pattern, char] of RARE_CHARACTERS) {
    it(`/${pattern}/ wants ${char ?? 'nothing rare'}`, () => {
      expect(rareCharacter(pattern)).to.equal(char);
    });
  }

  it('clears no line that a pattern of a driver matches (property)', () => {
    for (const { id, dialog, loader } of DRIVERS) {
      for (const table of [dialog, ...(loader === undefined ? [] : [loader.dialog])]) {
        const patterns = [...table.prompts, ...table.failures].map((row) => row.pattern);
        patterns.push(...table.noise, ...table.countdowns, ...table.bootStarts);
        const screen = new LineScreen(patterns);
        const alone = patterns.map((pattern) => new RegExp(pattern));
        // Pieces of the patterns themselves come near to what they match.
        const words = patterns.flatMap((pattern) => pattern.replace(/\\(.)/g, '$1').match(/[\w %#>:.()?-]+/g) ?? []);
        const line = fc.array(fc.oneof(fc.constantFrom(...words, 'Router', ' ', '#', '>', '%', '12'), fc.string()), {
          maxLength: 6,
        });
        fc.assert(
          fc.property(line, (parts) => {
            const text = parts.join('');
            if (screen.clears(text))
              expect(
                alone.filter((pattern) => pattern.test(text)),
                id,
              ).to.deep.equal([]);
          }),
          { numRuns: 300 },
        );
      }
    }
  });

  it('clears ordinary lines, and takes names that stand twice and backreferences', () => {
    const screen = new LineScreen(['(?<a>x)y', '(?<a>z)y', '^p# $']);
    expect(screen.clears('MTU 1500 bytes')).to.equal(true);
    expect(screen.clears('zy')).to.equal(false);
    expect(new LineScreen(['(a)\\1']).clears('b')).to.equal(false);
    expect(new LineScreen([]).clears('anything #')).to.equal(true);
  });
});
