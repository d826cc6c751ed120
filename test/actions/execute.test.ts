/** execute: one command, typed as it stands, and what a hostile value can make of it. */
import { expect } from 'chai';
import fc from 'fast-check';
import { Catalog } from '../../actions/index.js';
import { execute } from '../../actions/execute.js';
import { fillChain, readActionChain } from '../../core/action-chain.js';
import { codeOf } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { PushWorld } from './push-world.js';

const catalog = new Catalog();
const VERSION = { command: 'show version', pattern: 'Version (?P<version>[^,]+), .*' };

function problemsOf(params: JsonObject): readonly string[] {
  const actions = [{ execute: params }];
  return readActionChain(actions, '', { catalog, slotProblem: () => undefined }).problems.map(({ wanted }) => wanted);
}

describe('execute', () => {
  it('types the command, and puts what the pattern finds into variables', async () => {
    const world = new PushWorld();
    const captures = [
      { group: 'version', name: 'running' },
      { group: 'version', name: 'last', scope: 'system' },
    ];
    const job = await world.run('execute', { ...VERSION, captures });
    expect(job.end?.verdict, job.end?.sentence).to.equal('succeeded');
    const seen = { system: { last: '12.3(9)' }, monitor: { running: '12.3(9)' } };
    expect(world.values.seenFrom(world.port.id)).to.deep.equal(seen);
    expect(world.router.reloadCommands).to.equal(0);
  });

  it('fails where the answer has not what the pattern wants', async () => {
    const job = await new PushWorld().run('execute', { ...VERSION, pattern: 'Version 15' });
    expect(job.end).to.include({ verdict: 'failed', code: 'EXECUTE_NO_MATCH' });
  });

  it('leaves the variables where the answer need not match', async () => {
    const world = new PushWorld();
    await world.values.set({ scope: 'monitor', portId: world.port.id, name: 'running' }, '12.2', 'before');
    const captures = [{ group: 'version', name: 'running' }];
    const pattern = 'Version (?P<version>15)';
    const job = await world.run('execute', { ...VERSION, pattern, mustMatch: false, captures });
    expect(job.end?.verdict, job.end?.sentence).to.equal('succeeded');
    expect(world.values.seenFrom(world.port.id).monitor).to.deep.equal({ running: '12.2' });
  });

  it('refuses a pattern that is none, and what looks like a slot', async () => {
    for (const params of [{ ...VERSION, pattern: '(' }, { command: 'show {{fileSystem}}' }]) {
      expect((await new PushWorld().run('execute', params)).end).to.include({ code: 'ACTION_PARAMS' });
    }
  });

  it('does not say what it cannot know about a command that was interrupted', async () => {
    const { rederive } = execute.steps['type'] ?? {};
    const context = { params: { command: 'clear counters' }, port: new PushWorld().port };
    const outcome = await rederive?.(context as unknown as Parameters<NonNullable<typeof rederive>>[0], {});
    expect(outcome).to.deep.include({ kind: 'end' });
    expect(outcome?.kind === 'end' && outcome.end.code).to.equal('EXECUTE_INTERRUPTED');
  });

  it('wants a type for every slot of a command, and for none elsewhere', () => {
    expect(problemsOf({ command: 'show interface {{match.intf:word}}' })).to.deep.equal([]);
    expect(problemsOf({ command: 'show interface {{match.intf}}' })).to.deep.equal([
      'a typed slot such as {{match.intf:word}}',
    ]);
    expect(problemsOf({ command: 'show clock', pattern: '{{port.name}}' })).to.deep.equal([]);
  });

  it('lets 10,000 hostile values reach no device as anything but one word of one command', function () {
    this.timeout(60_000);
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('\r', '\n', ';', '|', '&', '$', '`', '\u001b', '\u0003', ' ', '?', '"', 'a', '\t'),
      }),
      fc.constantFrom(
        'Gi0/1\rreload',
        'Gi0/1 | redirect flash:x',
        '{{port}}',
        'x\u0000y',
        '../../x',
        '?',
        '\u009breload',
      ),
    );
    const { chain } = readActionChain([{ execute: { command: 'show interface {{match.intf:path}}' } }], '', {
      ...{ catalog, slotProblem: () => undefined },
    });
    let sent = 0;
    fc.assert(
      fc.property(hostile, (intf) => {
        let command: unknown;
        try {
          command = fillChain(chain, { 'match.intf': intf }, catalog).actions[0]?.params['command'];
        } catch (error) {
          expect(codeOf(error)).to.be.oneOf(['TEMPLATE_VALUE_REFUSED', 'ACTION_PARAMS']);
          return;
        }
        sent += 1;
        expect(command).to.match(/^show interface [\w.:@+,=/-]+$/);
      }),
      { numRuns: 10_000 },
    );
    expect(sent).to.be.greaterThan(0);
  });
});
