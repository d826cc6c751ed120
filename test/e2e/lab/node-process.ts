/** A real node process, its API, and its end by signal. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, 'serve-until.ts');

export interface JobView {
  readonly id: string;
  readonly state: string;
  readonly step: string;
  readonly verdict?: string;
  readonly code?: string;
  readonly sentence: string;
  readonly attempts: readonly { readonly method: string; readonly outcome: string }[];
  readonly steps: readonly { readonly step: string; readonly phase: string }[];
}

export class NodeProcess {
  readonly #child: ChildProcess;
  readonly #dataDir: string;
  readonly #exited: Promise<unknown>;
  readonly #standing: Promise<void>;
  readonly #listening: Promise<string>;
  readonly log: string[] = [];

  constructor(siteFolder: string, dataDir: string, stopAt: readonly string[] = []) {
    this.#dataDir = dataDir;
    this.#child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, siteFolder, ...stopAt], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exited = once(this.#child, 'exit');
    let stand: () => void;
    this.#standing = new Promise((resolve) => (stand = resolve));
    this.#listening = new Promise((resolve, reject) => {
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          this.log.push(line);
          if (line === 'standing still') stand();
          if (line.startsWith('listening ')) resolve(line.slice('listening '.length));
        });
      }
      this.#child.once('exit', () => reject(new Error(`the node ended:\n${this.log.join('\n')}`)));
    });
    this.#listening.catch(() => undefined);
  }

  /** Where its API is. */
  address(): Promise<string> {
    return this.#listening;
  }

  token(): string {
    return readFileSync(join(this.#dataDir, 'token'), 'utf8').trim();
  }

  /** Resolves when the node stands still at its line of the journal. */
  standsStill(): Promise<void> {
    return this.#standing;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** SIGTERM; resolves when the process has ended. */
  async terminate(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  async request(method: string, path: string, body?: unknown): Promise<unknown> {
    const address = await this.#listening;
    const bytes = body instanceof Uint8Array;
    const answer = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: {
        ...this.#authorization(),
        ...(body === undefined ? {} : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: bytes ? Buffer.from(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async job(id: string): Promise<JobView> {
    return (await this.request('GET', `/jobs/${id}`)) as JobView;
  }

  /** Events of one job as they come (server-sent events), till the reader leaves or `signal` says so. */
  async *events(id: string, signal?: AbortSignal): AsyncGenerator<{ readonly type: string }> {
    const address = await this.#listening;
    const leave = new AbortController();
    signal?.addEventListener('abort', () => leave.abort());
    const stream = await fetch(`${address}/api/v1/events/stream?job=${id}`, {
      headers: { ...this.#authorization(), accept: 'text/event-stream' },
      signal: leave.signal,
    });
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const bytes of stream.body ?? []) {
        const frames = (text + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames) {
          const data = /^data: ?(.*)$/m.exec(frame)?.[1];
          if (data !== undefined) yield JSON.parse(data) as { type: string };
        }
      }
    } finally {
      leave.abort();
    }
  }

  /** The job once it fits; looked at again with each of its events. */
  async jobWhen(id: string, fits: (job: JobView) => boolean): Promise<JobView> {
    const leave = new AbortController();
    const events = this.events(id, leave.signal);
    try {
      for (;;) {
        const next = events.next();
        next.catch(() => undefined);
        const job = await this.job(id);
        if (fits(job)) return job;
        if ((await next).done === true) throw new Error('the event stream ended');
      }
    } finally {
      leave.abort();
    }
  }

  #authorization(): { authorization: string } {
    return { authorization: `Bearer ${readFileSync(join(this.#dataDir, 'token'), 'utf8').trim()}` };
  }

  ended(id: string): Promise<JobView> {
    return this.jobWhen(id, ({ state }) => state === 'ended' || state === 'waiting');
  }

  /** The story of a job: what `push os` prints. */
  async story(id: string): Promise<string[]> {
    const { entries } = (await this.request('GET', `/jobs/${id}/transcript`)) as {
      entries: { direction: string; text: string }[];
    };
    return entries.filter(({ direction }) => direction === 'note').map(({ text }) => text);
  }
}
