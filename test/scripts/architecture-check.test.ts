import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { GateFixture } from './gate-fixture.js';

const CONFIG = readFileSync(join(import.meta.dirname, '../../.dependency-cruiser.cjs'), 'utf8');

/** Modules that others may import as they like; none breaks a rule by itself. */
const GOOD: Readonly<Record<string, string>> = {
  'core/event.ts': 'export interface Event { id: string }\nexport const ANY = 1;\n',
  'protocols/dialog/index.ts':
    "import { ANY } from '../../core/event.js';\nexport const machine = ANY;\nexport type Table = string;\n",
  'protocols/tftp/packet.ts': 'export const block = 1;\n',
  'drivers/index.ts':
    "import type { Table } from '../protocols/dialog/index.js';\nexport const DRIVERS: Table[] = [];\n",
  'rules/index.ts': 'export const rules = 1;\n',
  'schedules/index.ts': 'export const schedules = 1;\n',
  'actions/index.ts': "import { DRIVERS } from '../drivers/index.js';\nexport const actions = DRIVERS;\n",
  'jobs/runner.ts': 'export const runner = 1;\n',
  'store/open.ts': "import { join } from 'node:path';\nexport const store = join;\n",
  'connectors/bus/bus.ts': "import { createSocket } from 'node:dgram';\nexport const bus = createSocket;\n",
  'connectors/clock/clock.ts': 'export const clock = 1;\n',
  'lab/device.ts': "import { block } from '../protocols/tftp/packet.js';\nexport const device = block;\n",
  'server/wire.ts':
    [
      'actions/index',
      'jobs/runner',
      'store/open',
      'connectors/bus/bus',
      'connectors/clock/clock',
      'rules/index',
      'schedules/index',
    ]
      .map((path) => `export * from '../${path}.js';`)
      .join('\n') + '\n',
  'server/main.ts': "export * from './wire.js';\n",
  'server/offline.ts': "export * from '../lab/device.js';\n",
  'cli/main.ts': "export const serve = async () => import('../server/main.js');\n",
  'test/fake.ts': 'export const fake = 1;\n',
};

/** A file with one bad import, and the rule that has to name it. */
const BAD: readonly (readonly [path: string, text: string, rule: string])[] = [
  ['core/bad-folder.ts', "export * from '../rules/index.js';", 'folders-core'],
  ['core/bad-package.ts', "export * from 'croner';", 'packages-core'],
  ['protocols/tftp/bad-socket.ts', "export * from 'node:dgram';", 'sans-io'],
  ['protocols/tftp/bad-sibling.ts', "export * from '../dialog/index.js';", 'siblings-protocols'],
  ['drivers/bad-run.ts', "export { machine } from '../protocols/dialog/index.js';", 'drivers-take-dialog-types-only'],
  ['drivers/bad-engine.ts', "export type { block } from '../protocols/tftp/packet.js';", 'folders-drivers'],
  ['rules/bad-job.ts', "export * from '../jobs/runner.js';", 'folders-rules'],
  ['rules/bad-package.ts', "export * from 'better-sqlite3';", 'packages-rules'],
  ['schedules/bad-rule.ts', "export * from '../rules/index.js';", 'folders-schedules'],
  ['actions/bad-connector.ts', "export * from '../connectors/bus/bus.js';", 'folders-actions'],
  ['jobs/bad-action.ts', "export * from '../actions/index.js';", 'folders-jobs'],
  ['jobs/bad-socket.ts', "export * from 'node:net';", 'working-ring-opens-no-socket'],
  ['store/bad-job.ts', "export * from '../jobs/runner.js';", 'folders-store'],
  ['connectors/bus/bad-driver.ts', "export * from '../../drivers/index.js';", 'folders-connectors'],
  ['connectors/bus/bad-sibling.ts', "export * from '../clock/clock.js';", 'siblings-connectors'],
  ['server/bad-construct.ts', "export * from '../store/open.js';", 'only-wire-constructs'],
  ['server/bad-lab.ts', "export * from '../lab/device.js';", 'server-lab-offline-only'],
  ['server/http/bad-type.ts', "export type { runner } from '../../jobs/runner.js';", 'http-takes-interfaces'],
  ['server/site/bad-store.ts', "export * from '../../store/open.js';", 'site-asks-the-pure-ring-only'],
  ['cli/bad-early.ts', "export * from '../server/main.js';", 'cli-loads-server-late'],
  ['cli/bad-store.ts', "export * from '../store/open.js';", 'folders-cli'],
  ['lab/bad-driver.ts', "export * from '../drivers/index.js';", 'folders-lab'],
  ['server/bad-test.ts', "export * from '../test/fake.js';", 'shipped-code-not-to-tests'],
  ['server/bad-dev.ts', "export * from 'chai';", 'no-dev-dependency-in-shipped-code'],
  ['server/bad-name.ts', "export * from './nowhere.js';", 'not-to-unresolvable'],
  ['core/bad-circle.ts', "export * from './circle.js';", 'no-circular'],
  ['core/bad-orphan.ts', 'export const alone = 1;', 'no-orphans'],
];

