import { expect } from 'chai';
import { closedFor, readWindows } from '../../schedules/index.js';

const PORT = { id: 'aus-1:1/1', name: '1/1', driver: 'cisco-ios', make: 'cisco', labels: { site: 'austin' } };
/** Saturday nights in Chicago, four hours from one o'clock. */
const NIGHTS = {
  ...{ name: 'nights', kind: 'maintenance', ports: { 'labels.site': 'austin' } },
  ...{ cron: '0 1 * * 6', for: '4h', timezone: 'America/Chicago' },
};
const EXAMS = { name: 'exams', kind: 'quiet', ports: {}, cron: '0 8 15 1 *', for: '10h' };
const read = (json: unknown) => readWindows([{ file: 'windows/w.json', json }]);
const at = (json: unknown, time: string, port = PORT) => closedFor(read(json).windows, port, Date.parse(time));

describe('windows', () => {
  it('a maintenance window is open from its time for so long, in its zone', () => {
    // Chicago is six hours behind in January.
    expect(at(NIGHTS, '2026-01-10T06:59:59Z')).to.deep.equal({
      ...{ kind: 'maintenance', window: 'nights', untilMs: Date.parse('2026-01-10T07:00:00Z') },
    });
    expect(at(NIGHTS, '2026-01-10T07:00:00Z')).to.equal(undefined);
    expect(at(NIGHTS, '2026-01-10T10:59:59Z')).to.equal(undefined);
    expect(at(NIGHTS, '2026-01-10T11:00:00Z')).to.include({ untilMs: Date.parse('2026-01-17T07:00:00Z') });
    // And five in July.
    expect(at(NIGHTS, '2026-07-11T06:00:00Z')).to.equal(undefined);
  });

  it('stays open for so long where the clocks change in it', () => {
    // 8 March 2026, 02:00: forward to 03:00. From 01:00 CST four hours are until 06:00 CDT.
    const change = { ...NIGHTS, cron: '0 1 * * 0' };
    expect(at(change, '2026-03-08T10:59:59Z')).to.equal(undefined);
    expect(at(change, '2026-03-08T11:00:00Z')).to.include({ kind: 'maintenance' });
  });

  it('is about its ports alone; a port without one is always open', () => {
    const elsewhere = { ...PORT, labels: { site: 'dallas' } };
    expect(at(NIGHTS, '2026-01-10T06:00:00Z', elsewhere)).to.equal(undefined);
    expect(at([], '2026-01-10T06:00:00Z')).to.equal(undefined);
  });

  it('of several maintenance windows one is enough; the next opening is told', () => {
    const both = [NIGHTS, { ...NIGHTS, name: 'noon', cron: '0 12 * * *', for: '1h' }];
    expect(at(both, '2026-01-12T18:30:00Z')).to.equal(undefined);
    expect(at(both, '2026-01-12T17:00:00Z')).to.deep.equal({
      ...{ kind: 'maintenance', window: 'noon', untilMs: Date.parse('2026-01-12T18:00:00Z') },
    });
  });

  it('a quiet window closes, also where a maintenance window is open', () => {
    expect(at(EXAMS, '2026-01-15T12:00:00Z')).to.deep.equal({
      ...{ kind: 'quiet', window: 'exams', untilMs: Date.parse('2026-01-15T18:00:00Z') },
    });
    expect(at(EXAMS, '2026-01-15T18:00:00Z')).to.equal(undefined);
    const always = { ...NIGHTS, name: 'always', cron: '0 * * * *', for: '1h' };
    expect(at([always, EXAMS], '2026-01-15T12:00:00Z')).to.include({ kind: 'quiet' });
  });

  const rows: readonly (readonly [string, unknown, string])[] = [
    ['another kind', { ...NIGHTS, kind: 'loud' }, '/kind: one of "maintenance", "quiet"'],
    ['a cron expression that is none', { ...NIGHTS, cron: 'at night' }, '/cron: a cron expression'],
    ['a zone that is none', { ...NIGHTS, timezone: '+02:00' }, '/timezone: an IANA time zone'],
    ['no length', { ...NIGHTS, for: '0m' }, '/for: a duration above 0'],
    ['a name twice', [NIGHTS, NIGHTS], '/1/name: a name that windows/w.json has not taken'],
  ];
  for (const [what, json, wanted] of rows) {
    it(`names ${what}`, () => {
      const [problem] = read(json).problems;
      expect(`${problem?.pointer ?? ''}: ${problem?.wanted ?? ''}`).to.include(wanted);
    });
  }
});
