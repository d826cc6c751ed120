import { expect } from 'chai';
import { PortwrightError } from '../../core/errors/index.js';
import { fillSlots, portSlotValues, slotsIn } from '../../core/slots.js';

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof PortwrightError ? error.code : String(error);
  }
}

describe('core/slots', () => {
  it('finds slots, also those that are none', () => {
    expect(slotsIn('{{port}} {{match.intf:word}} {{ port }} {x}')).to.deep.equal([
      { text: 'port', name: 'port' },
      { text: 'match.intf:word', name: 'match.intf', type: 'word' },
      { text: ' port ' },
    ]);
  });

  it('fills texts wherever they stand, and leaves the rest', () => {
    const params = { a: '{{x}}-{{n}}', b: [{ c: '{{x:word}}' }], d: 7, e: null, f: true };
    expect(fillSlots(params, { x: 'up', n: 3 })).to.deep.equal({ a: 'up-3', b: [{ c: 'up' }], d: 7, e: null, f: true });
  });

  it('escapes plain values and never fills twice', () => {
    expect(fillSlots({ a: '{{x}}' }, { x: '\u001b[2J{{y}}', y: 'no' })).to.deep.equal({ a: '\\x1b[2J{{y}}' });
  });

  it('refuses unknown slots, unknown types and values that do not fit', () => {
    expect(codeOf(() => fillSlots({ a: '{{x}}' }, {}))).to.equal('TEMPLATE_SLOT_UNKNOWN');
    expect(codeOf(() => fillSlots({ a: '{{constructor}}' }, {}))).to.equal('TEMPLATE_SLOT_UNKNOWN');
    expect(codeOf(() => fillSlots({ a: '{{x:sql}}' }, { x: 'a' }))).to.equal('TEMPLATE_SLOT_TYPE');
    expect(codeOf(() => fillSlots({ a: '{{x:word}}' }, { x: 'a; reload' }))).to.equal('TEMPLATE_VALUE_REFUSED');
  });

  it('gives the slots of a port', () => {
    const port = { id: 'n:1/1', name: '1/1', driver: 'd', make: 'm', labels: { site: 'austin' } };
    expect(portSlotValues(port)).to.deep.equal({
      port: 'n:1/1',
      'port.name': '1/1',
      'port.driver': 'd',
      'port.make': 'm',
      'port.labels.site': 'austin',
    });
    expect(portSlotValues(undefined)).to.deep.equal({});
  });
});
