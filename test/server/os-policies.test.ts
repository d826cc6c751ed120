/** Facts against policies: what is raised, cleared and told. */
import { expect } from 'chai';
import type { Event } from '../../core/event.js';
import type { OsPolicy } from '../../core/os-policy.js';
import { OsPolicies } from '../../server/os-policies.js';
import { Catalog } from '../../actions/index.js';
import { readSiteRules } from '../../server/site/check-behaviour.js';
import { PORT } from '../actions/quick-world.js';
import { FakeClock } from '../support/fake-clock.js';

const POLICY: OsPolicy = { name: 'access', ports: {}, models: [], osVersion: '15.2(7)E8', action: 'alarm' };

describe('OsPolicies', () => {
  const clock = new FakeClock();
  let told: string[];
  let events: Event[];
  let inForce: readonly OsPolicy[];
  let osPolicies: OsPolicies;
  const judged = (policies: readonly OsPolicy[], osVersion?: string, readAtMs = clock.nowMs()) => {
    inForce = policies;
    return osPolicies.judge(PORT.id, { facts: osVersion === undefined ? {} : { osVersion, model: '1760' }, readAtMs });
  };

  beforeEach(() => {
    told = [];
    events = [];
    osPolicies = new OsPolicies({
      clock,
      alarms: {
        raise: (_place, kind, message) => Promise.resolve(void told.push(`raise ${kind}: ${message}`)),
        clear: (_place, kind) => Promise.resolve(void told.push(`clear ${kind}`)),
      },
      policies: () => inForce,
      port: () => PORT,
      accept: (event) => void events.push(event),
    });
  });

  it('raises an alarm and tells an event where another version runs', async () => {
    await judged([POLICY], '12.3(9)');
    expect(told).to.deep.equal(['raise osDrift: It runs 12.3(9); the policy access wants 15.2(7)E8.']);
    expect(events).to.have.length(1);
    expect(events[0]).to.deep.include({ type: 'port.osDrift', authenticated: true });
    expect(events[0]?.data).to.deep.equal({ policy: 'access', wanted: '15.2(7)E8', runs: '12.3(9)', model: '1760' });
  });

  it('is one alarm and one event an hour, and another where it is not the same', async () => {
    for (const minute of [0, 59, 60]) await judged([POLICY], '12.3(9)', clock.nowMs() + minute * 60_000);
    expect(told).to.have.length(2);
    expect(new Set(events.map(({ id }) => id)).size).to.equal(2);
    await judged([POLICY], '12.4(1)', clock.nowMs() + 3_600_000);
    expect([told.length, events.length]).to.deep.equal([3, 3]);
  });

  it('clears the alarm once the right version runs, or no policy is about it any more', async () => {
    await judged([POLICY], '15.2(7)E8');
    await judged([], '12.3(9)');
    expect(told).to.deep.equal(['clear osDrift', 'clear osDrift']);
    expect(events).to.deep.equal([]);
  });

  it('says nothing where the version could not be read', async () => {
    await judged([POLICY]);
    expect(told).to.deep.equal([]);
  });

  it('that recovers is a sound rule of the site', () => {
    const json = { name: 'access', ports: {}, osVersion: '15.2(7)E8', action: 'recover' };
    const files = { conditions: [], rules: [], policies: [{ file: 'policies/p.json', json }] };
    const { rules, problems } = readSiteRules(files, new Catalog());
    expect(problems).to.deep.equal([]);
    expect(rules.map(({ name }) => name)).to.deep.equal(['policy-access']);
  });
});
