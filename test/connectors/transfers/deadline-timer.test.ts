import { expect } from 'chai';
import { DeadlineTimer } from '../../../connectors/transfers/deadline-timer.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('connectors/transfers/deadline-timer', () => {
  it('fires once at the deadline, however often that moved later, from few timers', async () => {
    const clock = new FakeClock();
    const fired: number[] = [];
    const timer = new DeadlineTimer(clock, () => fired.push(clock.monotonicMs()));
    for (let moved = 0; moved < 100; moved += 1) timer.set(1000 + moved);
    expect(clock.pending).to.equal(1);
    await clock.advance(5000);
    expect(fired).to.deep.equal([1099]);
  });

  it('fires earlier when the deadline moves earlier, and not at all when it is taken away', async () => {
    const clock = new FakeClock();
    let fired = 0;
    const timer = new DeadlineTimer(clock, () => (fired += 1));
    timer.set(10_000);
    timer.set(250);
    await clock.advance(250);
    expect(fired).to.equal(1);
    timer.set(500);
    timer.set(Infinity);
    await clock.advance(20_000);
    timer.set(clock.monotonicMs() + 5);
    timer.stop();
    await clock.advance(20_000);
    expect(fired).to.equal(1);
    expect(clock.pending).to.equal(0);
  });

  it('takes only earlier deadlines from many', async () => {
    const clock = new FakeClock();
    const fired: number[] = [];
    const timer = new DeadlineTimer(clock, () => fired.push(clock.monotonicMs()));
    timer.setEarlier(300);
    timer.setEarlier(900);
    timer.setEarlier(200);
    await clock.advance(1000);
    expect(fired).to.deep.equal([200]);
  });
});
