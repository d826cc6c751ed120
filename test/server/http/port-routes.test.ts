import { expect } from 'chai';
import { START_MS } from '../../support/fake-services.js';
import { ApiBed } from './api-bed.js';

describe('HTTP API: ports', () => {
  const bed = new ApiBed();
  beforeEach(() => bed.open());
  afterEach(() => bed.close());

  it('lists ports with facts, job and hold', async () => {
    const facts = { facts: { model: '1760', osVersion: '12.3(9)' }, readAtMs: START_MS };
    await bed.services.variables.set('facts', 'aus-1:1/1', facts);
    await bed.services.control.hold({ kind: 'port', portId: 'aus-1:1/1' }, 'maintenance', 60_000);
    await bed.services.control.submit({
      ...{ portId: 'aus-1:1/1', action: 'pushOs', params: { version: 'candidate' } },
      cause: { kind: 'api', name: 'api' },
    });
    const { ports } = (await bed.get('/api/v1/ports')).json<{ ports: object[] }>();
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
      const port = (await bed.get(`/api/v1/ports/${text}`)).json<Record<string, unknown>>();
      expect(port).to.include({ id: 'aus-1:1/1', credentials: 'lab' });
      expect(port['settings']).to.include({ rebootTimeout: '5m', rebootCap: '90m', osPushMethod: 'tftp' });
      expect(port['settingOrigins']).to.include({ rebootCap: 'ports.json /0/settings' });
    }
    const ambiguous = await bed.get('/api/v1/ports/1%2F2');
    expect(ambiguous.statusCode).to.equal(409);
    expect(ambiguous.json<{ error: object }>().error).to.deep.equal({
      code: 'PORT_AMBIGUOUS',
      message: '1/2 is one of aus-1:1/2, bos-1:1/2',
      next: 'Use the full id.',
    });
    expect((await bed.get('/api/v1/ports/9%2F9')).json()).to.have.nested.property('error.code', 'PORT_UNKNOWN');
  });

  it('streams an image into the store and lists it', async () => {
    const url = '/api/v1/ports/1%2F1/os/candidate?fileName=c1700.bin';
    const payload = Buffer.alloc(3_000_000, 7);
    const headers = { 'content-type': 'application/octet-stream' };
    const stored = await bed.call({ method: 'PUT', url, payload, headers });
    expect(stored.statusCode).to.equal(201);
    expect(stored.json()).to.include({ version: 'candidate', sizeBytes: 3_000_000, fileName: 'c1700.bin' });
    const directory = (await bed.get('/api/v1/ports/1%2F1/directory')).json<{ files: object[] }>();
    expect(directory.files).to.deep.equal([stored.json()]);
    const wrong = await bed.call({ method: 'PUT', url: `${url}&sha256=${'0'.repeat(64)}`, payload, headers });
    expect([wrong.statusCode, wrong.json<{ error: { code: string } }>().error.code]).to.deep.equal([
      422,
      'IMAGE_HASH_MISMATCH',
    ]);
  });

  it('refuses an upload of another type, version or hash form', async () => {
    const put = async (url: string, type: string) => {
      const answer = await bed.call({ method: 'PUT', url, headers: { 'content-type': type }, payload: '{}' });
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
    bed.services.transcripts.append(ref, { atMs: START_MS, direction: 'in', text: 'old\r\n' });
    bed.services.transcripts.append(ref, { atMs: START_MS + 60_000, direction: 'in', text: 'new\r\n' });
    const answer = await bed.get('/api/v1/ports/1%2F1/console?since=2026-01-01T00:00:30Z');
    expect(answer.json()).to.deep.equal({
      entries: [{ at: '2026-01-01T00:01:00.000Z', direction: 'in', text: 'new\r\n' }],
    });
    const wrong = await bed.get('/api/v1/ports/1%2F1/console?since=yesterday');
    expect(wrong.json<{ error: object }>().error).to.include({
      message: 'querystring/since: expected a time such as 2026-01-02T03:04:05Z, got "yesterday"',
    });
  });
});
