import { expect } from 'chai';
import { LineGaps } from '../../../protocols/xmodem/line-gaps.js';

/** A whole block whose bytes came at these times, ms. */
function block(gaps: LineGaps, ...timesMs: number[]): void {
  timesMs.forEach((timeMs, index) => {
    gaps.heard(timeMs);
    if (index === 0) gaps.blockBegins();
  });
  gaps.blockWhole();
}

describe('protocols/xmodem/line-gaps', () => {
  it('waits long while nothing is known of the line', () => {
    expect(new LineGaps().quietMs).to.equal(100);
  });

  it('waits little on a line without gaps, however long it was between blocks', () => {
    const gaps = new LineGaps();
    block(gaps, 5000, 5001, 5002);
    block(gaps, 9000, 9001, 9002);
    expect(gaps.quietMs).to.equal(30);
  });

  it('waits for several of the gaps that the line has', () => {
    const gaps = new LineGaps();
    block(gaps, 100, 116, 132);
    expect(gaps.quietMs).to.equal(64);
    block(gaps, 200, 260);
    expect(gaps.quietMs).to.equal(100);
  });
});
