import { expect } from 'chai';
import { RetryTimer } from '../../../protocols/tftp/retry-timer.js';

describe('protocols/tftp/retry-timer', () => {
  it('begins with a second, doubles on silence, and stops at the ceiling', () => {
    const timer = new RetryTimer();
    const waits = Array.from({ length: 5 }, () => {
      const { waitMs } = timer;
      timer.backOff();
      return waitMs;
    });
    expect(waits).to.deep.equal([1000, 2000, 4000, 8000, 8000]);
    timer.progressed();
    expect(timer.waitMs).to.equal(1000);
  });

  it('follows the round trip, but not below what a pausing device needs', () => {
    const timer = new RetryTimer();
    for (let sample = 0; sample < 50; sample += 1) timer.learn(300);
    expect(timer.waitMs).to.be.within(600, 630);
    for (let sample = 0; sample < 100; sample += 1) timer.learn(1);
    expect(timer.waitMs).to.equal(200);
  });

  it('never waits longer than negotiated', () => {
    const timer = new RetryTimer(3000);
    for (let silence = 0; silence < 4; silence += 1) timer.backOff();
    expect(timer.waitMs).to.equal(3000);
  });

  it('knows what cannot have been answered yet', () => {
    const timer = new RetryTimer();
    expect(timer.isTooSoon(0)).to.equal(false);
    timer.learn(10);
    expect(timer.isTooSoon(7)).to.equal(true);
    expect(timer.isTooSoon(9)).to.equal(false);
  });
});
