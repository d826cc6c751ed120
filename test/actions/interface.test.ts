/** Interfaces of the lab's devices, switched and read back; what is refused is refused before anything is written. */
import { expect } from 'chai';
import { DEVICES } from '../interruption/interruption.js';
import { LabWorld } from '../interruption/lab-world.js';
import type { LabDeviceCase } from '../interruption/lab-world.js';

const NAMES = { 'cisco-1760': 'Serial0/0', 'extreme-x460g2': '1' } as const;
type DeviceName = keyof typeof NAMES;

const WRITES = /^(shutdown|no shutdown|interface |disable port|enable port|clear )/;

describe('interfaces of a device', function () {
  this.timeout(30_000);
  let world: LabWorld;

  async function stand(device: DeviceName, more: Partial<LabDeviceCase> = {}): Promise<LabWorld> {
    world = new LabWorld({ ...DEVICES.find((row) => row.device === device)!, ...more });
    await world.stand();
    return world;
  }

  /** With the interface on, whatever it was. */
  async function standOn(device: DeviceName): Promise<void> {
    await stand(device);
    await world.run('interfaceOn', { interface: NAMES[device] });
    world.store.jobs.clear();
  }

  const written = (): readonly string[] =>
    world.entries
      .filter(({ kind, text }) => kind === 'command' && WRITES.test(String(text)))
      .map(({ text }) => String(text));

  afterEach(() => world.end());

  for (const device of Object.keys(NAMES) as DeviceName[]) {
    const params = { interface: NAMES[device] };

    it(`${device}: off, off again, and on, each read back`, async () => {
      await standOn(device);
      const begun = written().length;
      const off = await world.run('interfaceOff', params);
      expect(off.end, off.end?.sentence).to.include({ verdict: 'succeeded' });
      expect(off.end?.sentence).to.contain('is off (read from the device)');
      const writes = written().length - begun;
      expect(writes).to.be.above(0);
      world.store.jobs.clear();
      expect((await world.run('interfaceOff', params)).end?.verdict).to.equal('succeeded');
      expect(written(), 'nothing is written twice').to.have.length(begun + writes);
      expect((await world.run('interfaceOn', params)).end?.sentence).to.contain('is on (read from the device)');
      expect(written()).to.have.length(begun + 2 * writes);
    });

    it(`${device}: a cycle leaves it on, also where the node dies while it is off`, async () => {
      await standOn(device);
      const id = `${world.jobId}-interfaceCycle`;
      world.store.onChange = ({ journal }) => {
        if (journal?.step !== 'off' || journal.phase !== 'intended') return;
        world.store.onChange = () => undefined;
        world.clock.after(4000, () => {
          world.kill();
          world.clock.after(1000, () => void world.startAgain());
        });
      };
      await world.runner.submit({
        ...{ id, portId: world.port.id, action: 'interfaceCycle', params: { ...params, down: '30s' } },
        cause: { kind: 'api', name: 'test' },
      });
      await world.clock.runUntilIdle(3_600_000, () => world.store.jobs.get(id)?.state === 'ended');
      const { end } = world.store.jobs.get(id)!;
      expect(end?.verdict, end?.sentence).to.equal('succeeded');
      expect(end?.sentence).to.contain('was off and is on again');
      world.store.jobs.clear();
      const writes = written().length;
      expect((await world.run('interfaceOn', params)).end?.verdict).to.equal('succeeded');
      expect(written(), 'it was on').to.have.length(writes);
    });

    it(`${device}: counters are cleared, of one`, async () => {
      await stand(device);
      const { end } = await world.run('clearCounters', params);
      expect(end, end?.sentence).to.include({ verdict: 'succeeded' });
    });
  }

  it('the one with the management address stays up', async () => {
    await stand('cisco-1760');
    const { end } = await world.run('interfaceOff', { interface: 'FastEthernet0/0' });
    expect(end).to.include({ verdict: 'failed', code: 'INTERFACE_PROTECTED' });
    expect(end?.sentence).to.contain('it has the address 10.10.10.1');
    expect(written()).to.deep.equal([]);
  });

  it('one that the site protects stays up, by whatever name', async () => {
    await stand('cisco-1760', { properties: { protectedInterfaces: ['se0/0'] } });
    for (const action of ['interfaceOff', 'interfaceCycle']) {
      const { end } = await world.run(action, { interface: 'Serial0/0' });
      expect(end).to.include({ verdict: 'failed', code: 'INTERFACE_PROTECTED' });
    }
    expect(written()).to.deep.equal([]);
  });

  it('nothing goes down where what protects is not written as a list', async () => {
    await stand('cisco-1760', { properties: { protectedInterfaces: 'fa0/1' } });
    const { end } = await world.run('interfaceOff', { interface: 'Serial0/0' });
    expect(end).to.include({ verdict: 'failed', code: 'INTERFACE_PROTECTED' });
    expect(written()).to.deep.equal([]);
  });

  it('clears the counters of all', async () => {
    await stand('cisco-1760');
    const { end } = await world.run('clearCounters');
    expect(end?.sentence).to.contain('The counters of all interfaces are cleared (read from the device)');
    expect(
      world.entries.find(({ kind, question }) => kind === 'answer' && /counters/.test(String(question))),
    ).to.include({
      question: 'Clear "show interface" counters on all interfaces [confirm]',
    });
  });

  it('lists, ranges and names of no interface are refused', async () => {
    await stand('cisco-1760');
    for (const [name, code] of [
      ['all', 'INTERFACE_NAME'],
      ['FastEthernet', 'INTERFACE_NAME'],
      ['FastEthernet7/7', 'DEVICE_REFUSED'],
    ] as const) {
      world.store.jobs.clear();
      expect((await world.run('interfaceOff', { interface: name })).end, name).to.include({ verdict: 'failed', code });
    }
    expect(written()).to.deep.equal([]);
  });
});
