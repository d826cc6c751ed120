import { expect } from 'chai';
import { makeEvent } from '../../../core/event.js';
import { START_MS } from '../../support/fake-services.js';
import { ApiBed } from './api-bed.js';

describe('HTTP API: events, rules, schedules, alarms', () => {
  const bed = new ApiBed();
  beforeEach(() => bed.open());
  afterEach(() => bed.close());

  it('takes an event in and lists it', async () => {
    const body = { type: 'console.line', port: '1/1', data: { line: '%SYS-5-RESTART' }, id: 'e1' };
    const first = await bed.post('/api/v1/events', body);
    expect(first.json()).to.deep.equal({
      seq: 1,
      event: {
        ...{ specversion: '1.0', id: 'e1', source: '/nodes/aus-1/ports/1/1', type: 'console.line' },
        ...{ time: '2026-01-01T00:00:00.000Z', datacontenttype: 'application/json', portid: 'aus-1:1/1' },
        ...{ authenticated: true, data: { line: '%SYS-5-RESTART' } },
      },
    });
    expect((await bed.post('/api/v1/events', body)).json()).to.include({ seq: 1 });
    await bed.post('/api/v1/events', { type: 'syslog.message', data: {}, authenticated: false });
    const { events } = (await bed.get('/api/v1/events')).json<{ events: { seq: number }[] }>();
    expect(events.map(({ seq }) => seq)).to.deep.equal([2, 1]);
    const one = (await bed.get('/api/v1/events?type=console.line&port=1%2F1&limit=5')).json<{ events: object[] }>();
    expect(one.events).to.have.lengthOf(1);
  });

  it("refuses events that are the node's own word", async () => {
    for (const type of ['job.ended', 'alarm.raised', 'node.stopped', 'schedule.due', 'nonsense']) {
      expect((await bed.post('/api/v1/events', { type, data: {} })).statusCode, type).to.equal(400);
    }
  });

  it('explains rules and decisions', async () => {
    const { rules } = (await bed.get('/api/v1/rules')).json<{ rules: Record<string, unknown>[] }>();
    expect(rules[0]).to.deep.include({ name: 'reload-loop', mode: 'act', hold: { times: 3, within: '30m' } });
    await bed.services.events.appendDecision({
      ...{ id: 'd1', rule: 'reload-loop', eventId: 'e1', portId: 'aus-1:1/1', atMs: START_MS, match: {}, jobs: [] },
      outcome: { kind: 'hold', have: 1, want: 3 },
      conditions: [
        {
          ...{ at: 'all.0', fact: 'event', path: '$.data.line', operator: 'matches', wanted: '%SYS-5-RESTART' },
          ...{ got: '%SYS-5-RESTART: System restarted', result: true },
        },
      ],
    });
    const { decisions } = (await bed.get('/api/v1/rules/reload-loop/decisions')).json<{
      decisions: Record<string, unknown>[];
    }>();
    expect(decisions[0]).to.deep.include({
      outcome: { kind: 'hold', have: 1, want: 3 },
      at: '2026-01-01T00:00:00.000Z',
    });
    expect(decisions[0]?.['explanation']).to.include('1 of 3 times');
    expect((await bed.get('/api/v1/rules/none/decisions')).statusCode).to.equal(404);
  });

  it('evaluates again what was not recorded', async () => {
    const at = { node: 'aus-1', timeMs: START_MS, type: 'console.line', authenticated: true, data: {} };
    await bed.services.events.append(makeEvent({ ...at, id: 'quiet' }));
    await bed.services.events.append(makeEvent({ ...at, id: 'later', timeMs: START_MS + 1000 }));
    bed.services.explain = (rule, { id }) =>
      Promise.resolve({
        ...{ id: `${rule}:${id}`, rule, eventId: id, atMs: START_MS, match: {}, jobs: [], conditions: [] },
        ...{ outcome: { kind: 'conditions' }, recomputed: true },
      });
    const told = async (query: string): Promise<readonly unknown[]> => {
      const answer = await bed.get(`/api/v1/rules/reload-loop/decisions?${query}`);
      return answer.json<{ decisions: { eventId: string }[] }>().decisions.map(({ eventId }) => eventId);
    };
    expect(await told('event=quiet')).to.deep.equal(['quiet']);
    expect(await told('since=2026-01-01T00:00:01Z')).to.deep.equal(['later']);
    expect(await told('limit=2')).to.deep.equal(['later', 'quiet']);
    const about = (await bed.get('/api/v1/events/quiet/decisions')).json<{
      event: { id: string };
      decisions: { rule: string; eventId: string }[];
    }>();
    expect(about.event.id).to.equal('quiet');
    expect(about.decisions.map(({ rule, eventId }) => [rule, eventId])).to.deep.equal([['reload-loop', 'quiet']]);
    expect((await bed.get('/api/v1/events/none/decisions')).statusCode).to.equal(404);
  });

  it('lists schedules and alarms', async () => {
    expect((await bed.get('/api/v1/schedules')).json<{ schedules: object[] }>().schedules[0]).to.deep.include({
      ...{ name: 'weekend', cron: '0 2 * * 6', timezone: 'America/Chicago', window: '4h' },
      next: '2026-01-01T01:00:00.000Z',
    });
    await bed.services.variables.set('alarm', 'aus-1:1/1:console', {
      ...{ id: 'aus-1:1/1:console', portId: 'aus-1:1/1', kind: 'console', message: 'lost', count: 2 },
      ...{ raisedAtMs: START_MS, lastAtMs: START_MS + 1000 },
    });
    expect((await bed.get('/api/v1/alarms')).json<{ alarms: object[] }>().alarms).to.deep.equal([
      {
        ...{ id: 'aus-1:1/1:console', portId: 'aus-1:1/1', kind: 'console', message: 'lost', count: 2 },
        ...{ raisedAt: '2026-01-01T00:00:00.000Z', lastAt: '2026-01-01T00:00:01.000Z' },
      },
    ]);
  });

  it('reloads, and names what is wrong', async () => {
    expect((await bed.post('/api/v1/reload')).json()).to.deep.equal({ problems: [] });
    const problem = {
      file: 'ports.json',
      pointer: '/0/driver',
      wanted: 'a driver',
      got: '"x"',
      severity: 'error',
    } as const;
    bed.services.reloadProblems = [problem];
    const refused = await bed.post('/api/v1/reload');
    expect(refused.statusCode).to.equal(422);
    expect(refused.json()).to.deep.include({ problems: [problem] });
    expect(refused.json()).to.have.nested.property('error.code', 'SITE_INVALID');
  });

  it('counts for Prometheus', async () => {
    await bed.post('/api/v1/jobs', { port: '1/1', action: 'pushOs', params: { version: 'candidate' } });
    await bed.services.tell('job-1', 'ended', { action: 'pushOs', verdict: 'succeeded' });
    const { body, headers } = await bed.get('/metrics');
    expect(headers['content-type']).to.match(/^text\/plain/);
    expect(body).to.include('portwright_jobs_ended_total{action="pushOs",verdict="succeeded"} 1');
    expect(body).to.include('portwright_jobs{state="queued"} 1');
    expect(body).to.include('portwright_ports{console="closed"} 1');
    expect(body).to.include('route="/api/v1/jobs",status="202"');
  });
});
