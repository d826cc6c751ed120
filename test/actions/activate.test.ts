/** activate against a model router: what was staged is proved again, and only that. */
import { expect } from 'chai';
import { PushWorld } from './push-world.js';
import type { PushOptions } from './push-world.js';

async function staged(options: PushOptions = {}): Promise<PushWorld> {
  const world = new PushWorld({ ...options, settings: { ...options.settings, forceReboot: false } });
  await world.push();
  await world.toRest();
  expect(world.job().end?.verdict).to.equal('staged');
  expect(world.router.reloadCommands).to.equal(0);
  return world;
}

describe('activate', () => {
  it('finishes a staged push with one reload and without another transfer', async () => {
    const world = await staged();
    expect(world.promoted).to.deep.equal([]);
    const job = await world.activate();
    expect(job.end?.verdict).to.equal('succeeded');
    expect(job.attempts).to.deep.equal([]);
    expect(world.router.reloadCommands).to.equal(1);
    expect(world.router.bootList).to.deep.equal(['c1700-y-mz.123-1a.bin', 'c1700-y-mz.123-9.bin']);
    expect(world.promoted).to.deep.equal([`${job.id}:candidate`]);
  });

  it('does nothing where nothing is staged', async () => {
    const world = new PushWorld();
    const job = await world.activate();
    expect(job.end).to.include({ verdict: 'failed', code: 'ACTIVATE_NOTHING_STAGED' });
    expect(world.router.reloadCommands).to.equal(0);
  });

  it('does nothing after a push that has succeeded', async () => {
    const world = new PushWorld();
    await world.push();
    await world.toRest();
    const job = await world.activate();
    expect(job.end).to.include({ verdict: 'failed', code: 'ACTIVATE_NOTHING_STAGED' });
    expect(world.router.reloadCommands).to.equal(1);
  });

  it('does not reload into another image than the staged one', async () => {
    const world = await staged();
    world.restock({ sha256: 'f'.repeat(64) });
    const job = await world.activate();
    expect(job.end).to.include({ verdict: 'failed', code: 'ACTIVATE_IMAGE_CHANGED' });
    expect(world.router.reloadCommands).to.equal(0);
  });

  it('brings the file again where it is gone from the device', async () => {
    const world = await staged();
    world.router.flash.delete('c1700-y-mz.123-1a.bin');
    const job = await world.activate();
    expect(job.end?.verdict).to.equal('succeeded');
    expect(job.attempts.map(({ method, outcome }) => [method, outcome])).to.deep.equal([['tftp', 'succeeded']]);
  });
});
