import { expect } from 'chai';
import { LoopBreaker } from '../../server/loop-breaker.js';

describe('the loop breaker of rules', () => {
  it('lets twenty firings a minute through on one port, and the next when the oldest is a minute old', () => {
    const loops = new LoopBreaker();
    for (let i = 0; i < 20; i++) expect(loops.fire('r', 'p1', 1000 + i)).to.equal(undefined);
    expect(loops.fire('r', 'p1', 2000)).to.equal(61_000);
    expect(loops.fire('r', 'p2', 2000), 'another port').to.equal(undefined);
    expect(loops.fire('other', 'p1', 2000), 'another rule').to.equal(undefined);
    expect(loops.fire('r', 'p1', 61_000)).to.equal(undefined);
    expect(loops.fire('r', 'p1', 61_000)).to.equal(61_001);
  });
});
