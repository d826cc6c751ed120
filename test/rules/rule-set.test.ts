import { expect } from 'chai';
import type { Decision } from '../../core/decision.js';
import type { JsonObject } from '../../core/json.js';
import { RuleSet } from '../../rules/index.js';
import type { Ruling } from '../../rules/index.js';
import { CATALOG, event, lineRule, PORT, rulesOf, ruleSetOf, START_MS } from './world.js';

const LINE = { line: '%SYS-5-RESTART: System restarted' };
const PUSH = { actions: [{ pushOs: { version: 'candidate' } }] };

async function only(rules: RuleSet, data: JsonObject = LINE, over: Parameters<typeof event>[2] = {}): Promise<Ruling> {
  const [ruling] = await rules.decide(event('e1', data, over), { port: PORT }, START_MS);
  if (ruling === undefined) throw new Error('nothing was decided');
  return ruling;
}

describe('rules/rule-set', () => {
  it('fires with its chain and says why, condition by condition', async () => {
    const json = lineRule('x', {
      conditions: {
        all: [
          { fact: 'event', path: '$.data.line', operator: 'matches', value: '%SYS-(?P<severity>\\d)-(?P<what>\\w+)' },
          { any: [{ fact: 'port', path: '$.make', operator: 'equal', value: 'nokia' }, { condition: 'austin' }] },
          {
            not: {
              fact: 'facts',
              path: '$.osVersion',
              operator: 'versionLessThan',
              value: { fact: 'system', path: '$.oldest' },
            },
          },
        ],
      },
      actions: [
        { alarm: { message: '{{port}} {{match.what}} {{match.severity}} {{rule}}' } },
        { pushOs: { version: 'candidate' } },
      ],
    });
    const austin = { all: [{ fact: 'port', path: "$.labels['site']", operator: 'in', value: ['austin', 'dallas'] }] };
    const rules = ruleSetOf(json, [{ name: 'austin', conditions: austin }]);
    const facts = { facts: { osVersion: '12.4(1)' }, readAtMs: START_MS };
    const snapshot = { port: PORT, facts, system: { oldest: '12.3(9)' } };
    const [ruling] = await rules.decide(event('e1', LINE), snapshot, START_MS);
    expect(ruling?.chain?.actions).to.deep.equal([
      { action: 'alarm', params: { message: 'node-1:1/1 RESTART 5 a-rule' }, now: false },
      { action: 'pushOs', params: { version: 'candidate' }, now: false },
    ]);
    const wanted: Decision = {
      id: 'a-rule:e1',
      rule: 'a-rule',
      eventId: 'e1',
      portId: 'node-1:1/1',
      atMs: START_MS,
      outcome: { kind: 'fired' },
      conditions: [
        {
          at: 'all.0',
          fact: 'event',
          path: '$.data.line',
          operator: 'matches',
          wanted: '%SYS-(?P<severity>\\d)-(?P<what>\\w+)',
          got: LINE.line,
          result: true,
        },
        {
          at: 'all.1.any.0',
          fact: 'port',
          path: '$.make',
          operator: 'equal',
          wanted: 'nokia',
          got: 'cisco',
          result: false,
        },
        {
          at: 'all.1.any.1.all.0',
          fact: 'port',
          path: "$.labels['site']",
          operator: 'in',
          wanted: ['austin', 'dallas'],
          got: 'austin',
          result: true,
        },
        {
          at: 'all.2.not',
          fact: 'facts',
          path: '$.osVersion',
          operator: 'versionLessThan',
          wanted: '12.3(9)',
          got: '12.4(1)',
          result: false,
        },
      ],
      match: { severity: '5', what: 'RESTART' },
      jobs: [],
    };
    expect(ruling?.decision).to.deep.equal(wanted);
  });

  it('decides nothing for other event types and other ports', async () => {
    const rules = ruleSetOf([
      lineRule('x', { name: 'type', on: 'console.state' }),
      lineRule('x', { name: 'family', on: 'syslog.*' }),
      lineRule('x', { name: 'make', ports: { make: 'nokia' } }),
      lineRule('x', { name: 'label', ports: { make: 'cisco', 'labels.site': 'dallas' } }),
    ]);
    expect(await rules.decide(event('e1', LINE), { port: PORT }, START_MS)).to.deep.equal([]);
    const filtered = ruleSetOf(lineRule('x', { ports: { make: 'cisco' } }));
    expect(await filtered.decide(event('e1', LINE), {}, START_MS), 'an event without a port').to.deep.equal([]);
  });

  it('decides in order of priority', async () => {
    const names = ['a', 'b', 'c'].map((name, i) =>
      lineRule('RESTART', { name, priority: i === 1 ? 9 : 1, on: ['console.*'] }),
    );
    const rulings = await ruleSetOf(names).decide(event('e1', LINE), { port: PORT }, START_MS);
    expect(rulings.map((ruling) => ruling.rule.name)).to.deep.equal(['b', 'a', 'c']);
  });

  it('records both values of a false condition, absent ones too, and what a priority skipped', async () => {
    const all = [
      { fact: 'event', path: '$.data.constructor', operator: 'equal', value: 'x', priority: 5 },
      { fact: 'event', path: '$.type', operator: 'equal', value: 'y' },
    ];
    const rules = ruleSetOf(lineRule('x', { conditions: { all } }));
    expect(await rules.decide(event('e1', LINE), { port: PORT }, START_MS)).to.deep.equal([]);
    const decision = await rules.explain('a-rule', event('e1', LINE), { port: PORT }, START_MS);
    expect(decision).to.deep.include({ outcome: { kind: 'conditions' }, recomputed: true });
    expect(decision?.conditions).to.deep.equal([
      {
        at: 'all.0',
        fact: 'event',
        path: '$.data.constructor',
        operator: 'equal',
        wanted: 'x',
        got: undefined,
        result: false,
      },
      {
        at: 'all.1',
        fact: 'event',
        path: '$.type',
        operator: 'equal',
        wanted: 'y',
        got: undefined,
        result: false,
        skipped: true,
      },
    ]);
  });

  it('lets no unauthenticated event start a write action, fill its hold or close its throttle', async () => {
    const rules = ruleSetOf(
      lineRule('RESTART', { ...PUSH, throttle: { every: '1h' }, hold: { times: 2, within: '1m' } }),
    );
    for (const id of ['a', 'b', 'c']) {
      const [ruling] = await rules.decide(event(id, LINE, { authenticated: false }), { port: PORT }, START_MS);
      expect(ruling?.decision.outcome).to.deep.equal({ kind: 'unauthenticated' });
      expect(ruling?.changes).to.deep.equal([]);
    }
    const outcomes = [];
    for (const id of ['d', 'e', 'f', 'g']) {
      const [ruling] = await rules.decide(event(id, LINE), { port: PORT }, START_MS);
      outcomes.push(ruling?.decision.outcome.kind);
    }
    expect(outcomes).to.deep.equal(['hold', 'fired', 'hold', 'throttled']);
  });

  it('lets them start read actions, and write actions where the rule says so', async () => {
    const spoofed = { authenticated: false };
    expect((await only(ruleSetOf(lineRule('RESTART')), LINE, spoofed)).decision.outcome.kind).to.equal('fired');
    const accepting = ruleSetOf(lineRule('RESTART', { ...PUSH, acceptUnauthenticated: true }));
    expect((await only(accepting, LINE, spoofed)).decision.outcome.kind).to.equal('fired');
  });

  it('starts nothing on a held port but read actions', async () => {
    const rules = ruleSetOf([lineRule('RESTART', PUSH), lineRule('RESTART', { name: 'tell' })]);
    const rulings = await rules.decide(event('e1', LINE), { port: PORT, heldBy: 'port' }, START_MS);
    expect(rulings.map((ruling) => ruling.decision.outcome)).to.deep.equal([
      { kind: 'held', by: 'port' },
      { kind: 'fired' },
    ]);
  });

  it('starts no write action in a closed window, unless the rule ignores windows; read actions always', async () => {
    const rules = new RuleSet({
      rules: rulesOf([
        lineRule('RESTART', PUSH),
        lineRule('RESTART', { ...PUSH, name: 'rescue', ignoreWindows: true }),
        lineRule('RESTART', { name: 'tell' }),
      ]),
      ...{ conditions: {}, catalog: CATALOG },
      closedFor: (_port, nowMs) => ({ kind: 'quiet', window: 'exams', untilMs: nowMs + 1000 }),
    });
    const rulings = await rules.decide(event('e1', LINE), { port: PORT }, START_MS);
    expect(rulings.map((ruling) => ruling.decision.outcome)).to.deep.equal([
      { kind: 'window', window: 'exams', of: 'quiet', untilMs: START_MS + 1000 },
      { kind: 'fired' },
      { kind: 'fired' },
    ]);
  });

  it('a closed window fills no hold and closes no throttle', async () => {
    let isClosed = true;
    const rules = new RuleSet({
      rules: rulesOf(lineRule('RESTART', { ...PUSH, hold: { times: 2, within: '1m' }, throttle: { every: '1h' } })),
      ...{ conditions: {}, catalog: CATALOG },
      closedFor: () => (isClosed ? { kind: 'maintenance', window: 'nights' } : undefined),
    });
    const kinds = [];
    for (const id of ['a', 'b', 'c', 'd']) {
      const [ruling] = await rules.decide(event(id, LINE), { port: PORT }, START_MS);
      kinds.push(ruling?.decision.outcome.kind);
      isClosed = id === 'a';
    }
    expect(kinds).to.deep.equal(['window', 'window', 'hold', 'fired']);
  });

  it('fires from and until its moments', async () => {
    const rules = ruleSetOf(
      lineRule('RESTART', { activeFrom: '2026-01-01T00:00:00Z', activeUntil: '2026-01-01T01:00:00+00:00' }),
    );
    const kinds = [];
    for (const ms of [-1, 0, 3_599_999, 3_600_000]) {
      const [ruling] = await rules.decide(event(`e${String(ms)}`, LINE), { port: PORT }, START_MS + ms);
      kinds.push(ruling?.decision.outcome.kind);
    }
    expect(kinds).to.deep.equal(['inactive', 'fired', 'fired', 'inactive']);
  });

  it('only observes where the rule or the site says so', async () => {
    const observed = await only(ruleSetOf(lineRule('RESTART', { ...PUSH, mode: 'observe' })));
    expect(observed.decision.outcome).to.deep.equal({ kind: 'wouldFire' });
    expect(observed.chain).to.equal(undefined);
    const site = new RuleSet({
      rules: rulesOf(lineRule('RESTART', PUSH)),
      conditions: {},
      catalog: CATALOG,
      observe: true,
    });
    expect((await only(site)).decision.outcome).to.deep.equal({ kind: 'wouldFire' });
  });

  it('escapes device text in messages and refuses it where a typed slot or the schema does', async () => {
    const hostile = { line: 'boom \u001b[2J\r\n; reload' };
    const message = (text: string): JsonObject =>
      lineRule('boom (?P<what>(?s:.*))', { actions: [{ alarm: { message: text } }] });
    const shown = await only(ruleSetOf(message('got {{match.what}}')), hostile);
    expect(shown.chain?.actions[0]?.params).to.deep.equal({ message: 'got \\x1b[2J\\x0d\\x0a; reload' });
    const typed = await only(ruleSetOf(message('got {{match.what:word}}')), hostile);
    expect(typed.decision.outcome).to.deep.include({ kind: 'error', code: 'TEMPLATE_VALUE_REFUSED' });
    expect(typed.chain).to.equal(undefined);
    const version = lineRule('boom (?P<what>.*)', { actions: [{ pushOs: { version: '{{match.what}}' } }] });
    const refused = await only(ruleSetOf(version), { line: 'boom $(reboot)' });
    expect(refused.decision.outcome).to.deep.include({ kind: 'error', code: 'ACTION_PARAMS' });
  });

  it('names a rule that cannot be evaluated and goes on with the others', async () => {
    const broken = { all: [{ fact: 'event', path: '$.id', operator: 'in', value: { fact: 'time', path: '$.ms' } }] };
    const rules = ruleSetOf([lineRule('x', { name: 'broken', conditions: broken }), lineRule('RESTART')]);
    const rulings = await rules.decide(event('e1', LINE), { port: PORT }, START_MS);
    expect(rulings.map((ruling) => ruling.decision.outcome.kind)).to.deep.equal(['error', 'fired']);
    expect(rulings[0]?.decision.outcome).to.deep.include({ code: 'RULE_FAILED' });
  });

  it('decides calls that come at once in the order they came', async () => {
    const rules = ruleSetOf(lineRule('RESTART', { hold: { times: 25, within: '1m' } }));
    const ids = Array.from({ length: 50 }, (_, i) => `e${String(i)}`);
    const all = await Promise.all(ids.map((id) => rules.decide(event(id, LINE), { port: PORT }, START_MS)));
    const fired = all.flat().filter((ruling) => ruling.decision.outcome.kind === 'fired');
    expect(all.flat()).to.have.length(50);
    expect(fired.map((ruling) => ruling.decision.eventId)).to.deep.equal(['e24', 'e49']);
  });

  it('hands its time state to the set that follows, by the keys it reported', async () => {
    const json = lineRule('RESTART', { hold: { times: 2, within: '1m' } });
    const first = ruleSetOf(json);
    const [held] = await first.decide(event('e1', LINE), { port: PORT }, START_MS);
    const next = ruleSetOf(json);
    expect(next.importState(new Map(held?.changes.map(({ key, value }) => [key, value])))).to.deep.equal([]);
    expect(next.exportState()).to.deep.equal(first.exportState());
    const [fired] = await next.decide(event('e2', LINE), { port: PORT }, START_MS);
    expect(fired?.decision.outcome.kind).to.equal('fired');
  });

  it('knows the time in UTC', async () => {
    const all = [
      { fact: 'time', path: '$.weekday', operator: 'equal', value: 4 },
      { fact: 'time', path: '$.hour', operator: 'equal', value: 13 },
      { fact: 'time', path: '$.minute', operator: 'equal', value: 7 },
      { fact: 'time', path: '$.rfc3339', operator: 'startsWith', value: '2026-01-01T13:07' },
    ];
    const rules = ruleSetOf(lineRule('x', { conditions: { all } }));
    const [ruling] = await rules.decide(event('e1', LINE), { port: PORT }, START_MS + (13 * 60 + 7) * 60_000);
    expect(ruling?.decision.outcome.kind).to.equal('fired');
  });
});
