import { expect } from 'chai';
import fc from 'fast-check';
import { DueTable, readSchedules } from '../../schedules/index.js';
import type { Due } from '../../schedules/index.js';
import type { JsonObject } from '../../core/json.js';
import { CATALOG } from '../rules/world.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** 2026-01-03T02:00:00Z, a Saturday. */
const RUN = Date.parse('2026-01-03T02:00:00Z');

function table(...over: readonly JsonObject[]): DueTable {
  const list = over.map((keys, i) => ({
    name: `s${String(i)}`,
    cron: '0 2 * * *',
    ports: {},
    actions: [{ alarm: { message: 'x' } }],
    ...keys,
  }));
  const { schedules, problems } = readSchedules([{ file: 's.json', json: list }], { catalog: CATALOG });
  expect(problems).to.deep.equal([]);
  return new DueTable(schedules);
}

function ids({ ticks }: Due): readonly string[] {
  return ticks.map((tick) => (tick.madeUp ? `${tick.id} made up` : tick.id));
}

const since = (ms: number): ReadonlyMap<string, number> => new Map([['s0', ms]]);

describe('schedules/due-table', () => {
  it('begins a new schedule now: nothing before is made up', () => {
    const due = table({ missed: 'run-once' }).due(RUN + HOUR, new Map());
    expect(due).to.deep.equal({
      ticks: [],
      cursors: [{ schedule: 's0', throughMs: RUN + HOUR }],
      nextMs: RUN + 24 * HOUR,
    });
  });

  it('gives one tick at its time, and not again', () => {
    const schedules = table({});
    expect(schedules.due(RUN - 1, since(RUN - HOUR))).to.deep.equal({ ticks: [], cursors: [], nextMs: RUN });
    const due = schedules.due(RUN, since(RUN - HOUR));
    expect(ids(due)).to.deep.equal(['s0:2026-01-03T02:00:00.000Z']);
    expect(due.cursors).to.deep.equal([{ schedule: 's0', throughMs: RUN }]);
    expect(due.nextMs).to.equal(RUN + 24 * HOUR);
    expect(schedules.due(RUN + 1, since(RUN)).ticks).to.deep.equal([]);
  });

  const late: readonly (readonly [string, JsonObject, number, readonly string[]])[] = [
    ['a late beat is no missed run', { missed: 'skip' }, MINUTE, ['s0:2026-01-03T02:00:00.000Z']],
    ['skip forgets a missed run', { missed: 'skip' }, MINUTE + 1, []],
    ['skip is the default', {}, HOUR, []],
    ['run-once makes it up', { missed: 'run-once' }, HOUR, ['s0:2026-01-03T02:00:00.000Z made up']],
    [
      'run-once within the window',
      { missed: 'run-once', window: '4h' },
      4 * HOUR,
      ['s0:2026-01-03T02:00:00.000Z made up'],
    ],
    ['run-once not after the window', { missed: 'run-once', window: '4h' }, 4 * HOUR + 1, []],
    ['a window shorter than the grace', { window: '10s' }, 11_000, []],
  ];
  for (const [what, keys, lateMs, wanted] of late) {
    it(what, () => {
      const due = table(keys).due(RUN + lateMs, since(RUN - HOUR));
      expect(ids(due)).to.deep.equal(wanted);
      expect(due.cursors, 'the run is dealt with either way').to.deep.equal([{ schedule: 's0', throughMs: RUN }]);
    });
  }

  it('makes up only the newest of many missed runs', () => {
    const due = table({ cron: '* * * * *', missed: 'run-once' }).due(RUN + 90_000, since(RUN - 30 * 24 * HOUR));
    expect(ids(due)).to.deep.equal(['s0:2026-01-03T02:01:00.000Z']);
    const daily = table({ missed: 'run-once' }).due(RUN + HOUR, since(RUN - 30 * 24 * HOUR));
    expect(ids(daily)).to.deep.equal(['s0:2026-01-03T02:00:00.000Z made up']);
  });

  it('gives each schedule its own ticks and the nearest deadline', () => {
    const schedules = table({ cron: '0 3 * * *' }, {}, { cron: '30 2 * * *', timezone: 'Asia/Kolkata' });
    const cursors = new Map([0, 1, 2].map((i) => [`s${String(i)}`, RUN - 6 * HOUR]));
    const due = schedules.due(RUN, cursors);
    expect(ids(due)).to.deep.equal(['s1:2026-01-03T02:00:00.000Z']);
    expect(due.nextMs).to.equal(RUN + HOUR);
    expect(schedules.nextRunMs('s2', RUN)).to.equal(Date.parse('2026-01-03T21:00:00Z'));
    expect(schedules.nextRunMs('none', RUN)).to.equal(undefined);
  });

  it('comes back from a clock that ran ahead, with the same ids for the same runs', () => {
    const schedules = table({});
    const ahead = since(RUN + 365 * 24 * HOUR);
    const corrected = schedules.due(RUN - HOUR, ahead);
    expect(corrected.cursors).to.deep.equal([{ schedule: 's0', throughMs: RUN - HOUR }]);
    expect(ids(schedules.due(RUN, since(RUN - HOUR)))).to.deep.equal(['s0:2026-01-03T02:00:00.000Z']);
  });

  it('loses no run and repeats none, however the beats fall', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 55_000 }), { minLength: 1, maxLength: 60 }), (gaps) => {
        const schedules = table({ cron: '*/2 * * * *' });
        let nowMs = RUN - 1;
        let cursors = new Map([['s0', nowMs]]);
        const seen: number[] = [];
        for (const gap of gaps) {
          nowMs += gap;
          const due = schedules.due(nowMs, cursors);
          seen.push(...due.ticks.map((tick) => tick.scheduledMs));
          cursors = new Map([...cursors, ...due.cursors.map((c) => [c.schedule, c.throughMs] as const)]);
        }
        const wanted: number[] = [];
        for (let at = RUN; at <= nowMs; at += 2 * MINUTE) wanted.push(at);
        expect(seen).to.deep.equal(wanted);
      }),
      { numRuns: 40, verbose: true },
    );
  });
});
