/** The HTTP API of a node, as far as the tests need it, and its event stream. */

/** A job as the API shows it. */
export interface JobView {
  readonly id: string;
  readonly state: string;
  readonly step: string;
  readonly cause: { readonly kind: string; readonly name: string };
  readonly verdict?: string;
  readonly code?: string;
  readonly sentence: string;
  readonly attempts: readonly {
    readonly method: string;
    readonly outcome: string;
    readonly bytes: number;
    readonly reason?: string;
  }[];
  readonly steps: readonly { readonly step: string; readonly phase: string; readonly seq: number }[];
}

/** One entry of a transcript or console log. */
export interface EntryView {
  readonly at: string;
  readonly direction: 'in' | 'out' | 'note';
  readonly text: string;
}

/** One event as it comes over the stream. */
export interface EventView {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Talks to one running node. */
export class Api {
  readonly #address: string;
  readonly #token: string;

  constructor(address: string, token: string) {
    this.#address = address;
    this.#token = token;
  }

  /** Throws with status and body where the answer is no success. */
  async get<T>(path: string): Promise<T> {
    return (await (await this.#ask(path)).json()) as T;
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await (await this.#ask(path, init)).json()) as T;
  }

  job(id: string): Promise<JobView> {
    return this.get(`/jobs/${id}`);
  }

  async jobs(): Promise<readonly JobView[]> {
    return (await this.get<{ jobs: readonly JobView[] }>('/jobs')).jobs;
  }

  async transcript(id: string): Promise<readonly EntryView[]> {
    return (await this.get<{ entries: readonly EntryView[] }>(`/jobs/${id}/transcript`)).entries;
  }

  /** Everything that this port's console has said. */
  async console(port: string): Promise<string> {
    const { entries } = await this.get<{ entries: readonly EntryView[] }>(`/ports/${encodeURIComponent(port)}/console`);
    return entries
      .filter(({ direction }) => direction === 'in')
      .map(({ text }) => text)
      .join('');
  }

  /**
   * Events from the first one on, as they come; ends when the node goes away or `signal` says so.
   *
   * @param query - of `GET /events/stream`
   */
  async *events(query: Readonly<Record<string, string>>, signal?: AbortSignal): AsyncGenerator<EventView> {
    const search = new URLSearchParams({ after: '0', ...query });
    const response = await this.#ask(`/events/stream?${search.toString()}`, signal === undefined ? {} : { signal });
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames) {
          const data = /^data: (.*)$/m.exec(frame)?.[1];
          if (data !== undefined) yield JSON.parse(data) as EventView;
        }
      }
    } catch {
      // The node was killed, or the reader has seen enough.
    }
  }

  /**
   * Waits for the first event that `wanted` accepts.
   *
   * @throws Error when it does not come in time
   */
  async event(
    query: Readonly<Record<string, string>>,
    wanted: (event: EventView) => boolean,
    limitMs: number,
  ): Promise<EventView> {
    const given = new AbortController();
    const timer = setTimeout(() => {
      given.abort();
    }, limitMs);
    try {
      for await (const event of this.events(query, given.signal)) if (wanted(event)) return event;
      throw new Error(`no such event within ${String(limitMs)} ms: ${wanted.toString()}`);
    } finally {
      clearTimeout(timer);
      given.abort();
    }
  }

  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${this.#address}/api/v1${path}`, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.#token}` },
    });
    if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
    return response;
  }
}
