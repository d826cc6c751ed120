/**
 * The store's thread serves requests in the order in which they came: writes are gathered into one commit, a read behind a
 * write sees it. The thread has nothing else to do, so it sleeps and waits for the disk without a timer or a promise.
 */
import { performance } from 'node:perf_hooks';
import type { Database } from 'better-sqlite3';
import { toFailure } from './failure.js';
import { GroupCommit } from './group-commit.js';
import type { Write } from './group-commit.js';
import type { Reply, Request } from './messages.js';

/**
 * While writes come side by side, commits are at least this far apart (ARCHITECTURE 9). A lone write goes at once: who waits
 * for each of his writes before the next would gain nothing from waiting for others.
 */
const GATHER_MS = 5;
/** Most records of one commit (ARCHITECTURE 9). */
const GROUP_LIMIT = 256;

/** Requests that go into one database and so into one transaction. */
export interface Lane {
  /** The connection that writes of this moment go to. */
  connection(atMs: number): Database;
}

export interface Call {
  readonly lane: Lane;
  readonly isWrite: boolean;
  run(): unknown;
}

export interface RequestLoopParts {
  /** Messages that have arrived and were not delivered yet; empty when there are none. */
  arrived(): readonly Request[];
  find(request: Request): Call;
  reply(replies: readonly Reply[], commits: number): void;
  readonly commitDelayMs: number;
}

interface Queued {
  readonly request: Request;
  readonly call: Call;
}

export class RequestLoop {
  readonly #parts: RequestLoopParts;
  readonly #commit: GroupCommit;
  readonly #pause = new Int32Array(new SharedArrayBuffer(4));
  #queue: Queued[] = [];
  #lastCommitMs = -GATHER_MS;
  #lastGroup = 0;

  constructor(parts: RequestLoopParts) {
    this.#parts = parts;
    this.#commit = new GroupCommit(() => {
      this.#sleep(parts.commitDelayMs);
    });
  }

  /** Serves these requests and all that arrive meanwhile. */
  serve(requests: readonly Request[]): void {
    this.#take(requests);
    while (this.#queue.length > 0) {
      const head = this.#queue[0];
      if (head?.call.isWrite) this.#writeGroup(head);
      else this.#readOne();
      this.#take(this.#parts.arrived());
    }
  }

  #take(requests: readonly Request[]): void {
    for (const request of requests) {
      try {
        this.#queue.push({ request, call: this.#parts.find(request) });
      } catch (error) {
        this.#answer([{ kind: 'failed', id: request.id, failure: toFailure(error) }]);
      }
    }
  }

  #readOne(): void {
    const queued = this.#queue.shift();
    if (!queued) return;
    const { id } = queued.request;
    try {
      this.#answer([{ kind: 'done', id, value: queued.call.run() }]);
    } catch (error) {
      this.#answer([{ kind: 'failed', id, failure: toFailure(error) }]);
    }
  }

  #writeGroup(head: Queued): void {
    if (this.#queue.length < GROUP_LIMIT && this.#lastGroup > 1) {
      this.#sleep(GATHER_MS - (performance.now() - this.#lastCommitMs));
      this.#take(this.#parts.arrived());
    }
    const group = this.#splitOff(head.call.lane);
    this.#lastCommitMs = performance.now();
    this.#lastGroup = group.length;
    const writes = group.map(({ request, call }): Write => ({ id: request.id, run: () => call.run() }));
    try {
      this.#answer(this.#commit.run(head.call.lane.connection(head.request.atMs), writes));
    } catch (error) {
      const failure = toFailure(error);
      this.#answer(writes.map(({ id }) => ({ kind: 'failed', id, failure })));
    }
  }

  /**
   * Takes the writes of this lane that no read of the lane stands before. Requests of the other lane may be overtaken: they
   * share no data with these.
   */
  #splitOff(lane: Lane): readonly Queued[] {
    const group: Queued[] = [];
    const rest: Queued[] = [];
    let open = true;
    for (const queued of this.#queue) {
      const own = queued.call.lane === lane;
      if (own && !queued.call.isWrite) open = false;
      if (own && open && group.length < GROUP_LIMIT) group.push(queued);
      else rest.push(queued);
    }
    this.#queue = rest;
    return group;
  }

  #answer(replies: readonly Reply[]): void {
    this.#parts.reply(replies, this.#commit.commits);
  }

  #sleep(ms: number): void {
    if (ms > 0) Atomics.wait(this.#pause, 0, 0, ms);
  }
}