describe('scripts/architecture-check', function () {
  this.timeout(60_000);
  let fixture: GateFixture;

  beforeEach(() => {
    fixture = new GateFixture({ ...GOOD, '.dependency-cruiser.cjs': CONFIG });
    for (const name of ['package.json', 'tsconfig.json', 'node_modules']) fixture.link(name);
  });
  afterEach(() => {
    fixture.remove();
  });

  it('lets a tree pass that keeps the tables', () => {
    const { status, output } = fixture.run('architecture-check.mjs');
    expect(output).to.match(/ 0 break a rule/);
    expect(status).to.equal(0);
  });

  it('names every import that breaks a rule, under that rule', () => {
    fixture.write('core/circle.ts', "export * from './bad-circle.js';\n");
    for (const [path, text] of BAD) fixture.write(path, `${text}\n`);
    const { status, output } = fixture.run('architecture-check.mjs');
    expect(status).to.equal(1);
    const reported = reportedBy(output);
    for (const [path, , rule] of BAD) {
      const seen = reported.get(rule)?.some((line) => line.includes(path));
      expect(seen, `${rule} reports ${path}\n${output}`).to.equal(true);
    }
    const innocent = Object.keys(GOOD).filter((path) => output.includes(`  ${path} →`));
    expect(innocent).to.deep.equal([]);
  });

  it('has a case for each rule', () => {
    const rules = [...CONFIG.matchAll(/name: '([\w-]+)'/g)].map((match) => match[1]);
    const tables = [...CONFIG.matchAll(/^ {4}(may|siblings|packages)\(\s*'(\w+)'/gm)].map(
      (match) => `${match[1] === 'may' ? 'folders' : String(match[1])}-${String(match[2])}`,
    );
    const tried = new Set(BAD.map(([, , rule]) => rule));
    // The remaining ones are rows of the same three functions.
    const same = ['folders-protocols', 'folders-server', 'folders-web', 'siblings-drivers', 'packages-protocols'];
    const more = [
      'packages-drivers',
      'packages-schedules',
      'packages-actions',
      'packages-jobs',
      'web-takes-types-only',
    ];
    expect([...rules, ...tables].filter((rule) => !tried.has(rule ?? ''))).to.have.members([...same, ...more]);
  });
});

/** Lines of the report by rule. */
function reportedBy(output: string): ReadonlyMap<string, readonly string[]> {
  const reported = new Map<string, string[]>();
  let rule = '';
  for (const line of output.split('\n')) {
    const head = /^([\w-]+): /.exec(line)?.[1];
    if (head !== undefined) rule = head;
    else reported.set(rule, [...(reported.get(rule) ?? []), line]);
  }
  return reported;
}
