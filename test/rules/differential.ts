/**
 * json-rules-engine has the last word: over random rules and events, our rule set (index, own path resolver, RE2,
 * named conditions put in place) must fire the same set, with the same result of every condition, as one plain Engine
 * a rule with its own JSONPath, its own named conditions and V8's regular expressions.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { Engine } from 'json-rules-engine';
import type { RuleProperties, TopLevelCondition } from 'json-rules-engine';
import type { Event } from '../../core/event.js';
import type { JsonObject, JsonValue } from '../../core/json.js';
import { inlineNamed } from '../../rules/compile.js';
import { contradictionIn } from '../../rules/never.js';
import type { Condition, NamedConditions } from '../../rules/rule.js';
import { CATALOG, event, PORT, START_MS } from './world.js';
import { readConditions, readRules, RuleSet } from '../../rules/index.js';

/** Printed, so that a run can be repeated: `PORTWRIGHT_SEED=… npx mocha …`. */
export const SEED = Number(process.env['PORTWRIGHT_SEED'] ?? Date.now() % 1_000_000_000);
const TEXTS = ['up', 'down', '%SYS-5-RESTART: again', 'Interface Gi0/1, changed state to down', ''];
const PATTERNS = ['up', '^down$', '%SYS-\\d-(\\w+):', 'Interface (\\S+), changed', '(a|b)*c', '^$', '[^a-z]+'];
const PATHS = [
  '$.data.line',
  '$.data.count',
  '$.data.list',
  '$.data.list[1]',
  '$.data.deep.x',
  '$.type',
  '$.data.none',
  "$.data['odd name']",
];

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.integer({ min: -2, max: 4 }),
  fc.boolean(),
  fc.constant(null),
);
const list = fc.array(scalar, { maxLength: 3 });

/** Operands that the operator takes: load-time checks refuse the rest. */
const leaf: fc.Arbitrary<JsonObject> = fc
  .constantFrom(
    'equal',
    'notEqual',
    'in',
    'notIn',
    'contains',
    'doesNotContain',
    'lessThan',
    'greaterThanInclusive',
    'matches',
    'startsWith',
    'someFact:equal',
    'not:in',
  )
  .chain((operator) => {
    const value: fc.Arbitrary<JsonValue> =
      operator === 'matches'
        ? fc.constantFrom(...PATTERNS)
        : operator === 'startsWith'
          ? fc.constantFrom(...TEXTS)
          : /[iI]n$/.test(operator) && !/ontain$/.test(operator)
            ? list
            : fc.oneof(
                scalar,
                fc.constantFrom(...PATHS).map((path) => ({ fact: 'event', path })),
              );
    return fc
      .record({ fact: fc.constant('event'), path: fc.constantFrom(...PATHS), operator: fc.constant(operator), value })
      .chain(withPriority);
  });

function withPriority(node: JsonObject): fc.Arbitrary<JsonObject> {
  return fc
    .option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 3 })
    .map((priority) => (priority === undefined ? node : { ...node, priority }));
}

function group(depth: number, names: readonly string[]): fc.Arbitrary<JsonObject> {
  const child: fc.Arbitrary<JsonObject> = fc.oneof(
    { weight: 4, arbitrary: leaf },
    ...(depth === 0 ? [] : [{ weight: 2, arbitrary: group(depth - 1, names) }]),
    ...(names.length === 0
      ? []
      : [{ weight: 1, arbitrary: fc.constantFrom(...names).map((condition) => ({ condition })) }]),
  );
  const children = fc.array(child, { maxLength: 3 });
  return fc
    .oneof(
      children.map((all): JsonObject => ({ all })),
      children.map((any): JsonObject => ({ any })),
      child.map((not): JsonObject => ({ not })),
    )
    .chain(withPriority);
}

const data = fc.record({
  line: fc.constantFrom(...TEXTS),
  count: fc.integer({ min: -2, max: 4 }),
  list,
  deep: fc.oneof(fc.record({ x: scalar }), scalar),
  'odd name': scalar,
});
const happening = fc.record({ data, type: fc.constantFrom('console.line', 'console.state', 'job.ended') });
const rule = fc.record({
  conditions: group(2, ['n0', 'n1']),
  on: fc.constantFrom<JsonValue>('*', 'console.*', 'console.line', ['job.ended', 'console.state']),
  ports: fc.constantFrom<JsonObject>({}, { make: 'cisco' }, { 'labels.site': 'dallas' }),
});

interface Case {
  readonly rule: { readonly conditions: JsonObject; readonly on: JsonValue; readonly ports: JsonObject };
  readonly n0: JsonObject;
  readonly n1: JsonObject;
  readonly event: { readonly data: unknown; readonly type: string };
}

