import { expect } from 'chai';
import fc from 'fast-check';
import { requiredLiterals } from '../../../rules/candidates/required-literals.js';
import { Pattern } from '../../../core/pattern.js';

const SEED = Number(process.env['PORTWRIGHT_SEED'] ?? Date.now() % 1_000_000_000);

const ROWS: readonly (readonly [pattern: string, literals: readonly string[] | undefined])[] = [
  ['%SYS-5-RESTART', ['%SYS-5-RESTART']],
  ['^Kernel panic(?: - )?(?P<why>.*)$', ['Kernel panic']],
  ['%SYS-(?P<severity>\\d)-RESTART', ['-RESTART']],
  ['up|down', ['up', 'down']],
  ['Line (?:up|down)d*: \\S+', ['Line ']],
  ['(LINK-3|LINEPROTO-5)-UPDOWN', ['-UPDOWN']],
  ['(LINK-3-UPDOWN|LINEPROTO-5-UPDOWN)!', ['LINK-3-UPDOWN', 'LINEPROTO-5-UPDOWN']],
  ['abc?d', ['ab']],
  ['ab+c', ['ab']],
  ['a{2}b', ['b']],
  ['1\\.2\\.3', ['1.2.3']],
  ['[a|)]x', ['x']],
  ['[]a]yy', ['yy']],
  ['up|.*', undefined],
  ['(?i)panic', undefined],
  ['\\x41', undefined],
  ['\\Qa|b\\E', undefined],
  ['', undefined],
  ['\\d+', undefined],
];

/** Patterns of all syntax that is read, and of some that is not. */
const pattern = fc
  .array(
    fc.constantFrom(
      ...['a', 'b', 'ab', 'c', '|', '(', '(?:', '(?P<n>', ')', '*', '+', '?', '{2}', '{0,1}', '[ab]', '[^a|)]', '[]c]'],
      ...['.', '^', '$', '\\.', '\\d', '\\b', '\\w', '(?i)', '\\x61', '\\|', '+?', 'é', '😀'],
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''));
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'ab', 'B', '.', '1', '|', ')', ']', 'é', '😀'), { maxLength: 8 })
  .map((parts) => parts.join(''));

function compiled(source: string): Pattern | undefined {
  try {
    return new Pattern(source);
  } catch {
    return undefined;
  }
}

describe('rules/candidates/required-literals', () => {
  for (const [source, literals] of ROWS) {
    it(`${source === '' ? '(empty)' : source} needs ${literals?.join(' or ') ?? 'nothing that is known'}`, () => {
      expect(requiredLiterals(source)).to.deep.equal(literals);
    });
  }

  it(`never asks for what a match lacks, seed ${String(SEED)}`, () => {
    let matches = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 5 }), (source, texts) => {
        const sound = compiled(source);
        const literals = requiredLiterals(source);
        if (sound === undefined || literals === undefined) return;
        for (const line of texts.filter((one) => sound.test(one))) {
          matches += 1;
          expect(literals.some((literal) => line.includes(literal))).to.equal(true);
        }
      }),
      { numRuns: 4000, seed: SEED },
    );
    expect(matches).to.be.above(100);
  });
});
