import { expect } from 'chai';
import { START_MS } from '../../support/fake-services.js';
import { ApiBed } from './api-bed.js';

describe('HTTP API: jobs', () => {
  const bed = new ApiBed();
  beforeEach(() => bed.open());
  afterEach(() => bed.close());

  const push = { port: '1/1', action: 'pushOs', params: { version: 'candidate' } };

  it('starts one job for one key', async () => {
    const first = await bed.post('/api/v1/jobs', push, { 'idempotency-key': 'k1' });
    const again = await bed.post('/api/v1/jobs', push, { 'idempotency-key': 'k1' });
    const other = await bed.post('/api/v1/jobs', push, { 'idempotency-key': 'k2' });
    expect(first.statusCode).to.equal(202);
    const ids = [first, again, other].map((answer) => answer.json<{ id: string }>().id);
    expect(ids[0]).to.equal(ids[1]).and.equal('keyed-k1');
    expect(ids[2]).to.not.equal(ids[0]);
    const changed = await bed.post(
      '/api/v1/jobs',
      { ...push, params: { version: 'current' } },
      { 'idempotency-key': 'k1' },
    );
    expect(changed.json()).to.have.nested.property('error.code', 'HTTP_KEY_REUSED');
    const { jobs } = (await bed.get('/api/v1/jobs')).json<{ jobs: object[] }>();
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
      const answer = await bed.post('/api/v1/jobs', body);
      expect([answer.statusCode, answer.json<{ error: { message: string } }>().error.message]).to.deep.equal([
        status,
        message,
      ]);
    }
    const torn = await bed.call({
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
    await bed.post('/api/v1/jobs', push);
    expect((await bed.get('/api/v1/jobs/job-1')).json()).to.include({
      sentence: 'The job has not begun; it has not touched the device. Nothing to do.',
    });
    bed.services.control.journal.set('job-1', [
      { seq: 1, step: 'stage', phase: 'done', atMs: START_MS, next: 'verify' },
    ]);
    bed.services.control.move('job-1', {
      state: 'ended',
      endedAtMs: START_MS + 1000,
      end: {
        verdict: 'rolledBack',
        code: 'PUSH_OLD_VERSION',
        sentence: 'It runs 12.3(9) again.',
        context: { got: '12.3(9)' },
      },
    });
    const job = (await bed.get('/api/v1/jobs/job-1')).json<Record<string, unknown>>();
    expect(job).to.deep.include({
      state: 'ended',
      verdict: 'rolledBack',
      code: 'PUSH_OLD_VERSION',
      context: { got: '12.3(9)' },
      sentence: 'It runs 12.3(9) again.',
      endedAt: '2026-01-01T00:00:01.000Z',
      steps: [{ seq: 1, step: 'stage', phase: 'done', next: 'verify', at: '2026-01-01T00:00:00.000Z' }],
    });
    expect((await bed.get('/api/v1/jobs/none')).statusCode).to.equal(404);
  });

  it('cancels, holds, resumes and tells', async () => {
    await bed.post('/api/v1/jobs', push);
    const cancelled = await bed.post('/api/v1/jobs/job-1/cancel');
    expect(cancelled.json()).to.deep.include({ boundary: 'checkImage' });
    await bed.post('/api/v1/jobs/job-1/hold', { for: '4h', reason: 'wait' });
    expect(bed.services.control.holds()).to.deep.equal([
      { target: { kind: 'job', jobId: 'job-1' }, reason: 'wait', sinceMs: START_MS, untilMs: START_MS + 14_400_000 },
    ]);
    await bed.post('/api/v1/jobs/job-1/resume');
    expect(bed.services.control.holds()).to.deep.equal([]);
    await bed.services.tell('job-1', 'story', { line: 'Device Image Verified.' });
    expect((await bed.get('/api/v1/jobs/job-1/transcript')).json()).to.deep.equal({
      entries: [{ at: '2026-01-01T00:00:00.000Z', direction: 'note', text: 'Device Image Verified.' }],
    });
  });

  it('holds and resumes the node or a port', async () => {
    await bed.post('/api/v1/hold', { all: true });
    const both = await bed.post('/api/v1/hold', { port: '1/1', for: '10m' });
    expect(both.json<{ holds: { kind: string }[] }>().holds.map(({ kind }) => kind)).to.deep.equal(['all', 'port']);
    await bed.post('/api/v1/resume', { all: true });
    expect((await bed.get('/api/v1/hold')).json<{ holds: object[] }>().holds).to.have.lengthOf(1);
    for (const body of [{}, { all: true, port: '1/1' }]) {
      expect((await bed.post('/api/v1/hold', body)).json()).to.have.nested.property('error.code', 'HTTP_BAD_REQUEST');
    }
    expect((await bed.post('/api/v1/hold', { job: 'none' })).json()).to.have.nested.property(
      'error.code',
      'JOB_UNKNOWN',
    );
  });
});
