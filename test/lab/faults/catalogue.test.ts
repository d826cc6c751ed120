/** The lab knows every injection of the research, and no fault is only a name. */
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_IDS, FAULTS } from '../../../lab/faults/catalogue.js';
import { DEVICE_GROUPS } from '../../../lab/faults/device-groups.js';
import { readFault } from '../../../lab/faults/fault.js';
import { Faults } from '../../../lab/faults/faults.js';
import { DEVICE_NAMES, loadDeviceSpec } from '../../../lab/spec.js';
import { VENDOR_FAULTS } from './research-ids.js';

const LAB = join(import.meta.dirname, '../../../lab');

describe('lab faults: catalogue', () => {
  for (const [table, ids] of Object.entries(VENDOR_FAULTS)) {
    it(`knows those of vendors §7, ${table}`, () => {
      expect(ids.filter((id) => !(FAULT_IDS as readonly string[]).includes(id))).to.deep.equal([]);
    });
  }

  it('has each one at work somewhere in the lab, or says that no device here can have it', () => {
    const files = (readdirSync(LAB, { recursive: true }) as string[]).filter(
      (name) => /\.(ts|json)$/.test(name) && !name.includes('catalogue'),
    );
    const text = files.map((name) => readFileSync(join(LAB, name), 'utf8')).join('\n');
    const idle = FAULT_IDS.filter((id) => ![`'${id}'`, `fault:${id}"`, `\n  ${id}:`].some((use) => text.includes(use)));
    expect(idle).to.deep.equal(FAULT_IDS.filter((id) => FAULTS[id].on === 'none'));
  });

  it('names only faults that exist, in the conditions of device files', () => {
    const files = readdirSync(join(LAB, 'devices')).map((name) => readFileSync(join(LAB, 'devices', name), 'utf8'));
    const named = files.flatMap((text) => [...text.matchAll(/fault:([^"]+)"/g)].map(([, id = '']) => id));
    expect(named.filter((id) => !(FAULT_IDS as readonly string[]).includes(id))).to.deep.equal([]);
    expect(named.length).to.be.greaterThan(10);
  });

  it('has devices for each group but the empty one', () => {
    const specs = DEVICE_NAMES.map(loadDeviceSpec);
    for (const [name, group] of Object.entries(DEVICE_GROUPS)) {
      expect(specs.some(group.has), name).to.equal(name !== 'none');
    }
  });

  it('reads numbers and names in ids, and arrows', () => {
    expect(readFault({ id: 'stall-at-50%' })).to.include({ id: 'stall-at-N%', effect: 50 });
    expect(readFault({ id: 'xmodem-NAK-every-3' })).to.include({ id: 'xmodem-NAK-every-k', effect: 3 });
    expect(readFault({ id: 'power-fail-at-state-start' })).to.deep.include({ effect: 'start', at: { state: 'start' } });
    expect(readFault({ id: 'image-corrupt->rommon' })).to.include({ id: 'image-corrupt→rommon' });
    expect(() => readFault({ id: 'stall-at-half' }))
      .to.throw()
      .with.property('code', 'LAB_FAULT_UNKNOWN');
  });
});

describe('lab faults: when they strike', () => {
  const told: string[] = [];
  const faults = (...written: Parameters<typeof readFault>[0][]): Faults => {
    told.length = 0;
    const armed = new Faults(({ id }) => told.push(id));
    for (const fault of written) armed.arm(readFault(fault));
    return armed;
  };

  it('once, or as often as they say', () => {
    const once = faults({ id: 'bit-flip' }, { id: 'short-file', times: 2 });
    expect([once.strikes('bit-flip'), once.strikes('bit-flip')]).to.deep.equal([true, false]);
    expect([1, 2, 3].map(() => once.strikes('short-file'))).to.deep.equal([true, true, false]);
    expect(told).to.deep.equal(['bit-flip', 'short-file', 'short-file']);
  });

  it('as long as they last, told once', () => {
    const lasting = faults({ id: 'pager-on' });
    expect([1, 2, 3].map(() => lasting.strikes('pager-on'))).to.deep.equal([true, true, true]);
    lasting.clear();
    expect(lasting.strikes('pager-on')).to.equal(false);
    expect(told).to.deep.equal(['pager-on']);
  });

  it('not before their point', () => {
    const at = [{ command: '^copy' }, { bytes: 100 }, { output: 'Installing' }, { state: 'exec|user' }] as const;
    const reached = [
      { kind: 'command', line: 'copy tftp: flash:' },
      { kind: 'bytes', bytes: 100 },
      { kind: 'output', recent: '..Installing to' },
      { kind: 'state', state: 'user' },
    ] as const;
    for (const [index, point] of at.entries()) {
      const sleeping = faults({ id: 'bit-flip', at: point });
      for (const [other, place] of reached.entries()) if (other !== index) sleeping.reach(place);
      expect(sleeping.strikes('bit-flip')).to.equal(false);
      expect(sleeping.reach(reached[index]!)).to.have.length(1);
      expect(sleeping.strikes('bit-flip')).to.equal(true);
    }
  });
});
