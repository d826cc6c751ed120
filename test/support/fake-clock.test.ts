import { expect } from 'chai';
import { FakeClock } from './fake-clock.js';

describe('FakeClock', () => {
  it('fires timers in order of time, then of setting', async () => {
    const clock = new FakeClock(1000);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b@${clock.monotonicMs()}`));
    clock.after(10, () => {
      seen.push(`a@${clock.monotonicMs()}`);
      clock.after(10, () => seen.push(`c@${clock.nowMs()}`));
    });
    clock.after(5, () => seen.push('cancelled'))();
    await clock.advance(19);
    expect(seen).to.deep.equal(['a@10']);
    await clock.advance(1);
    expect(seen).to.deep.equal(['a@10', 'b@20', 'c@1020']);
  });

  it('runs a promise that sleeps, and rejects it with the reason of its signal', async () => {
    const clock = new FakeClock();
    await clock.run(clock.sleep(86_400_000));
    expect(clock.monotonicMs()).to.equal(86_400_000);
    const abort = new AbortController();
    const sleeping = clock.sleep(1000, abort.signal);
    const outcome = sleeping.catch((error: unknown) => error);
    const reason = new Error('enough');
    abort.abort(reason);
    expect(await outcome).to.equal(reason);
    expect(clock.pending).to.equal(0);
  });
});
