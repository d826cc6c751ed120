import { expect } from 'chai';
import fc from 'fast-check';
import { OptionSide } from '../../../protocols/telnet/option-side.js';
import type { QInput } from '../../../protocols/telnet/option-side.js';

/** RFC 1143 §7, row by row: inputs, what is said to each, and whether the option is on at the end. */
const ROWS: readonly (readonly [willing: boolean, inputs: readonly QInput[], said: readonly string[], on: boolean])[] =
  [
    [true, ['on'], ['on'], true],
    [false, ['on'], ['off'], false],
    [true, ['off'], ['-'], false],
    [true, ['on', 'on', 'off', 'off'], ['on', '-', 'off', '-'], false],
    [true, ['enable', 'on'], ['on', '-'], true],
    [true, ['enable', 'off'], ['on', '-'], false],
    [true, ['enable', 'disable', 'on', 'off'], ['on', '-', 'off', '-'], false],
    [true, ['enable', 'disable', 'off'], ['on', '-', '-'], false],
    [true, ['enable', 'disable', 'enable', 'on'], ['on', '-', '-', '-'], true],
    [true, ['on', 'disable', 'off'], ['on', 'off', '-'], false],
    [true, ['on', 'disable', 'enable', 'off', 'on'], ['on', 'off', '-', 'on', '-'], true],
    [true, ['on', 'disable', 'enable', 'on'], ['on', 'off', '-', '-'], true],
    [true, ['on', 'disable', 'enable', 'disable', 'off'], ['on', 'off', '-', '-', '-'], false],
    [true, ['on', 'disable', 'on'], ['on', 'off', '-'], false],
  ];

describe('OptionSide', () => {
  for (const [willing, inputs, said, on] of ROWS) {
    it(`${willing ? 'willing' : 'unwilling'}: ${inputs.join(', ')}`, () => {
      const side = new OptionSide(willing);
      expect(inputs.map((input) => side.handle(input) ?? '-')).to.deep.equal(said);
      expect(side.on).to.equal(on);
    });
  }

  it('two ends that follow the method always come to rest and agree (property)', () => {
    const wishes = fc.array(fc.tuple(fc.boolean(), fc.constantFrom<QInput>('enable', 'disable'), fc.nat(3)), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), wishes, (leftWilling, rightWilling, steps) => {
        const [left, right] = [new OptionSide(leftWilling), new OptionSide(rightWilling)];
        const [toLeft, toRight]: ('on' | 'off')[][] = [[], []];
        const say = (queue: ('on' | 'off')[] | undefined, word: 'on' | 'off' | undefined): void => {
          if (word !== undefined) queue?.push(word);
        };
        const deliver = (): boolean => {
          const [l, r] = [toLeft?.shift(), toRight?.shift()];
          if (l !== undefined) say(toRight, left.handle(l));
          if (r !== undefined) say(toLeft, right.handle(r));
          return l !== undefined || r !== undefined;
        };
        for (const [isLeft, wish, deliveries] of steps) {
          if (isLeft) say(toRight, left.handle(wish));
          else say(toLeft, right.handle(wish));
          for (let i = 0; i < deliveries; i++) deliver();
        }
        let rounds = 0;
        while (deliver()) expect(++rounds, 'messages without end').to.be.lessThan(200);
        expect(left.pending || right.pending).to.equal(false);
        expect(left.on).to.equal(right.on);
      }),
      { numRuns: 2_000 },
    );
  });
});
