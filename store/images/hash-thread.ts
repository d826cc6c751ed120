/** The main loop's side of the hashing thread; the thread starts with the first request. */
import type { Worker } from 'node:worker_threads';
import { fail } from '../../core/errors/index.js';
import { launchThread } from '../worker/launch.js';
import type { ContentHashes } from './content-hash.js';
import type { HashReply, HashRequest } from './hash-entry.js';

type Hashes = Extract<HashReply, { readonly hashes: unknown }>['hashes'];

interface Waiting {
  resolve(hashes: Hashes): void;
  reject(error: Error): void;
}

export class HashThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** SHA-256 of a file, lower-case hex. Errors: STORE_FAILED, STORE_CLOSED. */
  async sha256Of(file: string): Promise<string> {
    return (await this.#ask(file, 'sha256')).sha256;
  }

  /** Every check of an image. Errors: STORE_FAILED, STORE_CLOSED. */
  async allOf(file: string, sha512: boolean): Promise<ContentHashes> {
    return (await this.#ask(file, sha512 ? 'all with sha512' : 'all')) as ContentHashes;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#rejectAll(fail('STORE_CLOSED'));
  }

  #ask(file: string, want: HashRequest['want']): Promise<Hashes> {
    this.#worker ??= this.#launch();
    const worker = this.#worker;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, file, want } satisfies HashRequest);
    });
  }

  #launch(): Worker {
    const worker = launchThread(new URL('./hash-entry', import.meta.url), undefined);
    worker.on('message', (reply: HashReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) worker.unref();
      if ('hashes' in reply) waiting?.resolve(reply.hashes);
      else waiting?.reject(fail('STORE_FAILED', { reason: reply.reason }));
    });
    worker.on('error', (error) => {
      this.#worker = undefined;
      this.#rejectAll(fail('STORE_FAILED', { reason: error.message }, error));
    });
    return worker;
  }

  #rejectAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
