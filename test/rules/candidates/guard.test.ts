import { expect } from 'chai';
import { guardOf } from '../../../rules/candidates/guard.js';
import type { Condition, LeafCondition } from '../../../rules/rule.js';

const leaf = (operator: string, value: LeafCondition['value'], path = '$.data.x'): Condition => ({
  ...{ fact: 'event', path, operator, value },
});
const X = { fact: 'event', steps: ['data', 'x'] };

describe('rules/candidates/guard', () => {
  it('takes the test of a group that lets the least through', () => {
    const all = [leaf('greaterThan', 3), leaf('equal', 'console.line', '$.type'), leaf('matches', '%SYS-5-RESTART')];
    expect(guardOf({ all }, { make: 'cisco' })).to.deep.equal([{ ...X, kind: 'contains', literal: '%SYS-5-RESTART' }]);
    expect(guardOf({ all: [leaf('greaterThan', 3)] }, { id: 'n:1/1' })).to.deep.equal([
      { kind: 'equals', fact: 'port', steps: ['id'], value: 'n:1/1' },
    ]);
  });

  it('makes one interval of two bounds', () => {
    const all = [leaf('greaterThan', 3), leaf('lessThanInclusive', 9), leaf('greaterThan', 2)];
    expect(guardOf({ all }, {})).to.deep.equal([{ ...X, kind: 'between', low: 3, high: 9 }]);
  });

  it('needs a test of each branch of any', () => {
    const any = [leaf('equal', 1), leaf('in', ['a', 'b']), { all: [leaf('startsWith', 'up')] }];
    expect(guardOf({ any }, {})).to.deep.equal([
      { ...X, kind: 'equals', value: 1 },
      { ...X, kind: 'equals', value: 'a' },
      { ...X, kind: 'equals', value: 'b' },
      { ...X, kind: 'contains', literal: 'up' },
    ]);
    expect(guardOf({ any: [...any, leaf('notEqual', 1)] }, {})).to.equal(undefined);
  });

  it('knows none for what may be true of absent values', () => {
    for (const tree of [{ all: [] }, { any: [] }, { not: leaf('equal', 1) }, { all: [leaf('matches', '.*')] }]) {
      expect(guardOf(tree, {}), JSON.stringify(tree)).to.equal(undefined);
    }
    expect(guardOf({ all: [leaf('equal', { fact: 'port', path: '$.x' })] }, {})).to.equal(undefined);
  });
});
