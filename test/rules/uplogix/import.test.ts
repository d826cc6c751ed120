/** Rules of the shapes that Uplogix's documentation has, taken over and behaving. */
import { expect } from 'chai';
import { Catalog } from '../../../actions/index.js';
import { makeEvent } from '../../../core/event.js';
import type { JsonObject } from '../../../core/json.js';
import type { Value } from '../../../core/ports/values.js';
import { importUplogix, readRules, RuleSet } from '../../../rules/index.js';
import { readMonitors } from '../../../schedules/index.js';
import { seeded } from '../../support/seeded.js';
import { PORT, START_MS } from '../world.js';
import { CARRIER, codes, FAILOVER, FIRST_CONDITION, imported, KERNEL_PANIC, ruleText, SWITCHING } from './fixture.js';

/** Names of rules that would fire on an event. */
async function firing(
  text: string,
  type: string,
  data: JsonObject,
  monitor: Readonly<Record<string, Value>> = {},
): Promise<readonly string[]> {
  const catalog = new Catalog();
  const json = importUplogix(text, catalog).rules;
  const { rules, problems } = readRules([{ file: 'r.json', json }], { catalog, conditions: {} });
  expect(problems, 'what is imported passes the check').to.deep.equal([]);
  const set = new RuleSet({ rules, conditions: {}, catalog });
  const event = makeEvent({
    ...{
      id: 'e',
      node: 'n',
      port: { name: PORT.name, id: PORT.id },
      type,
      data,
      timeMs: START_MS,
      authenticated: true,
    },
  });
  const rulings = await set.decide(event, { port: PORT, monitor }, START_MS);
  return rulings.map(({ decision }) => `${decision.rule} ${decision.outcome.kind}`);
}

const reading = (values: JsonObject, monitor = 'm'): JsonObject => ({ monitor, values });

