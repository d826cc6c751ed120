import { expect } from 'chai';
import type { JsonObject } from '../../core/json.js';
import { readConditions, readRules, ruleAdvice } from '../../rules/index.js';
import { CATALOG, lineRule } from './world.js';

const leaf = (operator: string, value: JsonObject[string], path = '$.data.x'): JsonObject => ({
  ...{ fact: 'event', path, operator, value },
});

/** `pointer: got` of each warning. */
function advice(json: unknown, named: readonly JsonObject[] = []): readonly string[] {
  const { conditions } = readConditions([{ file: 'c.json', json: named }]);
  const { rules, places, problems } = readRules([{ file: 'r.json', json }], { catalog: CATALOG, conditions });
  expect(problems).to.deep.equal([]);
  const found = ruleAdvice(rules, places, { conditions, catalog: CATALOG });
  expect(found.every(({ severity, file }) => severity === 'warning' && file === 'r.json')).to.equal(true);
  return found.map(({ pointer, got }) => `${pointer}: ${got}`);
}

const ofAll = (...all: JsonObject[]): JsonObject => lineRule('x', { conditions: { all } });

describe('rules/advice', () => {
  it('has nothing to say of a plain rule', () => {
    expect(advice(lineRule('%SYS-5-RESTART'))).to.deep.equal([]);
    expect(advice(ofAll(leaf('greaterThan', 3), leaf('lessThan', 5), leaf('in', [4, 9])))).to.deep.equal([]);
    expect(advice(ofAll(leaf('equal', 'up'), leaf('startsWith', 'u')))).to.deep.equal([]);
  });

  it('finds what can never be true', () => {
    const never = (...all: JsonObject[]): string | undefined => advice(ofAll(...all))[0];
    expect(never(leaf('equal', 'a'), leaf('equal', 'b'))).to.equal(
      '/conditions: event.data.x equal to "a" and event.data.x equal to "b"',
    );
    expect(never(leaf('greaterThan', 5), leaf('lessThan', 3))).to.equal(
      '/conditions: event.data.x above 5 and event.data.x below 3',
    );
    expect(never(leaf('equal', 9), leaf('lessThan', 3))).to.include('event.data.x below 3');
    expect(never(leaf('equal', 'up'), leaf('matches', 'changed state'))).to.include('with "changed state" in it');
    expect(never(leaf('in', []))).to.equal('/conditions: a list without values');
    expect(never({ any: [leaf('in', []), { all: [leaf('in', [])] }] })).to.include('list');
  });

  it('holds conditions against the port filter', () => {
    const nokia = { all: [{ fact: 'port', path: '$.make', operator: 'equal', value: 'nokia' }] };
    expect(advice(lineRule('x', { ports: { make: 'cisco' }, conditions: nokia }))).to.deep.equal([
      '/conditions: port.make equal to "cisco" and port.make equal to "nokia"',
    ]);
  });

  it('names rules that no index finds, that repeat another, and that anybody can set off', () => {
    const open = lineRule('x', { name: 'open', acceptUnauthenticated: true, actions: [{ pushOs: {} }] });
    const quiet = lineRule('(?i)panic', { name: 'quiet', acceptUnauthenticated: true });
    expect(advice([lineRule('x'), open, quiet])).to.deep.equal([
      '/1/conditions: those of "a-rule" again',
      '/1/acceptUnauthenticated: any source',
      '/2/conditions: none: it is looked at for each event of its types',
    ]);
  });
});
