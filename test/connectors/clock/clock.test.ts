import { expect } from 'chai';
import { Heartbeat } from '../../../connectors/clock/heartbeat.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import { SystemRandom } from '../../../connectors/clock/system-random.js';
import { quietLog } from '../sessions/fake-channel.js';

describe('SystemClock', () => {
  const clock = new SystemClock();

  it('tells epoch ms and a time that never goes back', () => {
    expect(clock.nowMs()).to.be.closeTo(Date.now(), 1_000);
    const times = Array.from({ length: 1_000 }, () => clock.monotonicMs());
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
  });

  it('calls back not before its time, and not once cancelled', async () => {
    const startMs = clock.monotonicMs();
    clock.after(5, () => expect.fail('was cancelled'))();
    await new Promise<void>((resolve) => clock.after(20, resolve));
    expect(clock.monotonicMs() - startMs).to.be.at.least(20);
  });

  it('waits longer than one timer can: does not fire at once', async () => {
    let fired = false;
    const cancel = clock.after(40 * 86_400_000, () => (fired = true));
    await clock.sleep(20);
    cancel();
    expect(fired).to.equal(false);
  });

  it('rejects a sleep with the reason of its signal', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const sleeping = clock.sleep(60_000, abort.signal).catch((error: unknown) => error);
    abort.abort(reason);
    expect(await sleeping).to.equal(reason);
    expect(await clock.sleep(1, abort.signal).catch((error: unknown) => error)).to.equal(reason);
  });
});

describe('SystemRandom', () => {
  it('gives digits of any number, and numbers below the limit', () => {
    const random = new SystemRandom();
    expect(random.hex(7)).to.match(/^[0-9a-f]{7}$/);
    expect(random.hex(32)).to.not.equal(random.hex(32));
    const numbers = new Set(Array.from({ length: 1_000 }, () => random.below(3)));
    expect([...numbers].sort()).to.deep.equal([0, 1, 2]);
  });
});

describe('Heartbeat', () => {
  it('beats at once and then with the seconds, one beat at a time, and goes on after a failed one', async () => {
    const errors: string[] = [];
    let running = 0;
    let beats = 0;
    let enough: () => void = () => undefined;
    const three = new Promise<void>((resolve) => (enough = resolve));
    const heartbeat = new Heartbeat({
      clock: new SystemClock(),
      log: { ...quietLog, error: (message) => errors.push(message) },
      onBeat: async (nowMs) => {
        expect(nowMs).to.be.closeTo(Date.now(), 1_000);
        expect(++running).to.equal(1);
        await new SystemClock().sleep(5);
        running--;
        if (++beats === 3) enough();
        if (beats === 1) throw new Error('once');
      },
    });
    heartbeat.start();
    await three;
    await heartbeat.stop();
    const after = beats;
    await new SystemClock().sleep(1_200);
    expect(beats).to.equal(after);
    expect(errors).to.deep.equal(['a beat failed']);
  });
});
