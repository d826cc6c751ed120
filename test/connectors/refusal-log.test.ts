import { expect } from 'chai';
import { RefusalLog } from '../../connectors/refusal-log.js';
import { FakeClock } from '../support/fake-clock.js';
import { silentLog } from '../support/silent-log.js';

describe('a log of refusals', () => {
  it('tells at most once a second, how many they were, and the last one', async () => {
    const clock = new FakeClock();
    const told: unknown[] = [];
    const log = { ...silentLog, info: (message: string, fields?: object) => void told.push({ message, ...fields }) };
    const refusals = new RefusalLog('ftp', { clock, log });
    refusals.note('a', 'first');
    for (let i = 0; i < 1000; i += 1) refusals.note('b', 'flood');
    await clock.advance(999);
    expect(told).to.deep.equal([{ message: 'ftp refused', peer: 'a', reason: 'first', count: 1 }]);
    await clock.advance(1);
    expect(told[1]).to.deep.equal({ message: 'ftp refused', peer: 'b', reason: 'flood', count: 1000 });
    refusals.note('c', 'late');
    refusals.stop();
    expect(told[2]).to.deep.equal({ message: 'ftp refused', peer: 'c', reason: 'late', count: 1 });
    expect([refusals.count, clock.pending]).to.deep.equal([1002, 0]);
  });

  it('tells nothing twice where its timer is late', () => {
    let nowMs = 0;
    const timers = new Set<() => void>();
    const clock = {
      ...{ nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: () => Promise.resolve() },
      after: (_delayMs: number, callback: () => void) => {
        timers.add(callback);
        return () => void timers.delete(callback);
      },
    };
    const told: unknown[] = [];
    const refusals = new RefusalLog('ftp', { clock, log: { ...silentLog, info: (text) => told.push(text) } });
    refusals.note('a', 'first');
    refusals.note('b', 'waits');
    nowMs = 1500;
    refusals.note('c', 'finds the second over');
    for (const late of timers) late();
    expect(told).to.have.length(2);
  });
});
