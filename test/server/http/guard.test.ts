import { expect } from 'chai';
import { buildApi } from '../../../server/http/api.js';
import { silentLog } from '../../support/silent-log.js';
import { ApiBed, HEADERS, HOST, TOKEN } from './api-bed.js';

describe('HTTP API: guard', () => {
  const bed = new ApiBed();
  beforeEach(() => bed.open());
  afterEach(() => bed.close());

  it('wants the token on every route but /healthz', async () => {
    expect(bed.routes.length).to.be.greaterThan(20);
    for (const { method, url } of bed.routes) {
      const filled = url.replace(/:\w+/g, 'x');
      for (const one of [method].flat()) {
        for (const authorization of [undefined, 'Bearer ', `Bearer ${TOKEN}0`, `Basic ${TOKEN}`]) {
          const headers = { host: HOST, ...(authorization === undefined ? {} : { authorization }) };
          const answer = await bed.api.inject({ method: one as 'GET', url: filled, headers });
          const wanted = url === '/healthz' ? 200 : 401;
          expect(answer.statusCode, `${one} ${url} ${authorization ?? ''}`).to.equal(wanted);
        }
      }
    }
  });

  it('says nothing about paths that are not there before the token', async () => {
    const answer = await bed.api.inject({ method: 'GET', url: '/api/v1/nothing', headers: { host: HOST } });
    expect(answer.statusCode).to.equal(401);
    expect(answer.headers['www-authenticate']).to.equal('Bearer');
    expect((await bed.get('/api/v1/nothing')).json()).to.have.nested.property('error.code', 'HTTP_NOT_FOUND');
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
      const other = await buildApi(bed.services, { token: TOKEN, host: listen, log: silentLog, version: '0.1.0' });
      const headers = { ...HEADERS, host, ...(origin === undefined ? {} : { origin }) };
      const answer = await other.inject({ method: 'GET', url: '/api/v1/ports', headers });
      expect(answer.statusCode, `${listen} ${host} ${origin ?? ''}`).to.equal(status);
      await other.close();
    }
  });

  it('takes JSON alone', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await bed.call({
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
    const other = await buildApi(bed.services, options);
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      statuses.push((await other.inject({ method: 'GET', url: '/api/v1/ports', headers: HEADERS })).statusCode);
    }
    expect(statuses).to.deep.equal([200, 200, 200, 429]);
    await other.close();
  });
});
