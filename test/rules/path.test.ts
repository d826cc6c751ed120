import { expect } from 'chai';
import { followPath, makePathResolver, parsePath } from '../../rules/path.js';

describe('rules/path', () => {
  it('reads names, indexes and quoted names', () => {
    expect(parsePath('$')).to.deep.equal([]);
    expect(parsePath('$.data.line')).to.deep.equal(['data', 'line']);
    expect(parsePath(`$.list[10]['odd name']["x.y"].a-b`)).to.deep.equal(['list', 10, 'odd name', 'x.y', 'a-b']);
  });

  for (const wrong of [
    '',
    'data',
    '$data',
    '$.',
    '$..x',
    '$.*',
    '$[*]',
    '$[?(@.a)]',
    '$[(1)]',
    '$[-1]',
    "$['a",
    '$.a b',
  ]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      expect(parsePath(wrong)).to.equal(undefined);
    });
  }

  it('walks own properties only', () => {
    const value = { list: [{ 'odd name': 7 }], own: null };
    expect(followPath(value, ['list', 0, 'odd name'])).to.equal(7);
    expect(followPath(value, ['own', 'x'])).to.equal(undefined);
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(followPath(value, [name]), name).to.equal(undefined);
      expect(followPath(value.list, [name]), name).to.equal(undefined);
    }
    expect(followPath('text', ['length'])).to.equal(undefined);
  });

  it('resolves for json-rules-engine, and gives undefined for a wrong path', () => {
    const resolve = makePathResolver();
    expect(resolve({ a: [1, 2] }, '$.a[1]')).to.equal(2);
    expect(resolve({ a: 1 }, '$..a')).to.equal(undefined);
  });
});
