import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { postWebhook } from '../../../connectors/outlets/webhook.js';
import { codeOf } from '../../../core/errors/index.js';

interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('connectors/outlets/webhook', () => {
  let server: Server;
  let answer: (response: ServerResponse) => void;
  const seen: Seen[] = [];
  const sending = { key: 'job-1', signal: new AbortController().signal };

  beforeEach(async () => {
    seen.length = 0;
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        seen.push({ headers: request.headers, body });
        answer(response);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (): Promise<void> => {
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`;
    return postWebhook({ url, body: { port: 'n:1' }, headers: { 'X-Token': 't' } }, sending);
  };

  it('posts JSON with its key', async () => {
    answer = (response) => response.writeHead(202).end('thanks');
    await post();
    const [{ headers, body } = { headers: {}, body: '' }] = seen;
    expect(JSON.parse(body)).to.deep.equal({ port: 'n:1' });
    expect(headers).to.include({
      ...{ 'idempotency-key': 'job-1', 'content-type': 'application/json', 'x-token': 't' },
    });
  });

  const codes: readonly (readonly [number, string])[] = [
    ...([503, 429, 408] as const).map((status) => [status, 'OUTLET_UNREACHABLE'] as const),
    ...([400, 401, 404, 302] as const).map((status) => [status, 'OUTLET_REFUSED'] as const),
  ];
  for (const [status, code] of codes) {
    it(`calls status ${String(status)} ${code}`, async () => {
      answer = (response) => response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
      expect(codeOf(await post().catch((error: unknown) => error))).to.equal(code);
    });
  }

  it('says what broke off', async () => {
    answer = (response) => response.destroy();
    const error = await post().catch((thrown: unknown) => thrown);
    expect(codeOf(error)).to.equal('OUTLET_UNREACHABLE');
    expect(String(error)).not.to.contain('fetch failed');
  });
});
