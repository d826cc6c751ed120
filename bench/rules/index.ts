/** Events a second through a rule set, beside one plain json-rules-engine Engine with the same rules. */
import { Engine } from 'json-rules-engine';
import type { RuleProperties } from 'json-rules-engine';
import { Catalog } from '../../actions/index.js';
import type { Event } from '../../core/event.js';
import { readRules, RuleSet } from '../../rules/index.js';
import type { BenchCase } from '../bench-case.js';
import { benchEvents, benchRules, PORT } from './workload.js';

const EVENTS = 10_000;
const LEAST_MS = 1500;

function ruleSetOf(count: number, unindexable?: number): RuleSet {
  const catalog = new Catalog();
  const json = benchRules(count, unindexable);
  const { rules, problems } = readRules([{ file: 'bench.json', json }], { catalog, conditions: {} });
  if (problems[0] !== undefined) throw new Error(JSON.stringify(problems[0]));
  return new RuleSet({ rules, conditions: {}, catalog });
}

/** Decides event after event for a while; a hundredth must fire. */
async function oursPerSecond(rules: RuleSet, events: readonly Event[]): Promise<number> {
  const snapshot = { port: PORT, facts: { facts: { osVersion: '15.2(4)E7' }, readAtMs: 0 } };
  const decisions = [];
  let done = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < LEAST_MS) {
    for (const event of events) {
      for (const { decision } of await rules.decide(event, snapshot, 0)) decisions.push(decision);
    }
    done += events.length;
  }
  const seconds = (performance.now() - startMs) / 1000;
  if (decisions.length !== done / 100) throw new Error(`${String(decisions.length)} firings of ${String(done)} events`);
  return done / seconds;
}

function plainEngine(count: number): Engine {
  const engine = new Engine([], { allowUndefinedFacts: true });
  const compiled = new Map<string, RegExp>();
  engine.addOperator('matches', (text: unknown, pattern: unknown) => {
    const source = String(pattern);
    const regex = compiled.get(source) ?? new RegExp(source);
    compiled.set(source, regex);
    return typeof text === 'string' && regex.test(text);
  });
  for (const { name, conditions } of benchRules(count)) {
    engine.addRule({ name, conditions, event: { type: 'fired' } } as unknown as RuleProperties);
  }
  return engine;
}

async function plainPerSecond(engine: Engine, events: readonly Event[]): Promise<number> {
  let done = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < LEAST_MS) {
    await engine.run({ event: events[done % events.length] });
    done += 1;
  }
  return (done * 1000) / (performance.now() - startMs);
}

/** Both sides are made when first asked, outside of what is measured. */
function rulesCase(name: string, count: number, goal: number, unindexable?: number): Omit<BenchCase, 'peerName'> {
  const events = benchEvents(EVENTS, count);
  let rules: RuleSet | undefined;
  return {
    ...{ name, unit: 'events/s', betterIs: 'higher', goal },
    prepare: async () => {
      rules = ruleSetOf(count, unindexable);
      await rules.decide(events[1] ?? raise(), {}, 0);
    },
    ours: () => oursPerSecond(rules ?? raise(), events),
  };
}

function besidePlain(name: string, count: number, goal: number): BenchCase {
  const events = benchEvents(EVENTS, count);
  let engine: Engine | undefined;
  return {
    ...rulesCase(name, count, goal),
    peerName: 'plain json-rules-engine',
    peer: () => plainPerSecond((engine ??= plainEngine(count)), events),
  };
}

function raise(): never {
  throw new Error('not prepared');
}

/** 10,000 rules stand beside 100 of ours: what they may cost is a factor. */
function besideOurs(name: string, count: number, fewer: number, goal: number): BenchCase {
  const events = benchEvents(EVENTS, fewer);
  const few = ruleSetOf(fewer);
  return {
    ...rulesCase(name, count, goal),
    peerName: `ours with ${String(fewer)} rules`,
    peer: () => oursPerSecond(few, events),
  };
}

export function ruleCases(): readonly BenchCase[] {
  return [
    besidePlain('rules 100', 100, 200),
    { ...rulesCase('rules 1000', 1000, 100_000), peerName: null },
    besidePlain('rules 1000 beside plain', 1000, 200),
    besideOurs('rules 10000', 10_000, 100, 0.5),
    { ...rulesCase('rules 1000 unindexable 5%', 1000, 10_000, 0.05), peerName: null },
  ];
}
