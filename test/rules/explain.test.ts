import { expect } from 'chai';
import { explainDecision, explainRule } from '../../rules/index.js';
import { event, lineRule, PORT, rulesOf, ruleSetOf, START_MS } from './world.js';

const JSON_RULE = lineRule('x', {
  ports: { make: 'cisco' },
  conditions: {
    all: [
      { fact: 'event', path: '$.data.line', operator: 'matches', value: 'RESTART' },
      { not: { condition: 'night' } },
    ],
  },
  hold: { times: 3, within: '30m' },
  throttle: { every: '6h' },
  actions: [{ alarm: { message: 'x' } }, { pushOs: { version: 'candidate' } }],
});
const NIGHT = { any: [{ fact: 'time', path: '$.hour', operator: 'lessThan', value: 6 }] };

describe('rules/explain', () => {
  it('tells what a rule waits for and what it does', () => {
    const [rule] = rulesOf(JSON_RULE, { night: NIGHT });
    expect(rule === undefined ? '' : explainRule(rule, { night: NIGHT })).to.equal(
      [
        'Rule a-rule listens to console.line events of ports with make cisco and fires when',
        '  all of',
        '    event.data.line matches "RESTART"',
        '    not',
        '      condition night',
        '        at least one of',
        '          time.hour lessThan 6',
        'and this happens 3 times within 30m on one port',
        'at most once in 6h per port',
        'It starts:',
        '  1. alarm {"message":"x"}',
        '  2. pushOs {"version":"candidate"}, when the one before succeeded',
        'An event of an unauthenticated source starts none of its write actions.',
      ].join('\n'),
    );
  });

  it('tells why a decision came out as it did, without letting the device write on the terminal', async () => {
    const rules = ruleSetOf(JSON_RULE, [{ name: 'night', conditions: NIGHT }]);
    const decision = await rules.explain('a-rule', event('e1', { line: 'quiet\u001b[2J' }), { port: PORT }, START_MS);
    expect(decision === undefined ? '' : explainDecision(decision)).to.equal(
      [
        'Rule a-rule on node-1:1/1, event e1, 2026-01-01T00:00:00.000Z: did not fire: its conditions were false',
        '  FALSE all.0: event.data.line matches "RESTART"; it was "quiet\\u001b[2J"',
        '  true  all.1.not.any.0: time.hour lessThan 6; it was 0',
        '  Nothing was recorded; evaluated again, with facts and variables as they are now.',
      ].join('\n'),
    );
  });
});
