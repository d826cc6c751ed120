/** reboot against a model router. */
import { expect } from 'chai';
import { fail } from '../../core/errors/index.js';
import type { JobRecord } from '../../core/job.js';
import type { Mishap } from './model-router.js';
import { PushWorld } from './push-world.js';

async function rebooted(...mishaps: Mishap[]): Promise<{ world: PushWorld; job: JobRecord }> {
  const world = new PushWorld({ mishaps });
  return { world, job: await world.run('reboot') };
}

describe('reboot', () => {
  it('reloads once and proves that the device is back as it was', async () => {
    const { world, job } = await rebooted();
    expect(job.end?.verdict).to.equal('succeeded');
    expect(world.router.reloadCommands).to.equal(1);
    expect(job.end?.sentence).to.contain('12.3(9)').and.to.contain('it has restarted');
    expect(world.story.at(-1)).to.equal('Reboot succeeded.');
  });

  it('says that an interface is lost', async () => {
    const { world, job } = await rebooted('interfaceLost');
    expect(job.end).to.include({ verdict: 'degraded', code: 'REBOOT_CHANGED' });
    expect(world.alarms).to.deep.equal(['rebootDegraded']);
  });

  it('is not said to have happened where the device never restarted', async () => {
    const { job } = await rebooted('reloadIgnored');
    expect(job.end).to.include({ verdict: 'failed', code: 'PUSH_RELOAD_NOT_SEEN' });
  });

  it('does not reload beyond the budget of its site', async () => {
    const overspent = (): Promise<never> =>
      Promise.reject(fail('RELOAD_BUDGET', { port: 'n1:1/1', site: 'austin', limit: 3 }));
    for (const check of [overspent, () => Promise.resolve()]) {
      const world = new PushWorld({ reloadBudget: { check, spend: overspent } });
      const job = await world.run('reboot');
      expect(job.end).to.include({ verdict: 'failed', code: 'RELOAD_BUDGET' });
      expect(world.router.reloadCommands).to.equal(0);
    }
  });

  it('gives a verdict of unknown while the device stays away', async () => {
    const { world, job } = await rebooted('neverBack');
    expect([job.state, job.end?.verdict]).to.deep.equal(['waiting', 'unknown']);
    expect(world.router.reloadCommands).to.equal(1);
  });
});
