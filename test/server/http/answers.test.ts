import { Ajv } from 'ajv';
import { expect } from 'chai';
import { SECRET, START_MS } from '../../support/fake-services.js';
import { ApiBed } from './api-bed.js';

describe('HTTP API: answers', () => {
  const bed = new ApiBed();
  beforeEach(() => bed.open());
  afterEach(() => bed.close());

  interface OpenApi {
    readonly openapi: string;
    readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>;
  }

  it('are described by OpenAPI, route by route', async () => {
    const document = (await bed.get('/api/v1/openapi.json')).json<OpenApi>();
    expect(document.openapi).to.equal('3.1.0');
    for (const { method, url } of bed.routes.filter((route) => !route.url.endsWith('openapi.json'))) {
      const path = url.replace(/:(\w+)/g, '{$1}');
      for (const one of [method].flat()) {
        const responses = document.paths[path]?.[one.toLowerCase()]?.responses;
        expect(responses, `${one} ${path}`).to.be.an('object');
        expect(Object.keys(responses ?? {}).some((status) => /^(?:2|101$)/.test(status))).to.equal(true);
      }
    }
  });

  it('have the form that OpenAPI says', async () => {
    await bed.post('/api/v1/jobs', { port: '1/1', action: 'pushOs', params: { version: 'candidate' } });
    await bed.services.control.hold({ kind: 'all' }, 'test');
    const { paths } = (await bed.get('/api/v1/openapi.json')).json<OpenApi>();
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
      const answer = await bed.get(`/api/v1/${real}`);
      expect(answer.statusCode, url).to.equal(200);
      expect(check(answer.json()), `${url}: ${JSON.stringify(check.errors)}`).to.equal(true);
    }
  });

  it('hold no secret, in any form, wherever one got in', async () => {
    const forms = [SECRET, Buffer.from(SECRET).toString('base64'), encodeURIComponent(SECRET)];
    const planted = forms.join(' ');
    await bed.services.variables.set('facts', 'aus-1:1/1', { facts: { hostname: planted }, readAtMs: START_MS });
    await bed.services.variables.set('alarm', 'a', {
      ...{ id: 'a', portId: 'aus-1:1/1', kind: 'k', message: planted, count: 1, raisedAtMs: 0, lastAtMs: 0 },
    });
    bed.services.transcripts.append(
      { kind: 'console', portId: 'aus-1:1/1' },
      { atMs: START_MS, direction: 'out', text: planted },
    );
    bed.services.transcripts.append(
      { kind: 'transcript', jobId: 'job-1' },
      { atMs: START_MS, direction: 'in', text: planted },
    );
    await bed.post('/api/v1/jobs', { port: '1/1', action: 'pushOs', params: { version: 'candidate' } });
    bed.services.control.move('job-1', {
      state: 'ended',
      memory: { note: planted },
      end: { verdict: 'failed', sentence: planted },
    });
    await bed.services.control.hold({ kind: 'all' }, planted);
    const answers = [
      await bed.post('/api/v1/events', {
        type: 'console.line',
        port: '1/1',
        data: { line: planted, deep: [{ x: planted }] },
      }),
      await bed.post('/api/v1/jobs', { port: SECRET, action: SECRET }),
      await bed.get(`/api/v1/ports/${encodeURIComponent(SECRET)}`),
      await bed.get(`/api/v1/${encodeURIComponent(SECRET)}`),
    ];
    for (const { method, url } of bed.routes.filter(
      (route) => route.method === 'GET' && !route.url.endsWith('stream'),
    )) {
      const filled = url.replace(':port', '1%2F1').replace(':id', 'job-1').replace(':name', 'reload-loop');
      answers.push(await bed.call({ method: method as 'GET', url: filled }));
    }
    for (const answer of answers) {
      for (const form of forms) expect(answer.body).to.not.include(form);
    }
    expect(answers.filter(({ body }) => body.includes('•••')).length).to.be.greaterThan(8);
  });

  it('never show a stack', async () => {
    bed.services.images.list = () => Promise.reject(new Error(`disk on fire ${SECRET}`));
    const answer = await bed.get('/api/v1/ports/1%2F1/directory');
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

/** The schema with every object closed: an answer may hold nothing that is not described. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}
