import { expect } from 'chai';
import { measure, rowOf, spread } from '../../bench/bench-case.js';

const frame = { name: 'x', unit: 'MB/s', goal: 0.9, peerName: 'peer' };

describe('a benchmark row', () => {
  it('has a ratio above 1 where ours is better, whichever way better is', () => {
    expect(rowOf({ ...frame, betterIs: 'higher' }, 20, 10)).to.include({ ratio: 2, met: true });
    expect(rowOf({ ...frame, betterIs: 'lower' }, 20, 10)).to.include({ ratio: 0.5, met: false });
    expect(rowOf({ ...frame, betterIs: 'lower' }, 10, 20)).to.include({ ratio: 2, met: true });
  });

  it('meets an absolute goal where there is no peer', () => {
    expect(rowOf({ ...frame, betterIs: 'lower', goal: 500, peerName: null }, 501, null)).to.include({
      ratio: null,
      met: false,
    });
    expect(rowOf({ ...frame, betterIs: 'lower', goal: 500, peerName: null }, 499, null)).to.include({
      peer: null,
      met: true,
    });
  });

  it('is the median of five, ours and the peer in turn', async () => {
    const order: string[] = [];
    const figures = [5, 1, 9, 3, 7];
    let run = 0;
    const { row, ours } = await measure({
      ...frame,
      betterIs: 'higher',
      ours: () => Promise.resolve((order.push('ours'), figures[run++] ?? 0)),
      peer: () => Promise.resolve((order.push('peer'), 5)),
    });
    expect(row).to.include({ ours: 5, peer: 5, ratio: 1, met: true });
    expect(ours).to.deep.equal({ median: 5, min: 1, max: 9 });
    expect(order.slice(0, 4)).to.deep.equal(['ours', 'peer', 'ours', 'peer']);
    expect(spread([2, 1]).max).to.equal(2);
  });
});
