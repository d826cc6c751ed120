import { expect } from 'chai';
import { codeOf } from '../../core/errors/index.js';
import type { ManagedPort } from '../../core/managed-port.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import { ReloadBudget } from '../../server/reload-budget.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryVariables } from '../support/memory-variables.js';

const port = (name: string, site?: string): ManagedPort => ({
  ...{ id: `n:${name}`, name, node: 'n', driver: 'cisco-ios', make: 'cisco', properties: {} },
  labels: site === undefined ? {} : { site },
  settings: DEFAULT_PUSH_SETTINGS,
});

describe('budget of reloads', () => {
  let clock: FakeClock;
  let variables: MemoryVariables;
  let raised: string[];
  let limit: number;
  let budget: ReloadBudget;
  const make = (): ReloadBudget =>
    new ReloadBudget({
      ...{ variables, clock, limit: () => limit },
      alarms: { raise: (at, kind) => Promise.resolve(void raised.push(`${at.id ?? ''} ${kind}`)) },
    });

  beforeEach(() => {
    [clock, variables, raised, limit] = [new FakeClock(), new MemoryVariables(), [], 2];
    budget = make();
  });

  const spend = async (at: ManagedPort, job: string): Promise<string> =>
    budget.spend(at, job).then(
      () => 'spent',
      (error: unknown) => codeOf(error),
    );

  it('is one for all ports of a site, and of a port without a site its own', async () => {
    expect(await spend(port('1', 'austin'), 'a')).to.equal('spent');
    expect(await spend(port('2', 'austin'), 'b')).to.equal('spent');
    expect(await spend(port('3', 'austin'), 'c')).to.equal('RELOAD_BUDGET');
    expect(await spend(port('4', 'boston'), 'd')).to.equal('spent');
    expect(await spend(port('5'), 'e')).to.equal('spent');
    expect(await spend(port('6'), 'f')).to.equal('spent');
    expect(raised).to.deep.equal(['n:3 reloadBudget']);
  });

  it('is whole again after an hour', async () => {
    await spend(port('1', 'austin'), 'a');
    await clock.advance(40 * 60_000);
    await spend(port('1', 'austin'), 'b');
    await clock.advance(20 * 60_000);
    expect(await spend(port('1', 'austin'), 'c')).to.equal('spent');
    expect(await spend(port('1', 'austin'), 'd')).to.equal('RELOAD_BUDGET');
  });

  it('is spent once by a job that runs its step again, also by another process', async () => {
    await spend(port('1', 'austin'), 'a');
    budget = make();
    expect(await spend(port('1', 'austin'), 'a')).to.equal('spent');
    expect(await spend(port('1', 'austin'), 'b')).to.equal('spent');
    expect(await spend(port('1', 'austin'), 'a')).to.equal('spent');
  });

  it('is not overdrawn by many at once', async () => {
    const all = Array.from({ length: 20 }, (_, i) => spend(port(String(i), 'austin'), `job-${String(i)}`));
    expect((await Promise.all(all)).filter((word) => word === 'spent')).to.have.length(2);
  });

  it('is looked at without being spent, and follows the site files', async () => {
    await budget.check(port('1', 'austin'));
    limit = 0;
    expect(codeOf(await budget.check(port('1', 'austin')).catch((error: unknown) => error))).to.equal('RELOAD_BUDGET');
  });
});
