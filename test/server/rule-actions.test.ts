/** Actions of rules that touch no device, through a whole node: what one rule sets, the next one reads. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Catalog } from '../../actions/index.js';
import type { Event } from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';
import { DRIVERS, driverFor } from '../../drivers/index.js';
import { loadSite } from '../../server/site/load-site.js';
import type { NodeRun } from '../../server/node-run.js';
import { importUplogix } from '../../rules/index.js';
import { wireNode } from '../../server/wire.js';

const RULES = [
  {
    name: 'count-restarts',
    on: 'syslog.message',
    conditions: { all: [{ fact: 'event', path: '$.data.message', operator: 'matches', value: 'SYS-5-RESTART' }] },
    actions: [
      { incrementValue: { name: 'restarts' } },
      { event: { type: 'custom.counted', data: { port: '{{port}}' } } },
    ],
  },
  {
    name: 'too-many',
    on: 'custom.counted',
    conditions: { all: [{ fact: 'monitor', path: '$.restarts', operator: 'greaterThanInclusive', value: 3 }] },
    actions: [{ alarm: { message: '{{port.name}} keeps restarting', kind: 'restarts' } }],
  },
  {
    name: 'push-when-counted',
    on: 'custom.counted',
    conditions: { all: [{ fact: 'event', path: '$.type', operator: 'equal', value: 'custom.counted' }] },
    actions: [{ pushOs: { version: 'candidate' } }],
  },
];

const RESTARTED = { message: '%SYS-5-RESTART: System restarted' };

/** As an operator switches it on after having watched it: without its mode. */
const PANIC = importUplogix(
  `config rule panicSeen
action alarm GENERIC -a "Kernel panic on the console"
conditions
consoleLog.message matches "Kernel panic - not syncing"
exit
exit`,
  new Catalog(),
).rules.flatMap(({ mode, ...rule }) => [
  { ...rule, name: 'watched', mode: mode ?? null, actions: [{ alarm: { message: 'observed', kind: 'watched' } }] },
  rule,
]);

describe('actions of rules', () => {
  let folder: string;
  let node: NodeRun;
  let url: string;
  const seen: Event[] = [];
  let heard: () => void = () => undefined;

  before(async function () {
    this.timeout(20_000);
    folder = mkdtempSync(join(tmpdir(), 'portwright-actions-'));
    const main = { node: 'n', dataDir: './data', http: { listen: '127.0.0.1:0' } };
    writeFileSync(join(folder, 'portwright.json'), JSON.stringify(main));
    writeFileSync(join(folder, 'ports.json'), JSON.stringify([{ port: '1/1', driver: 'cisco-ios' }]));
    mkdirSync(join(folder, 'rules'));
    writeFileSync(join(folder, 'rules', 'restarts.json'), JSON.stringify(RULES));
    writeFileSync(join(folder, 'rules', 'uplogix.json'), JSON.stringify(PANIC));
    const env = { PORTWRIGHT_LOG: 'silent' };
    const load = () => loadSite(folder, { drivers: DRIVERS, driverFor, catalog: new Catalog(), env });
    const { site, problems } = await load();
    if (site === undefined) throw new Error(JSON.stringify(problems));
    node = await wireNode({ site, load, env });
    node.watch((event) => {
      seen.push(event);
      heard();
    });
    const { host, port } = await node.start('test');
    url = `http://${host}:${String(port)}/api/v1`;
  });

  after(async () => {
    await node.stop();
    rmSync(folder, { recursive: true });
  });

  it('set what other rules read, and prove no more than the event that began it', async () => {
    for (let i = 1; i <= 3; i += 1) {
      await inject();
      await happened((event) => event.type === 'custom.counted', i);
    }
    await happened((event) => event.type === 'alarm.raised' && event.data['kind'] === 'restarts', 1);
    expect(seen.filter(({ type }) => type === 'custom.counted').map((event) => event.authenticated)).to.deep.equal([
      ...[false, false, false],
    ]);
    expect(seen.filter(({ data }) => data['action'] === 'pushOs')).to.deep.equal([]);
  });

  it('start what an imported Uplogix rule says, and nothing while it observes', async () => {
    await inject('console.line', { line: '[ 1.2] Kernel panic - not syncing: No working init found.' });
    const isPanic = (event: Event): boolean => event.type === 'alarm.raised' && event.data['kind'] === 'GENERIC';
    await happened(isPanic, 1);
    expect(seen.find(isPanic)?.data['message']).to.equal('Kernel panic on the console');
    expect(seen.filter(({ type, data }) => type === 'alarm.raised' && data['kind'] === 'watched')).to.deep.equal([]);
  });

  async function inject(type = 'syslog.message', data: JsonObject = RESTARTED): Promise<void> {
    const response = await fetch(`${url}/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${readFileSync(join(folder, 'data', 'token'), 'utf8').trim()}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        ...{ type, port: '1/1', authenticated: false },
        data,
      }),
    });
    expect(response.status).to.equal(202);
  }

  async function happened(is: (event: Event) => boolean, times: number): Promise<void> {
    while (seen.filter(is).length < times) {
      await new Promise<void>((resolve) => (heard = resolve));
    }
  }
});
