import { Ajv } from 'ajv';
import { expect } from 'chai';
import type { InjectOptions } from 'fastify';
import { buildApi } from '../../../server/http/api.js';
import type { Api } from '../../../server/http/api.js';
import { fakeServices, SECRET, START_MS } from '../../support/fake-services.js';
import type { FakeServices } from '../../support/fake-services.js';
import { silentLog } from '../../support/silent-log.js';

const TOKEN = 'f'.repeat(64);
const HOST = 'localhost:7373';
const HEADERS = { host: HOST, authorization: `Bearer ${TOKEN}` };

interface RouteSeen {
  readonly method: string | readonly string[];
  readonly url: string;
}

describe('HTTP API', () => {
  let services: FakeServices;
  let api: Api;
  let routes: RouteSeen[];

  beforeEach(async () => {
    services = fakeServices();
    routes = [];
    const onRoute = (route: RouteSeen) => routes.push(route);
    api = await buildApi(services, { token: TOKEN, host: '127.0.0.1', log: silentLog, version: '0.1.0', onRoute });
  });
  afterEach(() => api.close());

  const call = (options: InjectOptions) => api.inject({ ...options, headers: { ...HEADERS, ...options.headers } });
  const get = (url: string) => call({ method: 'GET', url });
  const post = (url: string, payload?: object, headers = {}) =>
    call({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });

  describe('guard', () => {
    it('wants the token on every route but /healthz', async () => {
      expect(routes.length).to.be.greaterThan(20);
      for (const { method, url } of routes) {
        const filled = url.replace(/:\w+/g, 'x');
        for (const one of [method].flat()) {
          for (const authorization of [undefined, 'Bearer ', `Bearer ${TOKEN}0`, `Basic ${TOKEN}`]) {
            const headers = { host: HOST, ...(authorization === undefined ? {} : { authorization }) };
            const answer = await api.inject({ method: one as 'GET', url: filled, headers });
            const wanted = url === '/healthz' ? 200 : 401;
            expect(answer.statusCode, `${one} ${url} ${authorization ?? ''}`).to.equal(wanted);
          }
        }
      }
    });

    it('says nothing about paths that are not there before the token', async () => {
      const answer = await api.inject({ method: 'GET', url: '/api/v1/nothing', headers: { host: HOST } });
      expect(answer.statusCode).to.equal(401);
      expect(answer.headers['www-authenticate']).to.equal('Bearer');
      expect((await get('/api/v1/nothing')).json()).to.have.nested.property('error.code', 'HTTP_NOT_FOUND');
    });

    it('takes the names of the listener and refuses others', async () => {
      const rows = [
        ['127.0.0.1', '127.0.0.1:7373', undefined, 200],
        ['127.0.0.1', 'localhost:7373', undefined, 200],
        ['127.0.0.1', '[::1]:7373', undefined, 200],
        ['127.0.0.1', 'localhost:7373', 'http://localhost:7373', 200],
        ['127.0.0.1', 'localhost:7373', 'http://localhost:80', 403],
        ['127.0.0.1', 'localhost:7373', 'http://evil.example', 403],
        ['127.0.0.1', 'localhost:7373', 'null', 403],
        ['127.0.0.1', 'evil.example:7373', undefined, 403],
        ['127.0.0.1', 'evil.example:7373', 'http://evil.example:7373', 403],
        ['127.0.0.1', '192.0.2.10:7373', undefined, 403],
        ['192.0.2.10', '192.0.2.10:7373', undefined, 200],
        ['192.0.2.10', 'localhost:7373', undefined, 403],
        ['0.0.0.0', '192.0.2.10:7373', 'http://192.0.2.10:7373', 200],
        ['0.0.0.0', 'evil.example:7373', undefined, 403],
      ] as const;
      for (const [listen, host, origin, status] of rows) {
        const other = await buildApi(services, { token: TOKEN, host: listen, log: silentLog, version: '0.1.0' });
        const headers = { ...HEADERS, host, ...(origin === undefined ? {} : { origin }) };
        const answer = await other.inject({ method: 'GET', url: '/api/v1/ports', headers });
        expect(answer.statusCode, `${listen} ${host} ${origin ?? ''}`).to.equal(status);
        await other.close();
      }
    });

    it('takes JSON alone', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
        const answer = await call({
          method: 'POST',
          url: '/api/v1/hold',
          headers: { 'content-type': type },
          payload: '{}',
        });
        expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).to.deep.equal([
          415,
          'HTTP_MEDIA_TYPE',
        ]);
      }
    });

    it('slows a client that asks too much', async () => {
      const options = { token: TOKEN, host: '127.0.0.1', log: silentLog, version: '0.1.0', requestsPerMinute: 3 };
      const other = await buildApi(services, options);
      const statuses: number[] = [];
      for (let i = 0; i < 4; i += 1) {
        statuses.push((await other.inject({ method: 'GET', url: '/api/v1/ports', headers: HEADERS })).statusCode);
      }
      expect(statuses).to.deep.equal([200, 200, 200, 429]);
      await other.close();
    });
  });

  describe('ports', () => {
    it('lists ports with facts, job and hold', async () => {
      const facts = { facts: { model: '1760', osVersion: '12.3(9)' }, readAtMs: START_MS };
      await services.variables.set('facts', 'aus-1:1/1', facts);
      await services.control.hold({ kind: 'port', portId: 'aus-1:1/1' }, 'maintenance', 60_000);
      await services.control.submit({
        ...{ portId: 'aus-1:1/1', action: 'pushOs', params: { version: 'candidate' } },
        cause: { kind: 'api', name: 'api' },
      });
      const { ports } = (await get('/api/v1/ports')).json<{ ports: object[] }>();
      expect(ports).to.have.lengthOf(3);
      expect(ports[0]).to.deep.include({
        id: 'aus-1:1/1',
        facts: { model: '1760', osVersion: '12.3(9)' },
        factsReadAt: '2026-01-01T00:00:00.000Z',
        job: { id: 'job-1', action: 'pushOs', state: 'queued', step: 'checkImage' },
        hold: {
          kind: 'port',
          portId: 'aus-1:1/1',
          reason: 'maintenance',
          since: '2026-01-01T00:00:00.000Z',
          until: '2026-01-01T00:01:00.000Z',
        },
        console: { type: 'serial', target: '/dev/ttyUSB0', open: false },
      });
    });

    it('finds a port by id and by unambiguous name, in one encoded segment', async () => {
      for (const text of ['1%2F1', 'aus-1%3A1%2F1']) {
        const port = (await get(`/api/v1/ports/${text}`)).json<Record<string, unknown>>();
        expect(port).to.include({ id: 'aus-1:1/1', credentials: 'lab' });
        expect(port['settings']).to.include({ rebootTimeout: '5m', rebootCap: '90m', osPushMethod: 'tftp' });
        expect(port['settingOrigins']).to.include({ rebootCap: 'ports.json /0/settings' });
      }
      const ambiguous = await get('/api/v1/ports/1%2F2');
      expect(ambiguous.statusCode).to.equal(409);
      expect(ambiguous.json<{ error: object }>().error).to.deep.equal({
        code: 'PORT_AMBIGUOUS',
        message: '1/2 is one of aus-1:1/2, bos-1:1/2',
        next: 'Use the full id.',
      });
      expect((await get('/api/v1/ports/9%2F9')).json()).to.have.nested.property('error.code', 'PORT_UNKNOWN');
    });

    it('streams an image into the store and lists it', async () => {
      const url = '/api/v1/ports/1%2F1/os/candidate?fileName=c1700.bin';
      const payload = Buffer.alloc(3_000_000, 7);
      const headers = { 'content-type': 'application/octet-stream' };
      const stored = await call({ method: 'PUT', url, payload, headers });
      expect(stored.statusCode).to.equal(201);
      expect(stored.json()).to.include({ version: 'candidate', sizeBytes: 3_000_000, fileName: 'c1700.bin' });
      const directory = (await get('/api/v1/ports/1%2F1/directory')).json<{ files: object[] }>();
      expect(directory.files).to.deep.equal([stored.json()]);
      const wrong = await call({ method: 'PUT', url: `${url}&sha256=${'0'.repeat(64)}`, payload, headers });
      expect([wrong.statusCode, wrong.json<{ error: { code: string } }>().error.code]).to.deep.equal([
        422,
        'IMAGE_HASH_MISMATCH',
      ]);
    });

    it('refuses an upload of another type, version or hash form', async () => {
      const put = async (url: string, type: string) => {
        const answer = await call({ method: 'PUT', url, headers: { 'content-type': type }, payload: '{}' });
        return answer.json<{ error: { code: string } }>().error.code;
      };
      const bytes = 'application/octet-stream';
      expect(await put('/api/v1/ports/1%2F1/os/candidate?fileName=a', 'application/json')).to.equal('HTTP_MEDIA_TYPE');
      expect(await put('/api/v1/ports/1%2F1/os/no%20such?fileName=a', bytes)).to.equal('IMAGE_VERSION_INVALID');
      expect(await put('/api/v1/ports/1%2F1/os/candidate?fileName=a&sha256=12', bytes)).to.equal('HTTP_BAD_REQUEST');
      expect(await put('/api/v1/ports/1%2F1/os/candidate', bytes)).to.equal('HTTP_BAD_REQUEST');
    });

    it('shows the console log from a moment on', async () => {
      const ref = { kind: 'console', portId: 'aus-1:1/1' } as const;
      services.transcripts.append(ref, { atMs: START_MS, direction: 'in', text: 'old\r\n' });
      services.transcripts.append(ref, { atMs: START_MS + 60_000, direction: 'in', text: 'new\r\n' });
      const answer = await get('/api/v1/ports/1%2F1/console?since=2026-01-01T00:00:30Z');
      expect(answer.json()).to.deep.equal({
        entries: [{ at: '2026-01-01T00:01:00.000Z', direction: 'in', text: 'new\r\n' }],
      });
      const wrong = await get('/api/v1/ports/1%2F1/console?since=yesterday');
      expect(wrong.json<{ error: object }>().error).to.include({
        message: 'querystring/since: expected a time such as 2026-01-02T03:04:05Z, got "yesterday"',
      });
    });
  });

  describe('jobs', () => {
    const push = { port: '1/1', action: 'pushOs', params: { version: 'candidate' } };

    it('starts one job for one key', async () => {
      const first = await post('/api/v1/jobs', push, { 'idempotency-key': 'k1' });
      const again = await post('/api/v1/jobs', push, { 'idempotency-key': 'k1' });
      const other = await post('/api/v1/jobs', push, { 'idempotency-key': 'k2' });
      expect(first.statusCode).to.equal(202);
      const ids = [first, again, other].map((answer) => answer.json<{ id: string }>().id);
      expect(ids[0])
        .to.equal(ids[1])
        .and.match(/^[0-9a-f]{20}$/);
      expect(ids[2]).to.not.equal(ids[0]);
      const changed = await post(
        '/api/v1/jobs',
        { ...push, params: { version: 'current' } },
        { 'idempotency-key': 'k1' },
      );
      expect(changed.json()).to.have.nested.property('error.code', 'HTTP_KEY_REUSED');
      const { jobs } = (await get('/api/v1/jobs')).json<{ jobs: object[] }>();
      expect(jobs).to.have.lengthOf(2);
    });

    it('names what is wrong in a request', async () => {
      const rows = [
        [{ port: '1/1', action: 'pushOS' }, 404, 'there is no action pushOS'],
        [
          { port: '1/1', action: 'pushOs', params: { versoin: 'x' } },
          400,
          'pushOs /version: expected a value, got nothing',
        ],
        [{ port: '9/9', action: 'pushOs' }, 404, 'there is no port 9/9'],
        [{ action: 'pushOs' }, 400, 'body: expected the key "port", got no such key'],
        [{ ...push, extra: 1 }, 400, 'body/extra: expected one of the keys port, action, params, got "extra"'],
      ] as const;
      for (const [body, status, message] of rows) {
        const answer = await post('/api/v1/jobs', body);
        expect([answer.statusCode, answer.json<{ error: { message: string } }>().error.message]).to.deep.equal([
          status,
          message,
        ]);
      }
      const torn = await call({
        method: 'POST',
        url: '/api/v1/jobs',
        headers: { 'content-type': 'application/json' },
        payload: '{',
      });
      expect([torn.statusCode, torn.json<{ error: { code: string } }>().error.code]).to.deep.equal([
        400,
        'HTTP_BAD_REQUEST',
      ]);
    });

    it('shows a job with steps, attempts and the sentence', async () => {
      await post('/api/v1/jobs', push);
      expect((await get('/api/v1/jobs/job-1')).json()).to.include({
        sentence: 'The job has not begun; it has not touched the device. Nothing to do.',
      });
      services.control.journal.set('job-1', [{ seq: 1, step: 'stage', phase: 'done', atMs: START_MS, next: 'verify' }]);
      services.control.move('job-1', {
        state: 'ended',
        endedAtMs: START_MS + 1000,
        end: {
          verdict: 'rolledBack',
          code: 'PUSH_OLD_VERSION',
          sentence: 'It runs 12.3(9) again.',
          context: { got: '12.3(9)' },
        },
      });
      const job = (await get('/api/v1/jobs/job-1')).json<Record<string, unknown>>();
      expect(job).to.deep.include({
        state: 'ended',
        verdict: 'rolledBack',
        code: 'PUSH_OLD_VERSION',
        context: { got: '12.3(9)' },
        sentence: 'It runs 12.3(9) again.',
        endedAt: '2026-01-01T00:00:01.000Z',
        steps: [{ seq: 1, step: 'stage', phase: 'done', next: 'verify', at: '2026-01-01T00:00:00.000Z' }],
      });
      expect((await get('/api/v1/jobs/none')).statusCode).to.equal(404);
    });

    it('cancels, holds, resumes and tells', async () => {
      await post('/api/v1/jobs', push);
      const cancelled = await post('/api/v1/jobs/job-1/cancel');
      expect(cancelled.json()).to.deep.include({ boundary: 'checkImage' });
      await post('/api/v1/jobs/job-1/hold', { for: '4h', reason: 'wait' });
      expect(services.control.holds()).to.deep.equal([
        { target: { kind: 'job', jobId: 'job-1' }, reason: 'wait', sinceMs: START_MS, untilMs: START_MS + 14_400_000 },
      ]);
      await post('/api/v1/jobs/job-1/resume');
      expect(services.control.holds()).to.deep.equal([]);
      await services.tell('job-1', 'story', { line: 'Device Image Verified.' });
      expect((await get('/api/v1/jobs/job-1/transcript')).json()).to.deep.equal({
        entries: [{ at: '2026-01-01T00:00:00.000Z', direction: 'note', text: 'Device Image Verified.' }],
      });
    });

    it('holds and resumes the node or a port', async () => {
      await post('/api/v1/hold', { all: true });
      const both = await post('/api/v1/hold', { port: '1/1', for: '10m' });
      expect(both.json<{ holds: { kind: string }[] }>().holds.map(({ kind }) => kind)).to.deep.equal(['all', 'port']);
      await post('/api/v1/resume', { all: true });
      expect((await get('/api/v1/hold')).json<{ holds: object[] }>().holds).to.have.lengthOf(1);
      for (const body of [{}, { all: true, port: '1/1' }]) {
        expect((await post('/api/v1/hold', body)).json()).to.have.nested.property('error.code', 'HTTP_BAD_REQUEST');
      }
      expect((await post('/api/v1/hold', { job: 'none' })).json()).to.have.nested.property('error.code', 'JOB_UNKNOWN');
    });
  });

  describe('events, rules, schedules, alarms', () => {
    it('takes an event in and lists it', async () => {
      const body = { type: 'console.line', port: '1/1', data: { line: '%SYS-5-RESTART' }, id: 'e1' };
      const first = await post('/api/v1/events', body);
      expect(first.json()).to.deep.equal({
        seq: 1,
        event: {
          ...{ specversion: '1.0', id: 'e1', source: '/nodes/aus-1/ports/1/1', type: 'console.line' },
          ...{ time: '2026-01-01T00:00:00.000Z', datacontenttype: 'application/json', portid: 'aus-1:1/1' },
          ...{ authenticated: true, data: { line: '%SYS-5-RESTART' } },
        },
      });
      expect((await post('/api/v1/events', body)).json()).to.include({ seq: 1 });
      await post('/api/v1/events', { type: 'syslog.message', data: {}, authenticated: false });
      const { events } = (await get('/api/v1/events')).json<{ events: { seq: number }[] }>();
      expect(events.map(({ seq }) => seq)).to.deep.equal([2, 1]);
      const one = (await get('/api/v1/events?type=console.line&port=1%2F1&limit=5')).json<{ events: object[] }>();
      expect(one.events).to.have.lengthOf(1);
    });

    it("refuses events that are the node's own word", async () => {
      for (const type of ['job.ended', 'alarm.raised', 'node.stopped', 'schedule.due', 'nonsense']) {
        expect((await post('/api/v1/events', { type, data: {} })).statusCode, type).to.equal(400);
      }
    });

    it('explains rules and decisions', async () => {
      const { rules } = (await get('/api/v1/rules')).json<{ rules: Record<string, unknown>[] }>();
      expect(rules[0]).to.deep.include({ name: 'reload-loop', mode: 'act', hold: { times: 3, within: '30m' } });
      await services.events.appendDecision({
        ...{ id: 'd1', rule: 'reload-loop', eventId: 'e1', portId: 'aus-1:1/1', atMs: START_MS, match: {}, jobs: [] },
        outcome: { kind: 'hold', have: 1, want: 3 },
        conditions: [
          {
            ...{ at: 'all.0', fact: 'event', path: '$.data.line', operator: 'matches', wanted: '%SYS-5-RESTART' },
            ...{ got: '%SYS-5-RESTART: System restarted', result: true },
          },
        ],
      });
      const { decisions } = (await get('/api/v1/rules/reload-loop/decisions')).json<{
        decisions: Record<string, unknown>[];
      }>();
      expect(decisions[0]).to.deep.include({
        outcome: { kind: 'hold', have: 1, want: 3 },
        at: '2026-01-01T00:00:00.000Z',
      });
      expect(decisions[0]?.['explanation']).to.include('1 of 3 times');
      expect((await get('/api/v1/rules/none/decisions')).statusCode).to.equal(404);
    });

    it('lists schedules and alarms', async () => {
      expect((await get('/api/v1/schedules')).json<{ schedules: object[] }>().schedules[0]).to.deep.include({
        ...{ name: 'weekend', cron: '0 2 * * 6', timezone: 'America/Chicago', window: '4h' },
        next: '2026-01-01T01:00:00.000Z',
      });
      await services.variables.set('alarm', 'aus-1:1/1:console', {
        ...{ id: 'aus-1:1/1:console', portId: 'aus-1:1/1', kind: 'console', message: 'lost', count: 2 },
        ...{ raisedAtMs: START_MS, lastAtMs: START_MS + 1000 },
      });
      expect((await get('/api/v1/alarms')).json<{ alarms: object[] }>().alarms).to.deep.equal([
        {
          ...{ id: 'aus-1:1/1:console', portId: 'aus-1:1/1', kind: 'console', message: 'lost', count: 2 },
          ...{ raisedAt: '2026-01-01T00:00:00.000Z', lastAt: '2026-01-01T00:00:01.000Z' },
        },
      ]);
    });

    it('reloads, and names what is wrong', async () => {
      expect((await post('/api/v1/reload')).json()).to.deep.equal({ problems: [] });
      const problem = {
        file: 'ports.json',
        pointer: '/0/driver',
        wanted: 'a driver',
        got: '"x"',
        severity: 'error',
      } as const;
      services.reloadProblems = [problem];
      const refused = await post('/api/v1/reload');
      expect(refused.statusCode).to.equal(422);
      expect(refused.json()).to.deep.include({ problems: [problem] });
      expect(refused.json()).to.have.nested.property('error.code', 'SITE_INVALID');
    });

    it('counts for Prometheus', async () => {
      await post('/api/v1/jobs', { port: '1/1', action: 'pushOs', params: { version: 'candidate' } });
      await services.tell('job-1', 'ended', { action: 'pushOs', verdict: 'succeeded' });
      const { body, headers } = await get('/metrics');
      expect(headers['content-type']).to.match(/^text\/plain/);
      expect(body).to.include('portwright_jobs_ended_total{action="pushOs",verdict="succeeded"} 1');
      expect(body).to.include('portwright_jobs{state="queued"} 1');
      expect(body).to.include('portwright_ports{console="closed"} 1');
      expect(body).to.include('route="/api/v1/jobs",status="202"');
    });
  });

  describe('answers', () => {
    interface OpenApi {
      readonly openapi: string;
      readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>;
    }

    it('are described by OpenAPI, route by route', async () => {
      const document = (await get('/api/v1/openapi.json')).json<OpenApi>();
      expect(document.openapi).to.equal('3.1.0');
      for (const { method, url } of routes.filter((route) => !route.url.endsWith('openapi.json'))) {
        const path = url.replace(/:(\w+)/g, '{$1}');
        for (const one of [method].flat()) {
          const responses = document.paths[path]?.[one.toLowerCase()]?.responses;
          expect(responses, `${one} ${path}`).to.be.an('object');
          expect(Object.keys(responses ?? {}).some((status) => status.startsWith('2'))).to.equal(true);
        }
      }
    });

    it('have the form that OpenAPI says', async () => {
      await post('/api/v1/jobs', { port: '1/1', action: 'pushOs', params: { version: 'candidate' } });
      await services.control.hold({ kind: 'all' }, 'test');
      const { paths } = (await get('/api/v1/openapi.json')).json<OpenApi>();
      const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
      const urls = [
        'ports',
        'ports/{port}',
        'ports/{port}/directory',
        'ports/{port}/console',
        'jobs',
        'jobs/{id}',
        'hold',
      ];
      for (const url of [
        ...urls,
        'jobs/{id}/transcript',
        'events',
        'rules',
        'rules/{name}/decisions',
        'schedules',
        'alarms',
      ]) {
        const real = url.replace('{port}', '1%2F1').replace('{id}', 'job-1').replace('{name}', 'reload-loop');
        const response = paths[`/api/v1/${url}`]?.['get']?.responses['200'] as Record<string, never> | undefined;
        const schema = (response?.['content']?.['application/json'] as { schema?: object } | undefined)?.schema;
        const check = ajv.compile(strict(schema ?? false) as object);
        const answer = await get(`/api/v1/${real}`);
        expect(answer.statusCode, url).to.equal(200);
        expect(check(answer.json()), `${url}: ${JSON.stringify(check.errors)}`).to.equal(true);
      }
    });

    it('hold no secret, in any form, wherever one got in', async () => {
      const forms = [SECRET, Buffer.from(SECRET).toString('base64'), encodeURIComponent(SECRET)];
      const planted = forms.join(' ');
      await services.variables.set('facts', 'aus-1:1/1', { facts: { hostname: planted }, readAtMs: START_MS });
      await services.variables.set('alarm', 'a', {
        ...{ id: 'a', portId: 'aus-1:1/1', kind: 'k', message: planted, count: 1, raisedAtMs: 0, lastAtMs: 0 },
      });
      services.transcripts.append(
        { kind: 'console', portId: 'aus-1:1/1' },
        { atMs: START_MS, direction: 'out', text: planted },
      );
      services.transcripts.append(
        { kind: 'transcript', jobId: 'job-1' },
        { atMs: START_MS, direction: 'in', text: planted },
      );
      await post('/api/v1/jobs', { port: '1/1', action: 'pushOs', params: { version: 'candidate' } });
      services.control.move('job-1', {
        state: 'ended',
        memory: { note: planted },
        end: { verdict: 'failed', sentence: planted },
      });
      await services.control.hold({ kind: 'all' }, planted);
      const answers = [
        await post('/api/v1/events', {
          type: 'console.line',
          port: '1/1',
          data: { line: planted, deep: [{ x: planted }] },
        }),
        await post('/api/v1/jobs', { port: SECRET, action: SECRET }),
        await get(`/api/v1/ports/${encodeURIComponent(SECRET)}`),
        await get(`/api/v1/${encodeURIComponent(SECRET)}`),
      ];
      for (const { method, url } of routes.filter((route) => route.method === 'GET' && !route.url.endsWith('stream'))) {
        const filled = url.replace(':port', '1%2F1').replace(':id', 'job-1').replace(':name', 'reload-loop');
        answers.push(await call({ method: method as 'GET', url: filled }));
      }
      for (const answer of answers) {
        for (const form of forms) expect(answer.body).to.not.include(form);
      }
      expect(answers.filter(({ body }) => body.includes('•••')).length).to.be.greaterThan(8);
    });

    it('never show a stack', async () => {
      services.images.list = () => Promise.reject(new Error(`disk on fire ${SECRET}`));
      const answer = await get('/api/v1/ports/1%2F1/directory');
      expect(answer.statusCode).to.equal(500);
      expect(answer.json()).to.deep.equal({
        error: {
          code: 'UNEXPECTED',
          message: 'unexpected: see the log of the node',
          next: 'Report it with the log line.',
        },
      });
    });
  });
});

/** The schema with every object closed: an answer may hold nothing that is not described. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}
