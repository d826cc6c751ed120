import { expect } from 'chai';
import { Catalog } from '../../actions/index.js';
import { fail } from '../../core/errors/index.js';
import type { EmailMessage, Sending, SyslogMessage } from '../../core/ports/outlets.js';
import { QuickWorld } from './quick-world.js';

describe('quick actions', () => {
  it('set, count and clear variables of the node and of the port', async () => {
    const world = new QuickWorld();
    await world.run('setValue', { name: 'owner', value: 'noc', scope: 'system' });
    await world.run('incrementValue', { name: 'restarts' });
    await world.run('incrementValue', { name: 'restarts', by: 4 });
    await world.run('decrementValue', { name: 'restarts', by: 2 });
    expect(world.values.seenFrom('aus-1:1/1')).to.deep.equal({ system: { owner: 'noc' }, monitor: { restarts: 3 } });
    expect(world.values.seenFrom('aus-1:1/2')).to.deep.equal({ system: { owner: 'noc' }, monitor: {} });
    await world.run('clearValue', { name: 'restarts' });
    expect(world.values.seenFrom('aus-1:1/1').monitor).to.deep.equal({});
  });

  it('count once, though the step runs again after a crash', async () => {
    const world = new QuickWorld();
    await world.run('incrementValue', { name: 'n' }, 'a');
    await world.run('incrementValue', { name: 'n' }, 'b');
    await world.run('incrementValue', { name: 'n' }, 'a');
    expect(world.values.seenFrom('aus-1:1/1').monitor).to.deep.equal({ n: 2 });
  });

  it('do not count what is no number', async () => {
    const world = new QuickWorld();
    await world.run('setValue', { name: 'owner', value: 'noc' });
    const end = await world.run('incrementValue', { name: 'owner' });
    expect(end).to.include({ verdict: 'failed', code: 'VALUE_NOT_A_NUMBER' });
  });

  it('raise and clear alarms, and put events into the history', async () => {
    const world = new QuickWorld();
    await world.run('alarm', { message: 'hot', kind: 'heat' });
    await world.run('clearAlarm', { kind: 'heat' });
    await world.run('clearAlarm', {});
    await world.run('event', { type: 'custom.backup-missed', data: { days: 2 } });
    expect(world.asked).to.deep.equal([
      ...['raise heat', 'clear heat', 'clear rule'],
      'emit custom.backup-missed {"days":2}',
    ]);
  });

  it('send again what could not be delivered, under the same key', async () => {
    const keys: string[] = [];
    const world = new QuickWorld({
      webhook: (_message, { key }) => {
        keys.push(key);
        const lost = fail('OUTLET_UNREACHABLE', { outlet: 'webhook', target: 'x', reason: 'timed out' });
        return keys.length < 3 ? Promise.reject(lost) : Promise.resolve();
      },
    });
    const end = await world.run('webhook', { url: 'https://hooks.example/a' });
    expect(end.verdict).to.equal('succeeded');
    expect(keys).to.deep.equal(['job-1', 'job-1', 'job-1']);
    expect(world.clock.monotonicMs()).to.equal(3000);
    expect(world.story).to.have.length(2);
  });

  it('do not send again what was refused', async () => {
    let tries = 0;
    const world = new QuickWorld({
      publish: () => {
        tries += 1;
        return Promise.reject(fail('OUTLET_ABSENT', { outlet: 'NATS', missing: '"nats"' }));
      },
    });
    const end = await world.run('publish', { subject: 'site.alarms' });
    expect(end).to.include({ verdict: 'failed', code: 'OUTLET_ABSENT' });
    expect(tries).to.equal(1);
  });

  it('give up after eight tries', async () => {
    let tries = 0;
    const world = new QuickWorld({
      syslog: () => {
        tries += 1;
        return Promise.reject(fail('OUTLET_UNREACHABLE', { outlet: 'syslog message', target: 'x', reason: 'away' }));
      },
    });
    const end = await world.run('syslog', { host: 'log.example', message: 'hello' });
    expect(end).to.include({ verdict: 'failed', code: 'OUTLET_UNREACHABLE' });
    expect(tries).to.equal(8);
  });

  it('hand on what the rule says, and defaults for the rest', async () => {
    const sent: (EmailMessage | SyslogMessage)[] = [];
    const keep = (message: EmailMessage | SyslogMessage, _sending: Sending): Promise<void> =>
      Promise.resolve(void sent.push(message));
    const world = new QuickWorld({ email: keep, syslog: keep });
    await world.run('email', { to: 'noc@example.com', subject: '1/1 restarts' });
    await world.run('syslog', { host: '192.0.2.1', message: 'hot', severity: 'critical', transport: 'tcp', port: 601 });
    expect(sent).to.deep.equal([
      { to: ['noc@example.com'], subject: '1/1 restarts', text: '1/1 restarts' },
      {
        ...{ host: '192.0.2.1', port: 601, transport: 'tcp', severity: 2, facility: 16, text: 'hot' },
        timeMs: world.clock.nowMs(),
      },
    ]);
  });

  it('refuse parameters that mean more than one thing', () => {
    const catalog = new Catalog();
    const refused: readonly (readonly [string, Record<string, string>])[] = [
      ['email', { to: 'a@example.com\nBcc: b@example.com', subject: 'x' }],
      ['email', { to: 'a@example.com, b@example.com', subject: 'x' }],
      ['webhook', { url: 'file:///etc/passwd' }],
      ['publish', { subject: 'pw.events.n' }],
      ['publish', { subject: 'site.>' }],
      ['event', { type: 'job.ended' }],
      ['syslog', { host: '-h', message: 'x' }],
      ['snmpTrap', { host: 'nms', credentials: 'nms', oid: '1.3.x' }],
      ['setValue', { name: '__proto__ x', value: 'y' }],
    ];
    for (const [name, params] of refused) {
      expect(catalog.problems(name, params), JSON.stringify(params)).not.to.deep.equal([]);
    }
  });
});
