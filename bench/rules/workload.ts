/**
 * Rules and events as a busy site has them: a third of the rules ask for equality, a third for a pattern with a
 * required literal, a third for numbers above, below or between thresholds. One event in a hundred fires one rule.
 */
import { makeEvent } from '../../core/event.js';
import type { Event } from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';

/** 2026-01-01T00:00:00Z. */
const START_MS = 1_767_225_600_000;
export const PORT = {
  ...{ id: 'bench:1/1', name: '1/1', driver: 'cisco-ios', make: 'cisco' },
  labels: { site: 'austin' },
  properties: {},
};
const QUIET_LINES = [
  '%LINK-3-UPDOWN: Interface GigabitEthernet0/%d, changed state to down',
  '%LINEPROTO-5-UPDOWN: Line protocol on Interface Serial0/0/%d, changed state to up',
  '%SEC-6-IPACCESSLOGP: list 101 denied tcp 192.0.2.%d(4711) -> 198.51.100.7(22), 1 packet',
  '%OSPF-5-ADJCHG: Process 1, Nbr 203.0.113.%d on Vlan10 from LOADING to FULL, Loading Done',
  'GigabitEthernet0/%d is up, line protocol is up (connected)',
];
const FIRING_EVERY = 100;
const FAR = 1_000_000;

/** Rule `i`'s conditions; `firing` is the data of an event that fires it and no other. */
function shape(i: number): { readonly conditions: JsonObject; readonly firing: JsonObject } {
  const test = (path: string, operator: string, value: string | number): JsonObject => ({
    ...{ fact: 'event', path, operator, value },
  });
  const n = Math.floor(i / 3);
  switch (i % 3) {
    case 0:
      return {
        conditions: { all: [test('$.data.code', 'equal', `C-${String(n)}`)] },
        firing: { code: `C-${String(n)}` },
      };
    case 1: {
      const line = `%BENCH-4-FAULT${String(n)}X: module 7 failed`;
      const pattern = `%BENCH-\\d-FAULT${String(n)}X: module (?<module>\\d+)`;
      return { conditions: { all: [test('$.data.line', 'matches', pattern)] }, firing: { line } };
    }
    default:
      return thresholds(n, test);
  }
}

function thresholds(
  n: number,
  test: (path: string, operator: string, value: number) => JsonObject,
): { readonly conditions: JsonObject; readonly firing: JsonObject } {
  const path = '$.data.value';
  const low = FAR + 10 * n;
  if (n === 0) return { conditions: { all: [test(path, 'greaterThan', 1000 * FAR)] }, firing: { value: 1001 * FAR } };
  if (n === 1) return { conditions: { all: [test(path, 'lessThan', -1000 * FAR)] }, firing: { value: -1001 * FAR } };
  // What lies beyond every event costs nothing to find, but stands in the same structure.
  if (n % 4 === 0) return { ...thresholds(0, test), conditions: { all: [test(path, 'greaterThan', 2000 * FAR + n)] } };
  if (n % 4 === 1) return { ...thresholds(1, test), conditions: { all: [test(path, 'lessThan', -2000 * FAR - n)] } };
  const conditions = { all: [test(path, 'greaterThan', low), test(path, 'lessThan', low + 5)] };
  return { conditions, firing: { value: low + 2 } };
}

/** `unindexable` of them, by a share from 0 to 1, ask for what no index can find. */
export function benchRules(count: number, unindexable = 0): readonly JsonObject[] {
  const every = unindexable === 0 ? Infinity : Math.round(1 / unindexable);
  return Array.from({ length: count }, (_, i) => ({
    name: `rule-${String(i)}`,
    on: 'console.line',
    conditions:
      i % every === every - 1
        ? { all: [{ not: { fact: 'event', path: '$.data.value', operator: 'lessThan', value: 2000 * FAR + i } }] }
        : shape(i).conditions,
    actions: [{ alarm: { message: '{{rule}}' } }],
  }));
}

export function benchEvents(count: number, rules: number): readonly Event[] {
  return Array.from({ length: count }, (_, i) => {
    const line = (QUIET_LINES[i % QUIET_LINES.length] ?? '').replace('%d', String(i % 48));
    const quiet = { line, code: `Q-${String(i)}`, value: i % 1000 };
    // A prime step walks over all kinds of rules.
    const data = i % FIRING_EVERY === 0 ? { ...quiet, ...shape((i * 7) % rules).firing } : quiet;
    const frame = { node: 'bench', port: PORT, type: 'console.line', timeMs: START_MS + i, authenticated: true };
    return makeEvent({ ...frame, id: `bench:${String(i)}`, data });
  });
}
