import { expect } from 'chai';
import fc from 'fast-check';
import { cronProblem, NextRun, zoneProblem } from '../../schedules/index.js';

/** [what, cron, zone, from, wanted runs]. Wanted times were worked out by hand from the zone's rules. */
const RUNS: readonly (readonly [string, string, string, string, readonly string[]])[] = [
  [
    'a fixed zone hour',
    '0 2 * * 6',
    'America/Chicago',
    '2026-01-01T00:00:00Z',
    ['2026-01-03T08:00:00Z', '2026-01-10T08:00:00Z'],
  ],
  [
    'spring forward: a missing time runs when the clock has jumped, that day only',
    '30 2 * * *',
    'America/Chicago',
    '2026-03-07T12:00:00Z',
    ['2026-03-08T08:00:00Z', '2026-03-09T07:30:00Z'],
  ],
  [
    'spring forward: a list of hours likewise',
    '30 2,14 * * *',
    'America/Chicago',
    '2026-03-07T22:00:00Z',
    ['2026-03-08T08:00:00Z', '2026-03-08T19:30:00Z', '2026-03-09T07:30:00Z'],
  ],
  [
    'spring forward: steps in the missing hour are not there',
    '*/20 2 * * *',
    'America/Chicago',
    '2026-03-07T12:00:00Z',
    ['2026-03-09T07:00:00Z', '2026-03-09T07:20:00Z'],
  ],
  [
    'spring forward at midnight',
    '0 0 * * *',
    'America/Havana',
    '2026-03-07T12:00:00Z',
    ['2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
  ],
  [
    'autumn: a time that comes twice runs once, the first time',
    '30 1 * * *',
    'America/Chicago',
    '2026-10-31T12:00:00Z',
    ['2026-11-01T06:30:00Z', '2026-11-02T07:30:00Z'],
  ],
  [
    'autumn: not again when asked between the two',
    '30 1 * * *',
    'America/Chicago',
    '2026-11-01T06:30:00Z',
    ['2026-11-02T07:30:00Z'],
  ],
  [
    'autumn: steps run both times',
    '*/30 1 * * *',
    'America/Chicago',
    '2026-10-31T12:00:00Z',
    [
      '2026-11-01T06:00:00Z',
      '2026-11-01T06:30:00Z',
      '2026-11-01T07:00:00Z',
      '2026-11-01T07:30:00Z',
      '2026-11-02T07:00:00Z',
    ],
  ],
  [
    'a shift of half an hour',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T10:00:00Z',
    ['2026-10-03T15:30:00Z', '2026-10-04T15:15:00Z'],
  ],
  [
    'day of month or weekday: either is enough',
    '0 12 13 * FRI',
    'UTC',
    '2026-11-01T00:00:00Z',
    [
      '2026-11-06T12:00:00Z',
      '2026-11-13T12:00:00Z',
      '2026-11-20T12:00:00Z',
      '2026-11-27T12:00:00Z',
      '2026-12-04T12:00:00Z',
      '2026-12-11T12:00:00Z',
      '2026-12-13T12:00:00Z',
    ],
  ],
  [
    'day of month and weekday with +',
    '0 12 13 * +FRI',
    'UTC',
    '2026-03-14T00:00:00Z',
    ['2026-11-13T12:00:00Z', '2027-08-13T12:00:00Z'],
  ],
  [
    'the 29th of February',
    '0 0 29 2 *',
    'UTC',
    '2026-01-01T00:00:00Z',
    ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z'],
  ],
  [
    'the last day of the month',
    '0 0 L * *',
    'UTC',
    '2026-01-31T00:00:00Z',
    ['2026-02-28T00:00:00Z', '2026-03-31T00:00:00Z'],
  ],
  ['six fields', '*/20 * * * * *', 'UTC', '2026-01-01T00:00:05Z', ['2026-01-01T00:00:20Z', '2026-01-01T00:00:40Z']],
  ['a nickname', '@daily', 'Europe/Berlin', '2026-07-01T00:00:00Z', ['2026-07-01T22:00:00Z']],
];

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

describe('schedules/next-run', () => {
  for (const [what, cron, zone, from, wanted] of RUNS) {
    it(what, () => {
      const runs = new NextRun(cron, zone);
      let at = Date.parse(from);
      for (const time of wanted) {
        at = runs.after(at) ?? Number.NaN;
        expect(iso(at)).to.equal(time);
        expect(runs.atOrBefore(at), 'looked at from its own moment').to.equal(at);
        expect(runs.atOrBefore(at + 999), 'looked at within its second').to.equal(at);
      }
    });
  }

  it('after is strictly later and to the millisecond', () => {
    const runs = new NextRun('30 1 * * *', 'America/Chicago');
    const at = Date.parse('2026-11-01T06:30:00Z');
    expect(runs.after(at - 1)).to.equal(at);
    expect(runs.after(at)).to.equal(Date.parse('2026-11-02T07:30:00Z'));
  });

  it('after and atOrBefore agree, around every change of the clocks', () => {
    const cron = fc.constantFrom(
      '30 1 * * *',
      '30 2 * * *',
      '*/20 1-2 * * *',
      '0 0 13 * 5',
      '15 */3 * * *',
      '59 23 L * *',
    );
    const zone = fc.constantFrom('UTC', 'America/Chicago', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Havana');
    const changes = [
      '2026-03-08T08:00:00Z',
      '2026-11-01T07:00:00Z',
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-10-03T15:30:00Z',
    ];
    const moment = fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -100_000, max: 100_000 }))
      .map(([change, seconds]) => Date.parse(change) + seconds * 1000);
    fc.assert(
      fc.property(cron, zone, moment, (expression, timezone, at) => {
        const runs = new NextRun(expression, timezone);
        const before = runs.atOrBefore(at) ?? Number.NaN;
        const after = runs.after(at) ?? Number.NaN;
        expect(before).to.be.at.most(at);
        expect(after).to.be.above(at);
        expect(runs.after(before), 'no run between the two').to.equal(after);
        expect(runs.atOrBefore(after - 1000), 'no run between the two, looking back').to.equal(before);
      }),
      { numRuns: 200, verbose: true },
    );
  });

  it('names wrong expressions and zones', () => {
    for (const cron of [
      '',
      '* * * *',
      '0 25 * * *',
      '61 * * * *',
      'a b c d e',
      '@often',
      '2027-01-01T00:00:00',
      '0 0 30 2 *',
      '0 0 0 * *',
    ]) {
      expect(cronProblem(cron), cron).to.be.a('string');
    }
    for (const cron of ['* * * * *', '0 2 * * 6', '*/5 0-6 1,15 JAN-MAR MON#2', '@weekly', '0 0 0 1 1 *']) {
      expect(cronProblem(cron), cron).to.equal(undefined);
    }
    for (const zone of ['', 'Mars/Olympus', '+02:00', 'america chicago', '../etc'])
      expect(zoneProblem(zone), zone).to.be.a('string');
    for (const zone of ['UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])
      expect(zoneProblem(zone), zone).to.equal(undefined);
  });
});
