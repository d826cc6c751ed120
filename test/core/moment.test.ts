import { expect } from 'chai';
import fc from 'fast-check';
import { toRfc3339 } from '../../core/event.js';
import { parseMoment } from '../../core/moment.js';

describe('parseMoment', () => {
  it('is the other way round of toRfc3339, for every second of eight thousand years', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60_000_000_000, max: 250_000_000_000 }), (second) => {
        const text = toRfc3339(second * 1000).replace(/\.\d+Z$/, 'Z');
        expect(parseMoment(text), text).to.equal(second * 1000);
      }),
    );
  });

  const rows: readonly (readonly [string, string | undefined])[] = [
    ['2026-01-31T22:00:00-06:00', '2026-02-01T04:00:00Z'],
    ['2026-01-31T22:00+05:30', '2026-01-31T16:30:00Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2026-02-29T00:00:00Z', undefined],
    ['2100-02-29T00:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-01-01T24:00:00Z', undefined],
    ['2026-01-01T00:00:00', undefined],
    ['2026-01-01', undefined],
    ['tomorrow', undefined],
  ];
  for (const [text, same] of rows) {
    it(`${text} is ${same ?? 'none'}`, () => {
      expect(parseMoment(text)).to.equal(same === undefined ? undefined : Date.parse(same));
    });
  }
});
