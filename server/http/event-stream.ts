/**
 * One client of the event stream (server-sent events, WHATWG HTML §9.2): what it missed from the event store, then
 * everything as it happens. `id` is the event's seq, so that `Last-Event-ID` names the place to go on from; transient
 * events (story lines, progress) have none.
 */
import type { ServerResponse } from 'node:http';
import type { Event } from '../../core/event.js';
import type { Bus } from '../../core/ports/bus.js';
import type { Clock } from '../../core/ports/clock.js';
import type { EventStore } from '../../core/ports/event-store.js';
import { maskJson } from './mask-json.js';

export interface StreamFilter {
  /** A type, or a family such as `job.*`. */
  readonly type?: string;
  readonly portId?: string;
  /** Job events of this job alone. */
  readonly jobId?: string;
}

export interface StreamDeps {
  readonly events: EventStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly mask: (text: string) => string;
  readonly response: ServerResponse;
  readonly filter: StreamFilter;
}

/** What may wait for one slow client before it is dropped: it can come back with Last-Event-ID. Bytes. */
const BUFFER_LIMIT_BYTES = 1_048_576;
/** Live events that may wait while the past is replayed. */
const WAITING_LIMIT = 10_000;
const REPLAY_BATCH = 500;
/** Proxies and clients close a silent connection after 30 to 60 s. */
const HEARTBEAT_MS = 15_000;

export class EventStream {
  readonly #deps: StreamDeps;
  #waiting: { readonly seq: number; readonly event: Event }[] | undefined = [];
  #stopListening = (): void => undefined;
  #stopHeartbeat = (): void => undefined;
  #sentThrough = 0;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
  }

  /** Listens first, then replays after `afterSeq`, then lets live events through: nothing is missed and nothing doubled. */
  async start(afterSeq: number | undefined): Promise<void> {
    const { response, bus } = this.#deps;
    response.on('close', () => this.stop());
    this.#stopListening = bus.subscribe((seq, event) => this.#happened(seq, event));
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
      // The connection ends with the stream: a node that stops does not wait for it to fall idle.
      connection: 'close',
    });
    response.write(': open\n\n');
    this.#beat();
    if (afterSeq !== undefined) await this.#replay(afterSeq);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const { seq, event } of waiting) this.#live(seq, event);
  }

  /** Ends the answer; called once or often. */
  stop(): void {
    this.#stopListening();
    this.#stopHeartbeat();
    this.#deps.response.end();
  }

  async #replay(afterSeq: number): Promise<void> {
    const { events, response } = this.#deps;
    this.#sentThrough = afterSeq;
    for (;;) {
      const batch = await events.readAfter(this.#sentThrough, REPLAY_BATCH);
      for (const { seq, event } of batch) {
        this.#sentThrough = seq;
        if (this.#fits(event) && !this.#write(seq, event)) await drained(response);
        if (response.closed) return;
      }
      if (batch.length < REPLAY_BATCH) return;
    }
  }

  #happened(seq: number, event: Event): void {
    if (!this.#fits(event)) return;
    if (this.#waiting === undefined) this.#live(seq, event);
    else if (this.#waiting.length < WAITING_LIMIT) this.#waiting.push({ seq, event });
    else this.#drop();
  }

  #live(seq: number, event: Event): void {
    if (seq > 0 && seq <= this.#sentThrough) return;
    this.#write(seq, event);
    if (this.#deps.response.writableLength > BUFFER_LIMIT_BYTES) this.#drop();
  }

  #write(seq: number, event: Event): boolean {
    const id = seq > 0 ? `id: ${String(seq)}\n` : '';
    return this.#deps.response.write(`${id}data: ${JSON.stringify(maskJson(event, this.#deps.mask))}\n\n`);
  }

  #drop(): void {
    this.stop();
    this.#deps.response.destroy();
  }

  #fits(event: Event): boolean {
    const { type, portId, jobId } = this.#deps.filter;
    const wanted = type?.endsWith('.*') === true ? event.type.startsWith(type.slice(0, -1)) : event.type === type;
    if (type !== undefined && !wanted) return false;
    if (portId !== undefined && event.portid !== portId) return false;
    return jobId === undefined || (event.type.startsWith('job.') && event.data['job'] === jobId);
  }

  #beat(): void {
    this.#stopHeartbeat = this.#deps.clock.after(HEARTBEAT_MS, () => {
      this.#deps.response.write(': alive\n\n');
      this.#beat();
    });
  }
}

/** Resolves when the client has taken what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
    if (response.closed) done();
  });
}
