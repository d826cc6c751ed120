/** powerOn, powerOff and powerCycle on a fake outlet; the device is the model router, whose power it is. */
import { expect } from 'chai';
import { fail } from '../../core/errors/index.js';
import type { JobRecord } from '../../core/job.js';
import type { OutletState, PowerOutlet } from '../../core/ports/power.js';
import { PushWorld } from './push-world.js';

/** `fails`: so many commands fail before one succeeds. `stuck`: it says done, and stays as it is. */
class FakeOutlet implements PowerOutlet {
  readonly name = 'sw0';
  readonly asked: string[] = [];
  now: OutletState = 'on';
  fails = 0;
  stuck = false;
  onOn = (): void => undefined;

  switch(to: 'on' | 'off'): Promise<void> {
    this.asked.push(to);
    if (this.fails-- > 0) return Promise.reject(fail('POWER_FAILED', { outlet: 'sw0', server: 'pdu', reason: 'busy' }));
    const before = this.now;
    if (!this.stuck) this.now = to;
    if (before === 'off' && this.now === 'on') this.onOn();
    return Promise.resolve();
  }

  state(): Promise<OutletState> {
    return Promise.resolve(this.now);
  }
}

async function run(
  action: string,
  prepare: (outlet: FakeOutlet) => void = () => undefined,
): Promise<{ readonly world: PushWorld; readonly outlet: FakeOutlet; readonly job: JobRecord }> {
  const outlet = new FakeOutlet();
  prepare(outlet);
  const world = new PushWorld({ power: outlet });
  outlet.onOn = () => {
    world.router.restart();
  };
  return { world, outlet, job: await world.run(action) };
}

describe('power', () => {
  it('on and off ask the controller what the outlet is', async () => {
    const off = await run('powerOff');
    expect(off.job.end?.verdict).to.equal('succeeded');
    expect(off.job.end?.sentence).to.include('Outlet sw0 is off (read from its controller)');
    const on = await run('powerOn');
    expect(on.outlet.asked).to.deep.equal(['on']);
    expect(on.job.end?.sentence).to.include('sw0 is on');
  });

  it('an outlet that does not switch is a failure, whatever the controller said', async () => {
    const { job } = await run('powerOff', (outlet) => {
      outlet.stuck = true;
    });
    expect(job.end).to.include({ verdict: 'failed', code: 'POWER_NOT_SWITCHED' });
  });

  it('a port without an outlet is told so, and nothing is done', async () => {
    const world = new PushWorld({});
    for (const action of ['powerOn', 'powerOff', 'powerCycle']) {
      expect((await world.run(action)).end).to.include({ verdict: 'failed', code: 'POWER_ABSENT' });
    }
  });

  it('a cycle switches off and on once, watches the boot and reads the device', async () => {
    const { world, outlet, job } = await run('powerCycle');
    expect(job.end?.verdict, job.end?.sentence).to.equal('succeeded');
    expect(outlet.asked).to.deep.equal(['off', 'on']);
    expect(job.end?.sentence).to.include('12.3(9)').and.to.include('it was without power and is back');
    expect(world.router.reloadCommands).to.equal(0);
    expect(world.story.at(-1)).to.equal('Power cycle succeeded.');
  });

  it('a controller that fails in the middle is asked to switch on until it does', async () => {
    const { outlet, job } = await run('powerCycle', (o) => {
      const first = o.switch.bind(o);
      o.switch = (to) => {
        if (to === 'off') o.fails = 3;
        const asked = to === 'off' ? Promise.resolve(void ((o.now = 'off'), o.asked.push('off'))) : first(to);
        return asked;
      };
    });
    expect(outlet.asked).to.deep.equal(['off', 'on', 'on', 'on', 'on']);
    expect(job.end?.verdict, job.end?.sentence).to.equal('succeeded');
  });

  it('is unknown, with an alarm and the port held, where power does not come back', async () => {
    const { world, outlet, job } = await run('powerCycle', (o) => {
      o.switch = (to) => {
        o.asked.push(to);
        if (to === 'off') o.now = 'off';
        return Promise.resolve();
      };
    });
    expect([job.state, job.end?.verdict]).to.deep.equal(['waiting', 'unknown']);
    expect(outlet.asked.filter((to) => to === 'on').length).to.be.above(4);
    expect(world.alarms).to.include('powerUnknown');
  });
});
