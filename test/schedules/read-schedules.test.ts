import { expect } from 'chai';
import type { JsonObject } from '../../core/json.js';
import { DueTable, readSchedules, scheduleChain, tickEvents } from '../../schedules/index.js';
import { CATALOG, PORT } from '../rules/world.js';

const WEEKEND: JsonObject = {
  name: 'weekend',
  cron: '0 2 * * 6',
  timezone: 'America/Chicago',
  window: '4h',
  missed: 'run-once',
  ports: { driver: 'cisco-ios' },
  actions: [{ alarm: { message: '{{schedule}} on {{port}}' } }, { pushOs: { version: 'candidate' } }],
};

function problemsOf(json: unknown): readonly string[] {
  const { schedules, problems } = readSchedules([{ file: 's.json', json }], { catalog: CATALOG });
  if (problems.length > 0) expect(schedules).to.have.length(0);
  return problems.map((p) => `${p.pointer}: ${p.wanted} | ${p.got}`);
}

describe('schedules/read-schedules', () => {
  it('reads one, a list, or a versioned object', () => {
    for (const json of [WEEKEND, [WEEKEND], { version: 1, schedules: [WEEKEND] }]) {
      expect(problemsOf(json)).to.deep.equal([]);
    }
    const { schedules } = readSchedules([{ file: 's.json', json: WEEKEND }], { catalog: CATALOG });
    expect(schedules[0]).to.deep.include({
      name: 'weekend',
      timezone: 'America/Chicago',
      windowMs: 14_400_000,
      missed: 'run-once',
    });
  });

  const wrong: readonly (readonly [string, JsonObject, string])[] = [
    [
      'a bad cron expression',
      { cron: '0 25 * * 6' },
      '/cron: a cron expression (CronPattern: Invalid value for hour: 25) | "0 25 * * 6"',
    ],
    [
      'a cron expression that is a date',
      { cron: '2027-01-01T00:00:00' },
      '/cron: a cron expression (five or six fields, or @daily)',
    ],
    ['a time that never comes', { cron: '0 0 30 2 *' }, '/cron: a cron expression (a time that ever comes)'],
    ['a bad time zone', { timezone: 'Mars/Olympus' }, '/timezone: an IANA time zone ('],
    ['a bad window', { window: 'long' }, '/window: a duration such as "90s", "10m", "4h" | "long"'],
    ['a bad policy', { missed: 'run-all' }, '/missed: one of "run-once", "skip" | "run-all"'],
    [
      'a bad filter',
      { ports: { drivers: 'x' } },
      '/ports: one of the keys id, name, driver, make, labels.NAME | "drivers"',
    ],
    ['an unknown key', { interval: '5m' }, '/interval: one of the keys name, description, cron,'],
    ['an unknown action', { actions: [{ pushos: {} }] }, '/actions/0/pushos: one of the actions pushOs, alarm'],
    ['a wrong parameter', { actions: [{ pushOs: { version: 1 } }] }, '/actions/0/pushOs/version: string | 1'],
    [
      'a slot of a rule',
      { actions: [{ alarm: { message: '{{match.x}}' } }] },
      '/actions/0/alarm/message: one of the slots schedule, port',
    ],
  ];
  for (const [what, over, message] of wrong) {
    it(`names ${what}`, () => {
      const problems = problemsOf({ ...WEEKEND, ...over });
      expect(
        problems.some((problem) => problem.startsWith(message)),
        problems.join('\n'),
      ).to.equal(true);
    });
  }

  it('wants a filter, even an empty one, and one name once', () => {
    const unfiltered = Object.fromEntries(Object.entries(WEEKEND).filter(([key]) => key !== 'ports'));
    expect(problemsOf(unfiltered)).to.deep.equal([': the key "ports" | no such key']);
    const { problems } = readSchedules([{ file: 's.json', json: [WEEKEND, WEEKEND] }], { catalog: CATALOG });
    expect(problems.map((p) => [p.pointer, p.wanted])).to.deep.equal([['/1/name', 'a name that s.json has not taken']]);
  });
});

describe('schedules/tick', () => {
  const { schedules } = readSchedules([{ file: 's.json', json: WEEKEND }], { catalog: CATALOG });
  const scheduledMs = Date.parse('2026-01-03T08:00:00Z');
  const [tick] = new DueTable(schedules).due(scheduledMs, new Map([['weekend', scheduledMs - 1]])).ticks;

  it('becomes one event for each port that the filter takes, with a stable id', () => {
    const other = { ...PORT, id: 'node-1:2/1', name: '2/1', driver: 'u-boot' };
    const events = tick === undefined ? [] : tickEvents(tick, 'node-1', [PORT, other], scheduledMs + 5);
    expect(events).to.deep.equal([
      {
        specversion: '1.0',
        id: 'weekend:2026-01-03T08:00:00.000Z:node-1:1/1',
        source: '/nodes/node-1/ports/1/1',
        type: 'schedule.due',
        time: '2026-01-03T08:00:00.005Z',
        datacontenttype: 'application/json',
        portid: 'node-1:1/1',
        authenticated: true,
        data: {
          schedule: 'weekend',
          tick: 'weekend:2026-01-03T08:00:00.000Z',
          scheduledTime: '2026-01-03T08:00:00.000Z',
          madeUp: false,
          windowEnds: '2026-01-03T12:00:00.000Z',
        },
      },
    ]);
  });

  it('starts its chain with the slots of the port', () => {
    const chain = tick === undefined ? undefined : scheduleChain(tick.schedule, PORT, CATALOG);
    expect(chain?.actions).to.deep.equal([
      { action: 'alarm', params: { message: 'weekend on node-1:1/1' }, now: false },
      { action: 'pushOs', params: { version: 'candidate' }, now: false },
    ]);
  });
});
