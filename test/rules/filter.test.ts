import { expect } from 'chai';
import { compileFilter } from '../../rules/filter.js';
import { PatternBook } from '../../core/pattern.js';
import type { LeafCondition } from '../../rules/rule.js';

const leaf = (operator: string, value: LeafCondition['value']): LeafCondition => ({
  fact: 'event',
  path: '$.x',
  operator,
  value,
});

describe('rules/filter', () => {
  it('has none for a tree that a leaf of may throw', () => {
    const other = { fact: 'event', path: '$.y' };
    const throwing = [
      leaf('in', other),
      leaf('swap:contains', 1),
      leaf('not:notIn', other),
      leaf('someValue:equal', other),
    ];
    for (const one of throwing) {
      expect(compileFilter({ any: [leaf('equal', 1), one] }, new PatternBook()), one.operator).to.equal(undefined);
    }
    expect(compileFilter({ all: [leaf('not:in', ['a'])] }, new PatternBook())?.({ event: {} })).to.equal(true);
  });

  it('compares with another fact, and what is no number with none', () => {
    const above = compileFilter(leaf('greaterThan', { fact: 'system', path: '$.limit' }), new PatternBook());
    expect(above?.({ event: { x: 4 }, system: { limit: 3 } })).to.equal(true);
    expect(above?.({ event: { x: '4' }, system: { limit: 3 } })).to.equal(true);
    expect(above?.({ event: { x: null }, system: { limit: -1 } })).to.equal(false);
    expect(above?.({ event: { x: 4 } })).to.equal(false);
  });
});
