/** The main loop's side of the store's thread: calls become messages, replies become settled promises. */
import type { Worker } from 'node:worker_threads';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Log } from '../../core/ports/log.js';
import { fromFailure, storeError } from './failure.js';
import { launchThread } from './launch.js';
import type { FromWorker, Reply, Request, ToWorker, WorkerSettings } from './messages.js';
import type { Tables } from './tables.js';

type TableName = keyof Tables;
type ArgsOf<F> = F extends (...args: infer A) => unknown ? A : never;
type ResultOf<F> = F extends (...args: never[]) => infer R ? R : never;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface StoreClientParts {
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly log: Log;
}

export class StoreClient {
  readonly #parts: StoreClientParts;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #outgoing: Request[] = [];
  #lastId = 0;
  #commits = 0;
  /** Why calls are refused; undefined while the thread serves. */
  #refusal: Error | undefined = fail('STORE_CLOSED');

  constructor(parts: StoreClientParts) {
    this.#parts = parts;
  }

  /** Commits made so far: shows how requests were grouped. */
  get commits(): number {
    return this.#commits;
  }

  /** Opens the databases. Errors: DATA_FOLDER_BUSY, STORE_NEWER, STORE_DAMAGED, STORE_FAILED. */
  async start(): Promise<void> {
    const worker = launchThread(new URL('./entry', import.meta.url), this.#parts.settings);
    await opened(worker, this.#parts.log);
    for (const event of ['error', 'exit', 'message']) worker.removeAllListeners(event);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'replies') this.#settle(message.replies, message.commits);
    });
    worker.on('error', (error) => {
      this.#end(storeError(error));
    });
    worker.on('exit', () => {
      this.#end(this.#refusal ?? fail('STORE_FAILED', { reason: 'its thread ended' }));
    });
    // An idle store keeps no process alive; waiting calls do.
    worker.unref();
    this.#worker = worker;
    this.#refusal = undefined;
  }

  /** Resolves after the commit (writes) or with the rows (reads). Errors: STORE_FAILED, STORE_CLOSED, and the method's own. */
  call<T extends TableName, M extends keyof Tables[T] & string>(
    table: T,
    method: M,
    ...args: ArgsOf<Tables[T][M]>
  ): Promise<ResultOf<Tables[T][M]>> {
    if (this.#refusal) return Promise.reject(this.#refusal);
    const id = ++this.#lastId;
    const request: Request = { id, atMs: this.#parts.clock.nowMs(), table, method, args };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve, reject });
      if (this.#waiting.size === 1) this.#worker?.ref();
      this.#outgoing.push(request);
      // One message for all calls of this turn of the loop: they can share a commit.
      if (this.#outgoing.length === 1)
        queueMicrotask(() => {
          this.#send();
        });
    });
  }

  /** Serves what was asked before, closes the databases, ends the thread. Later calls get STORE_CLOSED. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    this.#send();
    this.#worker = undefined;
    this.#refusal = fail('STORE_CLOSED');
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        resolve();
      });
    });
    worker.ref();
    worker.postMessage({ kind: 'close' } satisfies ToWorker);
    await ended;
    this.#end(fail('STORE_CLOSED'));
  }

  #send(): void {
    const requests = this.#outgoing;
    this.#outgoing = [];
    if (requests.length > 0) this.#worker?.postMessage({ kind: 'requests', requests } satisfies ToWorker);
  }

  #settle(replies: readonly Reply[], commits: number): void {
    this.#commits = commits;
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.kind === 'done') waiting?.resolve(reply.value);
      else waiting?.reject(fromFailure(reply.failure));
    }
    if (this.#waiting.size === 0) this.#worker?.unref();
  }

  #end(error: Error): void {
    this.#refusal ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

function opened(worker: Worker, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', (error) => {
      reject(storeError(error));
    });
    worker.once('exit', () => {
      reject(fail('STORE_FAILED', { reason: 'its thread ended' }));
    });
    worker.once('message', (message: FromWorker) => {
      if (message.kind === 'refused') reject(fromFailure(message.failure));
      if (message.kind !== 'opened') return;
      for (const warning of message.warnings) log.warn(warning);
      resolve();
    });
  });
}
