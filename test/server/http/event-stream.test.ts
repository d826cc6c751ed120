import { connect } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { buildApi } from '../../../server/http/api.js';
import type { Api } from '../../../server/http/api.js';
import { listenApi } from '../../../server/http/listen.js';
import { fakeServices, SECRET } from '../../support/fake-services.js';
import type { FakeServices } from '../../support/fake-services.js';
import { silentLog } from '../../support/silent-log.js';

const TOKEN = 'a'.repeat(64);

/** Reads frames of one stream as they come. */
class Reader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    const { body } = response;
    if (body === null) throw new Error('no body');
    this.#reader = body.getReader();
  }

  /** The next frame, without comments. */
  async frame(): Promise<{ id?: string; data: Record<string, unknown> }> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const frame = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        if (frame.startsWith(':')) continue;
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
        const id = field('id');
        const data = JSON.parse(field('data') ?? '') as Record<string, unknown>;
        return { data, ...(id === undefined ? {} : { id }) };
      }
      const { value, done } = await this.#reader.read();
      if (done) throw new Error('the stream ended');
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  async ended(): Promise<boolean> {
    for (;;) if ((await this.#reader.read()).done) return true;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

describe('event stream', () => {
  let services: FakeServices;
  let api: Api;
  let base: string;
  let port: number;

  beforeEach(async () => {
    services = fakeServices();
    api = await buildApi(services, { token: TOKEN, host: '127.0.0.1', log: silentLog, version: '0.1.0' });
    ({ port } = await listenApi(api, { host: '127.0.0.1', port: 0 }));
    base = `http://127.0.0.1:${String(port)}/api/v1`;
  });
  afterEach(() => api.close());

  const open = async (query = '', headers: Record<string, string> = {}): Promise<Reader> => {
    const response = await fetch(`${base}/events/stream${query}`, {
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    });
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('text/event-stream');
    return new Reader(response);
  };
  const ids = async (reader: Reader, count: number): Promise<(string | undefined)[]> => {
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < count; i += 1) seen.push((await reader.frame()).id);
    return seen;
  };

  it('sends what happens from now on, masked', async () => {
    await services.tell('job-1', 'queued');
    const reader = await open();
    await services.tell('job-1', 'story', { line: `typed ${SECRET}` });
    await services.tell('job-1', 'ended', { verdict: 'succeeded' });
    const story = await reader.frame();
    expect(story).to.not.have.property('id');
    expect(story.data).to.deep.include({ type: 'job.story', data: { job: 'job-1', line: 'typed •••' } });
    expect(await reader.frame()).to.deep.include({ id: '2' });
  });

  it('replays after Last-Event-ID, then goes on live, nothing doubled', async () => {
    for (let i = 0; i < 1200; i += 1) await services.tell('job-1', 'step', { i });
    const original = services.events.readAfter.bind(services.events);
    // An event that comes while the past is read is in the store and on the bus.
    services.events.readAfter = async (seq, limit) => {
      if (seq === 500) await services.tell('job-1', 'step', { i: 'during' });
      return original(seq, limit);
    };
    const reader = await open('', { 'last-event-id': '0' });
    const seen = await ids(reader, 1201);
    expect(seen).to.deep.equal(Array.from({ length: 1201 }, (_, i) => String(i + 1)));
    await services.tell('job-1', 'step');
    expect(await ids(reader, 1)).to.deep.equal(['1202']);
  });

  it('filters by type, family, port and job', async () => {
    const rows = [
      ['?type=job.ended&after=0', ['3']],
      ['?type=job.*&after=0', ['2', '3', '4']],
      ['?port=1%2F1&after=1', ['2', '3', '4']],
      ['?job=job-2&after=0', ['4']],
    ] as const;
    const answer = await fetch(`${base}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'console.line', data: { job: 'job-2' } }),
    });
    expect(await answer.json()).to.include({ seq: 1 });
    await services.tell('job-1', 'queued');
    await services.tell('job-1', 'ended');
    await services.tell('job-2', 'queued');
    for (const [query, wanted] of rows) {
      const reader = await open(query);
      expect(await ids(reader, wanted.length), query).to.deep.equal(wanted);
      await reader.cancel();
    }
  });

  it('drops a client that does not read, and no other', async () => {
    const reader = await open();
    const slow = connect(port, '127.0.0.1');
    slow.write(`GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
    await once(slow, 'readable');
    slow.pause();
    expect(services.bus.listeners.size).to.equal(3);
    const line = 'x'.repeat(60_000);
    let told = 0;
    while (services.bus.listeners.size > 2 && told < 2000) {
      await services.tell('job-1', 'story', { line });
      await reader.frame();
      told += 1;
    }
    expect(services.bus.listeners.size).to.equal(2);
    await services.tell('job-1', 'ended');
    expect(await reader.frame()).to.have.property('id', '1');
    slow.destroy();
  });

  it('beats while nothing happens, and lets go of a client that left', async () => {
    const reader = await open();
    await services.clock.advance(15_000);
    await services.clock.advance(15_000);
    expect(services.clock.pending).to.equal(1);
    await reader.cancel();
    while (services.bus.listeners.size > 1) await new Promise((resolve) => setImmediate(resolve));
    expect(services.clock.pending).to.equal(0);
  });

  it('ends when the node stops', async () => {
    const reader = await open();
    const ended = reader.ended();
    await api.close();
    expect(await ended).to.equal(true);
  });
});
