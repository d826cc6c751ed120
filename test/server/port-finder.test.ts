import { expect } from 'chai';
import type { ManagedPort } from '../../core/managed-port.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import { PortFinder } from '../../server/port-finder.js';

const port = (name: string, address?: string): ManagedPort => ({
  ...{ id: `n:${name}`, name, node: 'n', driver: 'cisco-ios', make: 'cisco', labels: {}, properties: {} },
  ...(address === undefined ? {} : { management: { address } }),
  settings: DEFAULT_PUSH_SETTINGS,
});

describe('port finder', () => {
  it('finds by address, then by a host that is an address or a name', () => {
    const finder = new PortFinder();
    finder.follow([port('1', '192.0.2.1'), port('2', 'sw2.example.com'), port('3')]);
    finder.factsRead('n:3', { facts: { hostname: 'Core-1' }, readAtMs: 0 });
    const found = (address: string, host?: string): string | undefined => finder.find(address, host)?.id;
    expect(found('192.0.2.1')).to.equal('n:1');
    expect(found('192.0.2.1', 'core-1')).to.equal('n:1');
    expect(found('203.0.113.9', '192.0.2.1')).to.equal('n:1');
    expect(found('203.0.113.9', 'SW2.example.com')).to.equal('n:2');
    expect(found('203.0.113.9', 'core-1.example.com')).to.equal('n:3');
    expect(found('203.0.113.9', 'nobody')).to.equal(undefined);
    expect(found('203.0.113.9')).to.equal(undefined);
  });

  it('follows a new site and new names', () => {
    const finder = new PortFinder();
    finder.follow([port('1', '192.0.2.1')]);
    finder.factsRead('n:1', { facts: { hostname: 'old' }, readAtMs: 0 });
    finder.factsRead('n:1', { facts: { hostname: 'new' }, readAtMs: 1 });
    expect(finder.find('x', 'old')).to.equal(undefined);
    finder.follow([port('2', '192.0.2.2')]);
    expect(finder.find('192.0.2.1', 'new')).to.equal(undefined);
    expect(finder.find('192.0.2.2', undefined)?.id).to.equal('n:2');
  });
});
