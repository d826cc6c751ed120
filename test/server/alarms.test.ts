import { expect } from 'chai';
import { codeOf } from '../../core/errors/index.js';
import type { Event } from '../../core/event.js';
import { Alarms } from '../../server/alarms.js';
import type { Alarm } from '../../server/alarms.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryVariables } from '../support/memory-variables.js';

const PORT = { id: 'n:1/1', name: '1/1', node: 'n' };

describe('alarms', () => {
  let variables: MemoryVariables;
  let alarms: Alarms;
  let told: Event[];

  beforeEach(() => {
    variables = new MemoryVariables();
    told = [];
    alarms = new Alarms({
      ...{ variables, clock: new FakeClock(), accept: (event) => told.push(event) },
      place: (portId) => (portId === PORT.id ? PORT : { node: 'n' }),
    });
  });

  const standing = async (): Promise<readonly Alarm[]> =>
    [...(await variables.all('alarm')).values()] as unknown as readonly Alarm[];

  it('count up at a port, and stand at the node where there is none', async () => {
    await alarms.raise(PORT, 'heat', 'hot');
    await alarms.raise(PORT, 'heat', 'hotter');
    await alarms.raise({ node: 'n' }, 'eventsDropped', 'some');
    expect((await standing()).map(({ id, portId, count }) => [id, portId, count])).to.deep.equal([
      ['n:1/1:heat', 'n:1/1', 2],
      ['n:eventsDropped', undefined, 1],
    ]);
    expect(told.map(({ type, portid, source }) => [type, portid, source])).to.deep.equal([
      ['alarm.raised', 'n:1/1', '/nodes/n/ports/1/1'],
      ['alarm.raised', 'n:1/1', '/nodes/n/ports/1/1'],
      ['alarm.raised', undefined, '/nodes/n'],
    ]);
  });

  it('stay when they were seen, also when they are raised again, and go when they are cleared', async () => {
    await alarms.raise(PORT, 'heat', 'hot');
    await alarms.acknowledge('n:1/1:heat');
    await alarms.acknowledge('n:1/1:heat');
    await alarms.raise(PORT, 'heat', 'hot');
    expect((await standing())[0]?.acknowledgedAtMs).to.be.a('number');
    await alarms.clearById('n:1/1:heat');
    expect(await standing()).to.deep.equal([]);
    expect(told.map(({ type }) => type)).to.deep.equal([
      ...['alarm.raised', 'alarm.acknowledged', 'alarm.raised', 'alarm.cleared'],
    ]);
  });

  it('are named where they do not stand', async () => {
    for (const change of [alarms.acknowledge('n:x'), alarms.clearById('n:x')]) {
      expect(codeOf(await change.catch((error: unknown) => error))).to.equal('ALARM_UNKNOWN');
    }
  });
});