/** The leaves that a plain Engine evaluated, in written order. */
function leavesOf(node: Record<string, unknown>): readonly unknown[] {
  for (const key of ['any', 'all', 'not']) {
    const inner = node[key];
    if (inner !== undefined) return [inner].flat().flatMap((child) => leavesOf(child as Record<string, unknown>));
  }
  return 'condition' in node || node['result'] === undefined
    ? []
    : [[node['operator'], node['valueResult'], node['factResult'], node['result']]];
}

async function plainEngine(
  { rule: tested, n0, n1 }: Case,
  happened: Event,
): Promise<{ fired: boolean; leaves: readonly unknown[] }> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  engine.addOperator('matches', (a: unknown, b: unknown) => typeof a === 'string' && new RegExp(String(b)).test(a));
  engine.addOperator('startsWith', (a: unknown, b: unknown) => typeof a === 'string' && a.startsWith(String(b)));
  for (const [name, tree] of Object.entries({ n0, n1 }))
    engine.setCondition(name, structuredClone(tree) as unknown as TopLevelCondition);
  engine.addRule({
    conditions: structuredClone(tested.conditions),
    event: { type: 'fired' },
  } as unknown as RuleProperties);
  const { results, failureResults } = await engine.run({ event: happened });
  const conditions = [...results, ...failureResults][0]?.conditions as unknown as Record<string, unknown>;
  return { fired: results.length > 0, leaves: leavesOf(conditions) };
}

/** What the index must do, said in the plainest way. */
function listens({ rule: { on, ports } }: Case, type: string): boolean {
  const family = type.split('.')[0] ?? '';
  const patterns: readonly JsonValue[] = Array.isArray(on) ? on : [on];
  const heard = patterns.some((pattern) => ['*', type, `${family}.*`].some((wanted) => wanted === pattern));
  return heard && !('labels.site' in ports);
}

function ruleSet({ rule: tested, n0, n1 }: Case): RuleSet {
  const named = [
    { name: 'n0', conditions: n0 },
    { name: 'n1', conditions: n1 },
  ];
  const { conditions, problems } = readConditions([{ file: 'c.json', json: named }]);
  const json = { name: 'r', ...tested, actions: [{ alarm: { message: 'x' } }] };
  const read = readRules([{ file: 'r.json', json }], { catalog: CATALOG, conditions });
  expect([...problems, ...read.problems]).to.deep.equal([]);
  return new RuleSet({
    rules: read.rules,
    conditions: conditions,
    catalog: CATALOG,
  });
}

function inlined({ rule: { conditions }, n0, n1 }: Case): Condition {
  return inlineNamed(conditions as unknown as Condition, { n0, n1 } as unknown as NamedConditions);
}

/** Holds this many pairs of a rule and an event against a plain Engine; tells how many of each outcome were seen. */
export async function agreeOn(
  runs: number,
  seed = SEED,
): Promise<{ readonly fired: number; readonly not: number; readonly leaves: number }> {
  const cases = fc.record({ rule, n0: group(1, []), n1: group(1, ['n0']), event: happening });
  const seen = { fired: 0, not: 0, leaves: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const happened = event('e', one.event.data, { type: one.event.type });
      const rules = ruleSet(one);
      const explained = await rules.explain('r', happened, { port: PORT }, START_MS);
      const [ruling] = await rules.decide(happened, { port: PORT }, START_MS);
      expect(explained !== undefined).to.equal(listens(one, happened.type));
      if (explained === undefined) {
        expect(ruling).to.equal(undefined);
        return;
      }
      const wanted = await plainEngine(one, happened);
      const { outcome, conditions } = explained;
      expect(wanted.fired && contradictionIn(inlined(one)) !== undefined, 'fired against all reason').to.equal(false);
      expect(outcome.kind).to.equal(wanted.fired ? 'wouldFire' : 'conditions');
      expect(ruling?.decision.outcome.kind).to.equal(wanted.fired ? 'fired' : undefined);
      if (ruling !== undefined) expect(ruling.decision.conditions).to.deep.equal(conditions);
      const evaluated = conditions.filter((line) => line.skipped !== true);
      const ours = evaluated.map((line) => [line.operator, line.wanted, line.got, line.result]);
      const theirs = wanted.leaves.map((line) => {
        const [operator, value, fact, result] = line as [string, unknown, unknown, boolean];
        return [operator, value ?? null, fact, result];
      });
      expect(ours).to.deep.equal(theirs);
      seen.leaves += ours.length;
      seen[wanted.fired ? 'fired' : 'not'] += 1;
    }),
    { numRuns: runs, seed },
  );
  return seen;
}
