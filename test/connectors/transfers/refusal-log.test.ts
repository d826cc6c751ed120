import { expect } from 'chai';
import { RefusalLog } from '../../../connectors/transfers/refusal-log.js';
import { FakeClock } from '../../support/fake-clock.js';
import { silentLog } from '../../support/silent-log.js';

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
});
