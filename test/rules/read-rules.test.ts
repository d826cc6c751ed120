import { expect } from 'chai';
import type { JsonObject, JsonValue } from '../../core/json.js';
import { readConditions, readRules } from '../../rules/index.js';
import { CATALOG, lineRule } from './world.js';

const CONDITIONS = { 'at-loader': { all: [] } };

function problemsOf(json: unknown): readonly string[] {
  const { rules, problems } = readRules([{ file: 'rules/a.json', json }], { catalog: CATALOG, conditions: CONDITIONS });
  if (problems.length > 0) expect(rules, 'a wrong rule is left out').to.have.length(0);
  expect(problems.every((p) => p.file === 'rules/a.json' && p.severity === 'error')).to.equal(true);
  return problems.map((p) => `${p.pointer}: ${p.wanted} | ${p.got}`);
}

function leaf(over: JsonObject): JsonObject {
  return lineRule('x', {
    conditions: { all: [{ fact: 'event', path: '$.id', operator: 'equal', value: 1, ...over }] },
  });
}

describe('rules/read-rules', () => {
  it('reads the form of a site with every key of this version', () => {
    const json = lineRule('%SYS-(?P<n>\\d)', {
      description: 'why',
      on: ['console.line', 'console.*'],
      ports: { make: 'cisco', 'labels.site': 'austin' },
      hold: { times: 3, within: '30m' },
      throttle: { every: '6h' },
      actions: [
        { alarm: { message: '{{port}} {{match.n}}' }, when: 'now' },
        { pushOs: { version: '{{match.n:int}}' } },
      ],
      onFailure: 'stop',
      mode: 'observe',
      acceptUnauthenticated: true,
      scope: 'port',
      priority: 3,
    });
    const { rules, problems } = readRules([{ file: 'r.json', json }], { catalog: CATALOG, conditions: {} });
    expect(problems).to.deep.equal([]);
    expect(rules[0]).to.deep.include({
      name: 'a-rule',
      on: ['console.line', 'console.*'],
      hold: { times: 3, withinMs: 1_800_000 },
      throttle: { everyMs: 21_600_000, per: 'port' },
      observe: true,
      acceptUnauthenticated: true,
      priority: 3,
    });
    expect(rules[0]?.chain.actions.map((call) => [call.action, call.now])).to.deep.equal([
      ['alarm', true],
      ['pushOs', false],
    ]);
  });

  it("reads json-rules-engine's own form", () => {
    const json = { conditions: { any: [] }, event: { type: 'pushOs', params: { version: 'candidate' } }, priority: 5 };
    const { rules, problems } = readRules(
      [{ file: 'rules/from engine.json', json: [json, { ...json, name: 'named' }, json] }],
      { catalog: CATALOG, conditions: {} },
    );
    expect(problems).to.deep.equal([]);
    expect(rules.map((rule) => rule.name)).to.deep.equal(['from-engine', 'named', 'from-engine-3']);
    expect(rules[0]).to.deep.include({ on: ['*'], priority: 5 });
    expect(rules[0]?.chain.actions).to.deep.equal([{ action: 'pushOs', params: { version: 'candidate' }, now: false }]);
  });

  it('reads one rule, a list, or a versioned object', () => {
    const rule = lineRule('x');
    for (const json of [rule, [rule], { version: 1, rules: [rule] }, { $schema: 'x', version: 1, rules: [rule] }]) {
      expect(problemsOf(json)).to.deep.equal([]);
    }
    expect(problemsOf({ version: 2, rules: [] })).to.deep.equal([
      '/version: version 1, the newest that this program reads | 2',
    ]);
  });

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['an unknown operator', leaf({ operator: 'matchez' }), '/conditions/all/0/operator: one of the operators equal,'],
    ['an unknown decorator', leaf({ operator: 'no:equal' }), '/conditions/all/0/operator: one of the operators equal,'],
    [
      'an unknown fact',
      leaf({ fact: 'evnt' }),
      '/conditions/all/0/fact: one of the facts event, port, facts, system, monitor, time | "evnt"',
    ],
    ['an unknown fact as value', leaf({ value: { fact: 'nope' } }), '/conditions/all/0/value/fact: one of the facts'],
    ['a bad path', leaf({ path: '$..x' }), '/conditions/all/0/path: a path such as $.data.line'],
    [
      'a bad pattern',
      leaf({ operator: 'matches', value: '(a' }),
      '/conditions/all/0/value: a regular expression in RE2 syntax',
    ],
    [
      'a pattern from a fact',
      leaf({ operator: 'matches', value: { fact: 'port' } }),
      '/conditions/all/0/value: a regular expression',
    ],
    [
      'a swapped pattern',
      leaf({ operator: 'swap:matches', value: 'a' }),
      '/conditions/all/0/value: the pattern as value',
    ],
    ['no list for in', leaf({ operator: 'in', value: 'abc' }), '/conditions/all/0/value: a list of values | "abc"'],
    [
      'a bad prefix',
      leaf({ operator: 'cidr', value: ['10.0.0.0/8', '10.0.0.0/40'] }),
      '/conditions/all/0/value: an IP prefix',
    ],
    ['an extra key in a condition', leaf({ hold: '3i' }), '/conditions/all/0/hold: one of the keys fact, path,'],
    [
      'a condition without a value',
      lineRule('x', { conditions: { all: [{ fact: 'event', operator: 'equal' }] } }),
      '/conditions/all/0: the key "value"',
    ],
    [
      'a leaf as root',
      lineRule('x', { conditions: { fact: 'event', operator: 'equal', value: 1 } }),
      '/conditions: one of the keys all, any, not, condition',
    ],
    [
      'two groups in one',
      lineRule('x', { conditions: { all: [], any: [] } }),
      '/conditions: only one of all, any, not, condition | "all and any"',
    ],
    [
      'an unknown named condition',
      lineRule('x', { conditions: { not: { condition: 'gone' } } }),
      '/conditions/not/condition: one of the named conditions at-loader | "gone"',
    ],
    ['a priority of nothing', leaf({ priority: 0 }), '/conditions/all/0/priority: a whole number from 1 | 0'],
    [
      'an unknown action',
      lineRule('x', { actions: [{ pushOS: {} }] }),
      '/actions/0/pushOS: one of the actions pushOs, alarm | "pushOS"',
    ],
    [
      'a wrong action parameter',
      lineRule('x', { actions: [{ pushOs: { version: 7 } }] }),
      '/actions/0/pushOs/version: string | 7',
    ],
    [
      'an unknown action parameter',
      lineRule('x', { actions: [{ pushOs: { versin: 'x' } }] }),
      '/actions/0/pushOs/versin: one of the keys version | "versin"',
    ],
    [
      'a missing action parameter',
      lineRule('x', { actions: [{ alarm: {} }] }),
      '/actions/0/alarm: the key "message" | no such key',
    ],
    [
      'two actions in one',
      lineRule('x', { actions: [{ alarm: { message: 'x' }, pushOs: {} }] }),
      '/actions/0: one action such as',
    ],
    ['no action', lineRule('x', { actions: [] }), '/actions: a list of actions | []'],
    [
      'an unknown slot',
      lineRule('x', { actions: [{ alarm: { message: '{{prt}}' } }] }),
      '/actions/0/alarm/message: one of the slots rule, event.id,',
    ],
    [
      'a slot that no pattern captures',
      lineRule('(?P<a>x)', { actions: [{ alarm: { message: '{{match.b}}' } }] }),
      '/actions/0/alarm/message: one of the slots',
    ],
    [
      'an unknown slot type',
      lineRule('x', { actions: [{ alarm: { message: '{{port:sql}}' } }] }),
      '/actions/0/alarm/message: one of the slot types word,',
    ],
    [
      'a bad duration',
      lineRule('x', { throttle: { every: '6 hours' } }),
      '/throttle/every: a duration such as "90s", "10m", "4h" | "6 hours"',
    ],
    [
      'a hold of this version only',
      lineRule('x', { hold: { consecutive: 3 } }),
      '/hold/consecutive: one of the keys times, within | "consecutive"',
    ],
    ['absence', lineRule('x', { absence: {} }), '/absence: one of the keys name, description, on,'],
    ['sequence', lineRule('x', { sequence: [] }), '/sequence: one of the keys name, description, on,'],
    [
      'fleet scope',
      lineRule('x', { scope: 'fleet' }),
      '/scope: a rule of the node that owns the port ("fleet" is not available in this version) | "fleet"',
    ],
    [
      'onFailure continue',
      lineRule('x', { onFailure: 'continue' }),
      '/onFailure: "stop", the only choice in this version | "continue"',
    ],
    ['a bad event type', lineRule('x', { on: 'console..line' }), '/on: an event type such as console.line'],
    [
      'a bad port filter',
      lineRule('x', { ports: { maker: 'cisco' } }),
      '/ports: one of the keys id, name, driver, make, labels.NAME | "maker"',
    ],
    ['a bad name', lineRule('x', { name: 'a b' }), '/name: a name of letters, digits and . _ -'],
    ['no object', 'rule', ': object | "rule"'],
    [
      'an unknown engine action',
      { conditions: { all: [] }, event: { type: 'blink' } },
      '/event/type: one of the actions pushOs, alarm | "blink"',
    ],
    [
      'a wrong engine parameter',
      { conditions: { all: [] }, event: { type: 'pushOs', params: { version: 1 } } },
      '/event/params/version: string | 1',
    ],
  ];
  for (const [what, json, message] of wrong) {
    it(`names ${what}`, () => {
      const problems = problemsOf(json);
      expect(
        problems.some((problem) => problem.startsWith(message)),
        problems.join('\n'),
      ).to.equal(true);
    });
  }

  it('points into lists and refuses a name that another file took', () => {
    const first = { file: 'rules/a.json', json: lineRule('x') };
    const second = {
      file: 'rules/b.json',
      json: { version: 1, rules: [lineRule('y', { name: 'other' }), lineRule('z')] },
    };
    const { rules, problems } = readRules([first, second], { catalog: CATALOG, conditions: {} });
    expect(rules.map((rule) => rule.name)).to.deep.equal(['a-rule', 'other']);
    expect(problems).to.deep.equal([
      {
        file: 'rules/b.json',
        pointer: '/rules/1/name',
        wanted: 'a name that rules/a.json has not taken',
        got: '"a-rule"',
        severity: 'error',
      },
    ]);
  });

  it('survives any JSON', () => {
    const odd: readonly JsonValue[] = [
      null,
      1,
      'x',
      [null],
      [[]],
      {},
      { rules: 1 },
      { version: 1 },
      { event: null },
      { conditions: { all: [null] } },
    ];
    for (const json of odd) expect(problemsOf(json).length, JSON.stringify(json)).to.be.above(0);
  });
});

