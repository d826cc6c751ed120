/** The node's HTTP API as the command line uses it. */
import { fail } from '../core/errors/index.js';
import type { JsonObject } from '../core/json.js';
import { readFrames } from './event-frames.js';
import type { StreamedEvent } from './event-frames.js';

/** What the node said no with, in its own words. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly next: string;

  constructor(status: number, { code, message, next }: { code: string; message: string; next: string }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.next = next;
  }
}

export interface Upload {
  readonly content: ReadableStream<Uint8Array>;
  readonly sizeBytes: number;
}

export interface EventFeed {
  readonly events: AsyncIterable<StreamedEvent>;
  close(): void;
}

export class NodeClient {
  readonly url: string;
  readonly #token: string | undefined;

  constructor(options: { readonly url: string; readonly token: string | undefined }) {
    this.url = options.url.replace(/\/+$/, '');
    this.#token = options.token;
  }

  /** Errors: ApiError, NODE_UNREACHABLE, NODE_ANSWER. */
  get<T>(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<T> {
    return this.#json<T>(path + queryText(query), { method: 'GET' });
  }

  /** A text as it is. Errors: as `get`. */
  async text(path: string): Promise<string> {
    const response = await this.#fetch(path, { method: 'GET' });
    if (!response.ok) throw await this.#refusal(response);
    return response.text();
  }

  post<T>(path: string, body?: JsonObject, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.#json<T>(path, { method: 'POST', headers: { ...type, ...headers }, ...json });
  }

  /** Streams a file; it is never whole in memory. */
  upload<T>(path: string, query: Readonly<Record<string, string | undefined>>, upload: Upload): Promise<T> {
    return this.#json<T>(path + queryText(query), {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(upload.sizeBytes) },
      body: upload.content,
      duplex: 'half',
    });
  }

  delete<T>(path: string): Promise<T> {
    return this.#json<T>(path, { method: 'DELETE' });
  }

  /** Bytes, as they come. Errors: as `get`; what breaks off the body is thrown by it. */
  async download(path: string): Promise<{ readonly headers: Headers; readonly body: AsyncIterable<Uint8Array> }> {
    const response = await this.#fetch(path, { method: 'GET' });
    if (!response.ok) throw await this.#refusal(response);
    return { headers: response.headers, body: response.body ?? ReadableStream.from([]) };
  }

  /** Resolves when the node listens for us: everything after that comes. */
  async events(query: Readonly<Record<string, string | undefined>>): Promise<EventFeed> {
    const stop = new AbortController();
    const response = await this.#fetch(`/events/stream${queryText(query)}`, { method: 'GET', signal: stop.signal });
    if (!response.ok || response.body === null) throw await this.#refusal(response);
    return { events: readFrames(response.body), close: () => stop.abort() };
  }

  /** Where and with what a WebSocket opens. */
  upgrade(
    path: string,
    query: Readonly<Record<string, string | undefined>>,
  ): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
    return {
      url: `${this.url.replace(/^http/, 'ws')}/api/v1${path}${queryText(query)}`,
      headers: this.#authorization(),
    };
  }

  async #json<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.#fetch(path, init);
    if (!response.ok) throw await this.#refusal(response);
    const text = await response.text();
    try {
      return JSON.parse(text) as T;
    } catch {
      throw fail('NODE_ANSWER', { url: this.url, status: response.status, got: 'something that is no JSON' });
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...this.#authorization(), ...(init.headers as object) };
    try {
      return await fetch(`${this.url}/api/v1${path}`, { ...init, headers });
    } catch (error) {
      throw fail('NODE_UNREACHABLE', { url: this.url, reason: reasonOf(error) }, error);
    }
  }

  #authorization(): Readonly<Record<string, string>> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  async #refusal(response: Response): Promise<Error> {
    return this.refusalOf(response.status, await response.text());
  }

  /** The error that an answer tells. */
  refusalOf(status: number, text: string): Error {
    try {
      const { error } = JSON.parse(text) as { error: { code: string; message: string; next: string } };
      if (typeof error.code === 'string') return new ApiError(status, error);
    } catch {
      // Not our JSON: told below by what it was.
    }
    return fail('NODE_ANSWER', {
      url: this.url,
      status,
      got: 'something that is no Portwright answer',
    });
  }
}

/** fetch says "fetch failed" and hides the reason behind it. */
function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : String(error);
}

function queryText(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
