import { expect } from 'chai';
import fc from 'fast-check';
import { contentRange, parseContentRange, parseRange } from '../../../protocols/http/range.js';

describe('protocols/http/range', () => {
  const CASES: readonly (readonly [header: string | undefined, answer: string])[] = [
    [undefined, 'whole'],
    ['bytes=0-0', '0-1'],
    ['bytes=0-99', '0-100'],
    ['bytes=10-', '10-100'],
    ['bytes=99-', '99-100'],
    ['bytes=90-1000', '90-100'],
    ['bytes=-1', '99-100'],
    ['bytes=-1000', '0-100'],
    ['BYTES=5-6', '5-7'],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=100-200', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=0-1, 5-6,-2', '0-2 5-7 98-100'],
    ['bytes=0-1,200-', '0-2'],
    ['bytes=200-,300-', 'unsatisfiable'],
    // Ignored, §14.2: not a range, overlapping, descending, too many, another unit.
    ['bytes=5-4', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=0-1-2', 'whole'],
    ['bytes=0-9,5-12', 'whole'],
    ['bytes=50-60,0-9', 'whole'],
    ['bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16', 'whole'],
    ['bytes=0-99999999999999999999', 'whole'],
    ['lines=0-1', 'whole'],
    ['bytes 0-1', 'whole'],
    ['bytes=0-1;q=1', 'whole'],
    ['bytes=٣-٤', 'whole'],
  ];

  for (const [header, wanted] of CASES) {
    it(`${header ?? '(none)'}: ${wanted}`, () => {
      const answer = parseRange(header, 100);
      const got =
        answer.kind === 'ranges'
          ? answer.ranges.map(({ offset, endOffset }) => `${offset}-${endOffset}`).join(' ')
          : answer.kind;
      expect(got).to.equal(wanted);
    });
  }

  it('has no byte of an empty file', () => {
    for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1']) {
      expect(parseRange(header, 0).kind, header).to.equal('unsatisfiable');
    }
  });

  it('never leaves the file, whatever is asked', () => {
    const part = fc.oneof(fc.nat().map(String), fc.constant(''), fc.string({ maxLength: 5 }));
    const header = fc
      .array(fc.tuple(part, part), { maxLength: 10 })
      .map((specs) => `bytes=${specs.map((one) => one.join('-')).join(',')}`);
    fc.assert(
      fc.property(header, fc.nat({ max: 1000 }), (text, sizeBytes) => {
        const answer = parseRange(text, sizeBytes);
        if (answer.kind !== 'ranges') return;
        let at = 0;
        for (const { offset, endOffset } of answer.ranges) {
          expect(offset).to.be.at.least(at).and.below(endOffset);
          expect(endOffset).to.be.at.most(sizeBytes);
          at = endOffset;
        }
      }),
    );
  });

  it('reads back the Content-Range that it writes, and no other nonsense', () => {
    expect(parseContentRange(contentRange({ offset: 5, endOffset: 7 }, 100))).to.deep.equal({
      ...{ offset: 5, endOffset: 7, sizeBytes: 100 },
    });
    expect(parseContentRange('bytes 0-0/*')).to.deep.equal({ offset: 0, endOffset: 1 });
    for (const bad of [
      undefined,
      '',
      'bytes */100',
      'bytes 5-4/100',
      'bytes 0-100/100',
      'bytes -1/100',
      'bytes=0-1/9',
    ]) {
      expect(parseContentRange(bad), bad).to.equal(undefined);
    }
  });
});
