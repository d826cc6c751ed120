import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { LoopWatch } from './loop-watch.js';

async function watched(act: () => void): Promise<number> {
  const watch = new LoopWatch();
  watch.start();
  await delay(10);
  act();
  await delay(10);
  watch.stop();
  return watch.longestMs;
}

describe('LoopWatch', () => {
  it('sees a call that blocks and one that computes', async () => {
    const blocks = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 80);
    const computes = (): void => {
      const { user } = process.cpuUsage();
      while (process.cpuUsage().user - user < 80_000);
    };
    expect(await watched(blocks)).to.be.within(70, 2000);
    expect(await watched(computes)).to.be.above(40);
  });

  it('sees nothing where nothing is done', async function () {
    this.retries(2);
    expect(await watched(() => undefined)).to.be.below(30);
  });
});
