import { expect } from 'chai';
import fc from 'fast-check';
import { isStoreVersion } from '../../../core/image.js';
import { ROTATED, isNamed, rotate } from '../../../store/images/rotation.js';

/** Slots as `current,previous,archive 1…`; `-` is empty. */
function slots(text: string): Map<string, string> {
  return new Map(
    Array.from(text).flatMap((value, place) => (value === '-' ? [] : [[ROTATED[place]!, value] as const])),
  );
}

function text(after: ReadonlyMap<string, string>): string {
  return ROTATED.map((version) => after.get(version) ?? '-')
    .join('')
    .replace(/-+$/, '');
}

describe('rotate', () => {
  const cases: readonly (readonly [string, string | undefined, string])[] = [
    ['', undefined, 'N'],
    ['a', undefined, 'Na'],
    ['ab', undefined, 'Nab'],
    ['abc', undefined, 'Nabc'],
    ['-bc', undefined, 'Nbc'],
    ['a-c', undefined, 'Nac'],
    ['ab-d', undefined, 'Nabd'],
    ['abcd', 'previous', 'Nacd'],
    ['abcd', 'archive 2', 'Nabc'],
    ['abcdefghijklmnopqrstuv', undefined, 'Nabcdefghijklmnopqrstu'],
  ];
  for (const [before, from, wanted] of cases) {
    it(`makes ${wanted} of "${before}"${from === undefined ? '' : ` with ${from} promoted`}`, () => {
      expect(text(rotate(slots(before), 'N', { from }))).to.equal(wanted);
    });
  }

  it('loses nothing but what was in the last archive, and keeps the order of ages', () => {
    const places = fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: ROTATED.length });
    fc.assert(
      fc.property(places, (values) => {
        const before = new Map(
          values.flatMap((value, place) => (value === undefined ? [] : [[ROTATED[place]!, value]])),
        );
        const after = rotate(before, -1);
        const ages = ROTATED.flatMap((version) => (after.has(version) ? [after.get(version)!] : []));
        const wanted = [-1, ...values.filter((value) => value !== undefined)].slice(0, ROTATED.length);
        expect(ages).to.deep.equal(wanted);
        expect(after.get('current')).to.equal(-1);
      }),
      { seed: 1123 },
    );
  });

  it('knows names from words', () => {
    expect(['candidate', 'current', 'previous', 'standard', 'archive'].map(isStoreVersion)).to.deep.equal([
      ...[true, true, true, true, true],
    ]);
    expect(isStoreVersion('archive 1')).to.be.false;
    expect(['standard', 'candidate', 'current', 'archive 20'].map(isNamed)).to.deep.equal([true, false, false, false]);
  });
});