describe('uplogix import', () => {
  it('takes over a rule on the console, which observes', async () => {
    const line = (text: string) => firing(KERNEL_PANIC, 'console.line', { line: text });
    expect(await line('Kernel panic - not syncing: Attempted to kill init!')).to.deep.equal(['panicSeen wouldFire']);
    expect(await line('kernel panic')).to.deep.equal([]);
    const [rule] = imported(KERNEL_PANIC).rules;
    expect(rule?.['mode']).to.equal('observe');
    expect(rule?.['actions']).to.deep.equal([
      { alarm: { message: 'Kernel panic on the console', kind: 'GENERIC' } },
      { powerCycle: {} },
    ]);
  });

  it('takes over questions to the device, variables, and names what has no form', async () => {
    const { rules } = imported(FAILOVER);
    const pattern = '(?m)This host: \\w+ - (?P<g1>\\w+)';
    expect(rules[0]?.['actions']).to.deep.equal([
      { clearValue: { scope: 'monitor', name: 'STATE' } },
      {
        execute: {
          ...{ command: 'show failover | include This host', pattern, mustMatch: false },
          captures: [{ group: 'g1', name: 'STATE', scope: 'monitor' }],
        },
      },
    ]);
    const told = (monitor: Readonly<Record<string, Value>>) => firing(FAILOVER, 'monitor.ping', reading({}), monitor);
    expect(await told({ STATE: 'Active' })).to.deep.equal(['1askState wouldFire', '2tookOver wouldFire']);
    expect(await told({ STATE: 'Active', TOLD: 1 })).to.deep.equal(['1askState wouldFire']);
    expect(await told({ STATE: 'Standby' })).to.deep.equal(['1askState wouldFire']);
    expect(codes(imported(FAILOVER))).to.deep.equal([
      ...['3 ports', '11 ports', '17 equals-sign-in-setValue', '20 ruleset', '25 monitor'],
    ]);
  });

  it('reads a transcript, and says what was printed', async () => {
    const ping = (roundTripTime: number) => firing(SWITCHING, 'monitor.ping', reading({ roundTripTime }));
    expect(await ping(0)).to.deep.equal(['wanDown wouldFire']);
    expect(await ping(12.5)).to.deep.equal([]);
    expect(codes(imported(SWITCHING))).to.deep.equal(['8 no-rule-text', '10 no-rule-text']);
  });

  it('takes over pings, and the port that a prompt names', () => {
    const { rules, monitors } = imported(SWITCHING);
    expect(rules.map(({ ports }) => ports)).to.deep.equal([{ name: '1/1' }]);
    expect(monitors).to.deep.equal([
      { name: 'ping-1-1-192.0.2.1', every: '30s', ports: { name: '1/1' }, ping: { host: '192.0.2.1', count: 1 } },
    ]);
    expect(readMonitors([{ file: 'm.json', json: [...monitors] }]).problems).to.deep.equal([]);
    const other = '[admin@lm (port1/2)]# config monitors ping 192.0.2.1 wanDown, x :5';
    const shared = imported(SWITCHING + other);
    expect(shared.rules[0]).not.to.have.property('ports');
    expect(shared.monitors.map(({ every }) => every)).to.deep.equal(['30s', '10s']);
    expect(codes(shared)).to.deep.equal([
      ...['2 ports', '8 no-rule-text', '10 no-rule-text'],
      ...['11 monitor-names-unknown-rule', '11 order', '11 delay'],
    ]);
    expect(codes(imported(`${ruleText('true')}\nconfig monitors ping 192.0.2.1 r`))).to.deep.equal([
      '1 ports',
      '7 monitor',
    ]);
  });

  it('reads code blocks of a page, and asks for the monitor that is wanted', async () => {
    const modem = (response: string, name: string) => firing(CARRIER, 'monitor.command', reading({ response }, name));
    expect(await modem('NO CARRIER', 'modem')).to.deep.equal(['carrierLost wouldFire']);
    expect(await modem('NO CARRIER', 'other')).to.deep.equal([]);
    const { remarks } = imported(CARRIER);
    expect(remarks.map(({ kind, text }) => [kind, text])).to.deep.equal([
      ['needs', 'a command monitor named modem whose patterns have the groups response'],
    ]);
  });

  it('never throws, and leaves no line of a plain file without a part or a remark', function () {
    const random = seeded(this);
    const PARTS = [
      ...KERNEL_PANIC.split('\n'),
      ...FAILOVER.split('\n'),
      ...SWITCHING.split('\n'),
      'exit',
      'conditions',
      'rules',
      'a | b, c',
      'restrict',
      'config restrict reboot -i 5',
      'config monitors',
      '"',
      'action',
      'a.b equals "',
      'a.b max x',
      'NOT',
      'AND',
      ':3i',
      'config rule',
      'config rule a b',
      'x.y percent 1.0:z.w',
      'start 1',
      '\u0000',
    ];
    for (let run = 0; run < 500; run += 1) {
      const lines = Array.from({ length: random(25) }, () => {
        const part = PARTS[random(PARTS.length)] ?? '';
        const at = random(part.length + 1);
        return random(4) === 0 ? part.slice(0, at) + part.slice(at + random(3)) : part;
      });
      const text = lines.join('\n');
      const { lines: understood, remarks } = imported(text);
      const named = new Set([...understood, ...remarks.map(({ line }) => line)]);
      for (const [i, line] of lines.entries()) {
        const isPromptOnly = line.replace(/^\s*\[[^\]]*\]\s*[#>$]\s?/, '').trim() === '';
        expect(named.has(i + 1) || isPromptOnly, `line ${String(i + 1)} of:\n${text}`).to.equal(true);
      }
    }
  });

  it('keeps the time limits of a rule, in UTC, both ends inside', () => {
    const text = ruleText('true').replace('conditions', 'start 01312026220000\nexpire 02012026235959\nconditions');
    const [rule] = imported(text).rules;
    expect([rule?.['activeFrom'], rule?.['activeUntil']]).to.deep.equal([
      '2026-01-31T22:00:00Z',
      '2026-02-02T00:00:00Z',
    ]);
    const wrong = imported(text.replace('01312026', '02312026'));
    expect([wrong.rules.length, codes(wrong)[1]]).to.deep.equal([0, '3 no-moment']);
  });
});

describe('uplogix import: faults, each at its line', () => {
  const at = (offset: number, code: string): string => `${String(FIRST_CONDITION + offset)} ${code}`;
  const CASES: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
    ['no connector (A14)', ruleText('ping.roundTripTime max 1', 'true'), [at(0, 'missing-connector')]],
    ['a connector at the end', ruleText('true AND'), [at(0, 'nothing-joined')]],
    ['what is no condition', ruleText('ping.roundTripTime over 5'), ['1 rule', at(0, 'no-condition')]],
    ['an open quote', ruleText('ping.roundTripTime equals "5'), [at(0, 'unclosed-quote')]],
    [
      'a window without its colon (A15)',
      ruleText('ping.roundTripTime max 5 4i'),
      ['1 rule', at(0, 'window-without-colon'), at(0, 'condition')],
    ],
    ['no exit', ruleText('true').slice(0, -5), ['1 missing-exit']],
    [
      'another rule before the exit',
      `${ruleText('true').slice(0, -5)}\n${ruleText('true')}`,
      ['6 defined-again', '6 missing-exit'],
    ],
    ['a rule defined again (A27)', `${ruleText('true')}\n${ruleText('true')}`, ['7 defined-again']],
    ['a name of a deletion that is another', `config rule no ebno16\n${ruleText('true')}`, ['1 name-mismatch']],
    [
      'an action that the pages do not have',
      ruleText('true').replace('alarm GENERIC', 'pppCycleHeartbeat'),
      ['1 rule', '2 action-not-in-docs-list'],
    ],
    ['a wrapped line (A20)', ruleText('true').replace('happened', 'hap\npened'), ['3 wrapped-line']],
    [
      'a list of unknown names (A21)',
      'config ruleset s\nrules\na, b\nexit\nexit',
      ['1 unknown-rule', '1 unknown-rule', '1 ruleset'],
    ],
    [
      'dots for commas',
      `${ruleText('true')}\nconfig ruleset s\nrules r. q\nexit\nexit`,
      ['7 unknown-rule', '7 ruleset', '8 blank-in-name'],
    ],
    [
      'a comma at the end',
      `${ruleText('true')}\nconfig ruleset s\nrules\nr,\nexit\nexit`,
      ['7 ruleset', '9 comma-at-end'],
    ],
    ['a ruleset in itself', 'config ruleset s\nrules s\nexit\nexit', ['1 ruleset-in-itself', '1 ruleset']],
    [
      'a delay without its colon (A16)',
      `${ruleText('true')}\nconfig monitors chassis r 30`,
      ['1 ports', '7 delay-without-colon', '7 monitor'],
    ],
    ['a monitor of unknown rules', 'config monitors chassis RBTest', ['1 monitor-names-unknown-rule', '1 monitor']],
    ['restrict', 'config restrict reboot -i 60', ['1 restrict']],
    [
      'a capture that the pattern has not (A12)',
      ruleText('true').replace(
        'alarm GENERIC -a "it happened"',
        'execute -command show -pattern "(a)" -setValue monitor X $2',
      ),
      ['2 capture'],
    ],
    ['two objects at once', ruleText('ping.roundTripTime max 1 AND', 'console.cts equals 0'), ['1 rule']],
    ['a pattern that is none', ruleText('consoleLog.message matches "(?=x)"'), ['1 rule', at(0, 'condition')]],
  ];
  for (const [name, text, expected] of CASES) {
    it(name, () => {
      expect([...codes(imported(text))].sort()).to.deep.equal([...expected].sort());
    });
  }
});

