/** The node's HTTP API as the demonstration needs it: its names are those of the published contract. */

export interface DemoFacts {
  readonly [fact: string]: unknown;
}

export interface DemoJob {
  readonly id: string;
  readonly state: string;
  readonly verdict?: string;
  readonly sentence: string;
  readonly cause: { readonly kind: string; readonly name: string };
  readonly memory: { readonly before?: DemoFacts };
  readonly attempts: readonly {
    readonly number: number;
    readonly method: string;
    readonly variant?: string;
    readonly outcome: string;
    readonly bytes: number;
    readonly seconds: number;
  }[];
  readonly steps: readonly { readonly step: string; readonly phase: string; readonly at: string }[];
}

export interface DemoPort {
  readonly facts?: DemoFacts;
  readonly console?: { readonly open: boolean };
}

/** One server-sent event: the CloudEvents frame, of which type and data are read. */
export interface DemoEvent {
  readonly type: string;
  readonly data: { readonly job?: string; readonly action?: string; readonly cause?: string; readonly line?: string };
}

export class NodeClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  port(name: string): Promise<DemoPort> {
    return this.#get(`/ports/${encodeURIComponent(name)}`) as Promise<DemoPort>;
  }

  job(id: string): Promise<DemoJob> {
    return this.#get(`/jobs/${encodeURIComponent(id)}`) as Promise<DemoJob>;
  }

  /** Live events from now on; the answer has begun when this resolves, so nothing later is missed. */
  async events(type: string, signal: AbortSignal): Promise<AsyncIterable<DemoEvent>> {
    const response = await this.#fetch(`/events/stream?type=${encodeURIComponent(type)}`, signal);
    if (response.body === null) throw new Error('the event stream is empty');
    return readEvents(response.body);
  }

  async #get(path: string): Promise<unknown> {
    return (await this.#fetch(path)).json();
  }

  async #fetch(path: string, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${this.#token}` },
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
    return response;
  }
}

/** WHATWG HTML §9.2.6, as far as the node uses it: one `data:` line an event. Whoever stops reading ends the request. */
async function* readEvents(body: NonNullable<Response['body']>): AsyncIterable<DemoEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length)) as DemoEvent;
    }
  }
}

/** True once the node listens. */
export async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}
