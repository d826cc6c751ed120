import { expect } from 'chai';
import { matchesPort, PORT_FILTER_KEY_PATTERN } from '../../core/port-filter.js';

const PORT = {
  id: 'aus-1:1/1',
  name: '1/1',
  driver: 'cisco-ios',
  make: 'cisco',
  labels: { site: 'austin', 'a.b': 'x' },
};

describe('core/port-filter', () => {
  it('takes a port where every pair holds', () => {
    for (const filter of [
      {},
      { make: 'cisco' },
      { id: 'aus-1:1/1', name: '1/1', driver: 'cisco-ios' },
      { 'labels.site': 'austin', 'labels.a.b': 'x' },
    ]) {
      expect(matchesPort(filter, PORT), JSON.stringify(filter)).to.equal(true);
    }
    const others: readonly Readonly<Record<string, string>>[] = [
      { make: 'Cisco' },
      { make: 'cisco', 'labels.site': 'dallas' },
      { 'labels.none': '' },
      { 'labels.constructor': 'x' },
      { settings: 'x' },
    ];
    for (const filter of others) expect(matchesPort(filter, PORT), JSON.stringify(filter)).to.equal(false);
  });

  it('names its keys', () => {
    const pattern = new RegExp(PORT_FILTER_KEY_PATTERN);
    expect(['id', 'name', 'driver', 'make', 'labels.x'].every((key) => pattern.test(key))).to.equal(true);
    expect(['ids', 'label.x', 'labels.', ''].some((key) => pattern.test(key))).to.equal(false);
  });
});
