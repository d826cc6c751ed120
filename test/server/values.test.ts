import { expect } from 'chai';
import { KeptValues } from '../../server/values.js';
import { MemoryVariables } from '../support/memory-variables.js';

const NAMED = { scope: 'monitor', portId: 'n:1', name: 'count' } as const;

describe('variables of rules', () => {
  it('survive a restart', async () => {
    const variables = new MemoryVariables();
    const before = new KeptValues(variables);
    await before.set({ ...NAMED, scope: 'system' }, true, 'a');
    await before.add(NAMED, 5, 'b');
    const after = new KeptValues(variables);
    await after.load();
    expect(after.seenFrom('n:1')).to.deep.equal({ system: { count: true }, monitor: { count: 5 } });
    await after.add(NAMED, 5, 'b');
    expect(after.seenFrom('n:1').monitor).to.deep.equal({ count: 5 });
  });

  it('count right when changes meet', async () => {
    const values = new KeptValues(new MemoryVariables());
    await Promise.all(Array.from({ length: 50 }, (_, i) => values.add(NAMED, 1, `job-${String(i)}`)));
    expect(values.seenFrom('n:1').monitor).to.deep.equal({ count: 50 });
  });

  it('of a port are not those of a port whose id begins alike', async () => {
    const values = new KeptValues(new MemoryVariables());
    await values.set({ ...NAMED, portId: 'n:11' }, 'x', 'a');
    expect(values.seenFrom('n:1').monitor).to.deep.equal({});
    expect(values.seenFrom(undefined).monitor).to.deep.equal({});
  });
});