describe('rules/read-conditions', () => {
  const read = (json: unknown): readonly string[] =>
    readConditions([{ file: 'c.json', json }]).problems.map((p) => `${p.pointer}: ${p.wanted} | ${p.got}`);
  const leafOf = (fact: string): JsonValue => ({ all: [{ fact, operator: 'equal', value: 1 }] });

  it('reads one, a list, or a versioned object', () => {
    const one = { name: 'a', conditions: leafOf('event') };
    for (const json of [one, [one], { version: 1, conditions: [one] }]) {
      expect(readConditions([{ file: 'c.json', json }])).to.deep.equal({
        conditions: { a: leafOf('event') },
        problems: [],
      });
    }
  });

  it('names what is wrong', () => {
    expect(read([{ name: 'a', conditions: leafOf('evnt') }])[0]).to.contain(
      '/0/conditions/all/0/fact: one of the facts',
    );
    expect(read([{ name: 'a' }])[0]).to.contain('/0: the key "conditions"');
    expect(
      read([
        { name: 'a', conditions: { all: [] } },
        { name: 'a', conditions: { all: [] } },
      ]),
    ).to.deep.equal(['/1/name: a name that c.json has not taken | "a"']);
  });

  it('refuses conditions that need themselves', () => {
    const ring = [
      { name: 'a', conditions: { all: [{ condition: 'b' }] } },
      { name: 'b', conditions: { not: { condition: 'a' } } },
      { name: 'c', conditions: { any: [{ condition: 'a' }] } },
    ];
    expect(read(ring)).to.deep.equal([
      '/0/conditions: conditions that do not need themselves | "a → b → a"',
      '/1/conditions: conditions that do not need themselves | "b → a → b"',
    ]);
  });
});
