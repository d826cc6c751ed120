import { expect } from 'chai';
import { policyFor } from '../../core/os-policy.js';
import { policyRules, readPolicies } from '../../schedules/index.js';

const PORT = { id: 'aus-1:1/1', name: '1/1', driver: 'cisco-ios', make: 'cisco', labels: { site: 'austin' } };
const ACCESS = {
  ...{ name: 'access', ports: { make: 'cisco' }, models: ['WS-C2960*', '1760'], osVersion: '15.2(7)E8' },
  ...{ from: '2027-03-01T02:00:00Z', action: 'recover' },
};
const read = (json: unknown) => readPolicies([{ file: 'policies/p.json', json }]);
const MARCH = Date.parse('2027-03-01T02:00:00Z');
const found = (json: unknown, model: string | undefined, nowMs = MARCH, port = PORT) =>
  policyFor(read(json).policies, port, model === undefined ? {} : { model }, nowMs)?.name;

describe('OS policies', () => {
  it('are about models, whole or by their beginning, of the ports that they name', () => {
    expect(found(ACCESS, 'WS-C2960-24TT-L')).to.equal('access');
    expect(found(ACCESS, '1760')).to.equal('access');
    expect(found(ACCESS, '1760-V')).to.equal(undefined);
    expect(found(ACCESS, undefined)).to.equal(undefined);
    expect(found({ ...ACCESS, models: [] }, undefined)).to.equal('access');
    expect(found(ACCESS, '1760', MARCH, { ...PORT, make: 'extreme' })).to.equal(undefined);
  });

  it('are in force from their moment on, unless they are disabled; the first counts', () => {
    expect(found(ACCESS, '1760', MARCH - 1)).to.equal(undefined);
    expect(found({ ...ACCESS, action: 'disabled' }, '1760')).to.equal(undefined);
    expect(
      found(
        [
          { ...ACCESS, action: 'disabled' },
          { ...ACCESS, name: 'second' },
        ],
        '1760',
      ),
    ).to.equal('second');
  });

  it('that recover are rules, once a day on a port', () => {
    const { policies } = read([ACCESS, { ...ACCESS, name: 'told', action: 'alarm' }]);
    const rules = policyRules(policies);
    expect(rules.map(({ json }) => json)).to.have.length(1);
    expect(rules[0]?.json).to.deep.include({
      ...{
        name: 'policy-access',
        on: 'port.osDrift',
        ports: { make: 'cisco' },
        throttle: { every: '24h', per: 'port' },
      },
      actions: [{ pushOs: { version: 'standard' } }],
    });
  });

  it('name what is wrong, with its place', () => {
    const { problems } = read({ ...ACCESS, action: 'reinstall', osVersion: '' });
    expect(problems.map(({ pointer }) => pointer)).to.have.members(['/action', '/osVersion']);
  });
});
