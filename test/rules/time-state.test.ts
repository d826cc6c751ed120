import { expect } from 'chai';
import fc from 'fast-check';
import { TimeState } from '../../rules/time-state.js';
import { lineRule, rulesOf } from './world.js';
import type { Rule } from '../../rules/index.js';
import type { JsonObject } from '../../core/json.js';

function rule(over: JsonObject): Rule {
  const [found] = rulesOf(lineRule('x', over));
  if (found === undefined) throw new Error('no rule');
  return found;
}

const HOLD = rule({ hold: { times: 3, within: '10s' } });
const THROTTLE = rule({ throttle: { every: '10s' } });

describe('rules/time-state', () => {
  it('holds until the number of times is reached within the window, then counts anew', () => {
    const state = new TimeState();
    const kinds = [0, 4000, 15_000, 16_000, 20_000, 21_000].map(
      (ms) => state.pass(HOLD, 'p', `e${String(ms)}`, ms).verdict,
    );
    expect(kinds).to.deep.equal([
      { kind: 'hold', have: 1, want: 3 },
      { kind: 'hold', have: 2, want: 3 },
      { kind: 'hold', have: 1, want: 3 },
      { kind: 'hold', have: 2, want: 3 },
      { kind: 'passed' },
      { kind: 'hold', have: 1, want: 3 },
    ]);
  });

  it('counts each port by itself, and an event once', () => {
    const state = new TimeState();
    state.pass(HOLD, 'p', 'a', 0);
    state.pass(HOLD, 'p', 'a', 1);
    state.pass(HOLD, 'q', 'b', 2);
    expect(state.pass(HOLD, 'p', 'c', 3).verdict).to.deep.equal({ kind: 'hold', have: 2, want: 3 });
    expect(state.pass(HOLD, 'p', 'd', 4).verdict.kind).to.equal('passed');
    expect(state.pass(HOLD, 'p', 'd', 5).verdict.kind, 'the same event decided again').to.equal('passed');
  });

  it('throttles per port or per rule, and lets the same event through again', () => {
    const state = new TimeState();
    expect(state.pass(THROTTLE, 'p', 'a', 0).verdict.kind).to.equal('passed');
    expect(state.pass(THROTTLE, 'p', 'b', 9999).verdict).to.deep.equal({ kind: 'throttled', untilMs: 10_000 });
    expect(state.pass(THROTTLE, 'p', 'a', 9999).verdict.kind).to.equal('passed');
    expect(state.pass(THROTTLE, 'q', 'c', 9999).verdict.kind).to.equal('passed');
    expect(state.pass(THROTTLE, 'p', 'd', 10_000).verdict.kind).to.equal('passed');
    const perRule = rule({ throttle: { every: '10s', per: 'rule' } });
    state.pass(perRule, 'p', 'a', 0);
    expect(state.pass(perRule, 'q', 'b', 1).verdict.kind).to.equal('throttled');
  });

  it('throttles ports with the same label together, and a port without it by itself', () => {
    const perSite = rule({ throttle: { every: '10s', per: 'labels.site' } });
    const state = new TimeState();
    const pass = (port: string, id: string, site?: string): string =>
      state.pass(perSite, port, id, 0, site === undefined ? {} : { site }).verdict.kind;
    expect([pass('p', 'a', 'austin'), pass('q', 'b', 'austin')]).to.deep.equal(['passed', 'throttled']);
    expect([pass('r', 'c', 'dallas'), pass('s', 'd'), pass('t', 'e'), pass('s', 'f')]).to.deep.equal([
      ...['passed', 'passed', 'passed', 'throttled'],
    ]);
    expect(new TimeState().importState(state.exportState(), [perSite])).to.deep.equal([]);
  });

  it('is not closed for longer by a clock that was set back', () => {
    const state = new TimeState();
    state.pass(THROTTLE, 'p', 'a', 1_000_000);
    expect(state.pass(THROTTLE, 'p', 'b', 5000).verdict.kind).to.equal('passed');
    expect(state.pass(THROTTLE, 'p', 'c', 5001).verdict).to.deep.equal({ kind: 'throttled', untilMs: 15_000 });
  });

  it('names stale and damaged values when it takes state back', () => {
    const state = new TimeState();
    state.pass(HOLD, 'p 1', 'a', 0);
    const kept = new Map(state.exportState());
    kept.set('hold gone p', { seen: [] });
    kept.set('throttle a-rule p', { firedAtMs: 1, eventId: 'x' });
    kept.set('hold a-rule q', 'damaged');
    const next = new TimeState();
    expect(next.importState(kept, [HOLD])).to.have.members(['hold gone p', 'throttle a-rule p', 'hold a-rule q']);
    expect(next.pass(HOLD, 'p 1', 'b', 1).verdict).to.deep.equal({ kind: 'hold', have: 2, want: 3 });
  });

  it('a restart at any point changes nothing: only the reported changes were kept', () => {
    const both = rule({ hold: { times: 2, within: '5s' }, throttle: { every: '9s' } });
    const step = fc.record({
      gapMs: fc.integer({ min: 0, max: 6000 }),
      port: fc.constantFrom('p', 'q'),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const steady = new TimeState();
        let restarted = new TimeState();
        const disk = new Map();
        let nowMs = 0;
        for (const [i, { gapMs, port, restart }] of steps.entries()) {
          nowMs += gapMs;
          const wanted = steady.pass(both, port, String(i), nowMs).verdict;
          const { verdict, changes } = restarted.pass(both, port, String(i), nowMs);
          for (const { key, value } of changes) disk.set(key, JSON.stringify(value));
          expect(verdict).to.deep.equal(wanted);
          if (!restart) continue;
          restarted = new TimeState();
          const read = [...disk].map(([key, value]) => [key, JSON.parse(String(value))] as const);
          expect(restarted.importState(new Map(read), [both])).to.deep.equal([]);
        }
      }),
      { verbose: true },
    );
  });
});
