import { expect } from 'chai';
import { countOf, wireNumber } from '../../../protocols/tftp/block-number.js';
import { DEFAULT_GRANT_LIMITS, acceptOptions, grantOptions } from '../../../protocols/tftp/options.js';

const asked = (pairs: Record<string, string>): Map<string, string> => new Map(Object.entries(pairs));
const granted = (pairs: Record<string, string>): Record<string, string> =>
  Object.fromEntries(grantOptions(asked(pairs), 1000, DEFAULT_GRANT_LIMITS).granted);

describe('protocols/tftp/options', () => {
  const cases: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
    ['nothing asked', {}, {}],
    ['the usual', { blksize: '1428', timeout: '5', tsize: '0' }, { blksize: '1428', timeout: '5', tsize: '1000' }],
    ['the largest block', { blksize: '65464' }, { blksize: '65464' }],
    ['blocks out of range', { blksize: '7' }, {}],
    ['no number', { blksize: '0x200', timeout: '-1', windowsize: '' }, {}],
    ['timeouts out of range', { timeout: '0' }, {}],
    ['a window', { blksize: '1428', windowsize: '16' }, { blksize: '1428', windowsize: '16' }],
    ['a window larger than buffers', { blksize: '8192', windowsize: '16' }, { blksize: '8192', windowsize: '8' }],
    ['a window of huge blocks', { blksize: '65464', windowsize: '64' }, { blksize: '65464', windowsize: '1' }],
    ['an endless window', { windowsize: '65535' }, { windowsize: '64' }],
    ['the rollover', { rollover: '1' }, { rollover: '1' }],
    ['unknown options', { multicast: '', utimeout: '5', rollover: '2' }, {}],
  ];
  for (const [name, question, answer] of cases) {
    it(`grants ${name}`, () => {
      expect(granted(question)).to.deep.equal(answer);
    });
  }

  it('turns granted options into terms', () => {
    const { terms } = grantOptions(asked({ blksize: '1024', timeout: '3', rollover: '1' }), 9, DEFAULT_GRANT_LIMITS);
    expect(terms).to.deep.equal({ blockBytes: 1024, windowBlocks: 1, timeoutMs: 3000, rolloverTo: 1 });
  });

  it('accepts an answer that is less than asked, and nothing else', () => {
    const question = asked({ blksize: '1428', windowsize: '8', timeout: '5', tsize: '0' });
    const answer = asked({ blksize: '512', windowsize: '4', timeout: '5', tsize: '77' });
    expect(acceptOptions(question, answer)).to.deep.equal({
      blockBytes: 512,
      windowBlocks: 4,
      timeoutMs: 5000,
      sizeBytes: 77,
      rolloverTo: 0,
    });
    expect(acceptOptions(question, asked({ blksize: '1429' }))).to.equal('blksize 1429 does not answer 1428');
    expect(acceptOptions(question, asked({ windowsize: '9' }))).to.be.a('string');
    expect(acceptOptions(question, asked({ timeout: '4' }))).to.be.a('string');
    expect(acceptOptions(question, asked({ tsize: 'x' }))).to.be.a('string');
    expect(acceptOptions(question, asked({ rollover: '0' }))).to.equal('rollover was not asked for');
  });
});

describe('protocols/tftp/block-number', () => {
  it('goes on with 0 or with 1 after 65535', () => {
    const around = [1, 65_535, 65_536, 65_537, 131_071, 131_072];
    expect(around.map((count) => wireNumber(count, 0))).to.deep.equal([1, 65_535, 0, 1, 65_535, 0]);
    expect(around.map((count) => wireNumber(count, 1))).to.deep.equal([1, 65_535, 1, 2, 1, 2]);
  });

  it('finds the count again in a window, across the wrap', () => {
    for (const rolloverTo of [0, 1] as const) {
      for (let count = 65_500; count < 65_600; count += 1) {
        const wire = wireNumber(count, rolloverTo);
        expect(countOf(wire, count - 20, count + 20, rolloverTo)).to.equal(count);
        expect(countOf(wire, count + 1, count + 64, rolloverTo)).to.equal(undefined);
      }
    }
  });
});