describe('uplogix import: readings', () => {
  const fires = async (conditions: readonly string[], values: JsonObject, monitor = {}): Promise<boolean> =>
    (await firing(ruleText(...conditions), 'monitor.ping', reading(values), monitor)).length > 0;

  it('A8, A10: what is not there makes a test false and its NOT true', async () => {
    expect(await fires(['compare-value monitor X < 5'], {})).to.equal(false);
    expect(await fires(['NOT compare-value monitor X = 5'], {})).to.equal(true);
    expect(await fires(['NOT ping.roundTripTime max 5'], {})).to.equal(true);
    expect(await fires(['has-value monitor X'], {}, { X: 0 })).to.equal(true);
    expect(await fires(['has-value monitor X'], {}, { X: false })).to.equal(true);
    expect(await fires(['has-value monitor X'], {}, { X: '' })).to.equal(true);
    expect(await fires(['has-value monitor X'], {})).to.equal(false);
  });

  it('A9: numbers as numbers, true in any case, else the same text', async () => {
    expect(await fires(['compare-value monitor X = 5.0'], {}, { X: 5 })).to.equal(true);
    expect(await fires(['compare-value monitor X = true'], {}, { X: 'True' })).to.equal(true);
    expect(await fires(['compare-value monitor X = "in lock, #2"'], {}, { X: 'in lock, #2' })).to.equal(true);
    expect(await fires(['compare-value monitor X = Lock'], {}, { X: 'lock' })).to.equal(false);
  });

  it('max exceeds and min stays below, the limit outside', async () => {
    const band = ['ping.roundTripTime max 2 AND', 'ping.roundTripTime min 4'];
    const at = (roundTripTime: number) => fires(band, { roundTripTime });
    expect(await Promise.all([2, 3, 4].map(at))).to.deep.equal([false, true, false]);
  });

  it('A13: AND binds tighter than OR', async () => {
    const lines = ['compare-value monitor A = 1 OR', 'compare-value monitor B = 1 AND', 'compare-value monitor C = 1'];
    expect(await fires(lines, {}, { A: 1 })).to.equal(true);
    expect(await fires(lines, {}, { B: 1 })).to.equal(false);
    expect(await fires(lines, {}, { B: 1, C: 1 })).to.equal(true);
  });

  it('A11: matches finds anywhere and minds case', async () => {
    const line = (text: string) => firing(ruleText('terminal.line matches "lost"'), 'console.line', { line: text });
    expect([(await line('carrier lost')).length, (await line('Lost')).length]).to.deep.equal([1, 0]);
  });

  it('A17, A19: "=" is no part of a value, and quotes have no escapes', () => {
    const action = (text: string) =>
      imported(ruleText('true').replace('alarm GENERIC -a "it happened"', text)).rules[0]?.['actions'];
    expect(action('setValue monitor X = 1')).to.deep.equal([{ setValue: { scope: 'monitor', name: 'X', value: 1 } }]);
    expect(action('execute -command "\\"')).to.deep.equal([{ execute: { command: '\\' } }]);
    expect(action('execute -command "show clock\\r" -timeout 5 -pattern "^x" -multiline')).to.deep.equal([
      { execute: { command: 'show clock', pattern: '^x', mustMatch: false, timeout: '5s' } },
    ]);
  });
});
