/** JobStore over the store's thread. */
import type { Event } from '../../core/event.js';
import type { JobRecord, StepRecord } from '../../core/job.js';
import type { JobChange, JobFilter, JobStore } from '../../core/ports/job-store.js';
import type { StoreClient } from '../worker/store-client.js';
import type { OwedEvent } from './job-table.js';

/** Errors of every method: STORE_FAILED, STORE_CLOSED; of `change` also JOB_UNKNOWN. */
export class SqliteJobStore implements JobStore {
  readonly #client: StoreClient;

  constructor(client: StoreClient) {
    this.#client = client;
  }

  create(job: JobRecord, events: readonly Event[]): Promise<{ readonly job: JobRecord; readonly created: boolean }> {
    return this.#client.call('jobs', 'create', job, events);
  }

  get(jobId: string): Promise<JobRecord | undefined> {
    return this.#client.call('jobs', 'get', jobId);
  }

  list(filter: JobFilter): Promise<readonly JobRecord[]> {
    return this.#client.call('jobs', 'list', filter);
  }

  unfinished(): Promise<readonly JobRecord[]> {
    return this.#client.call('jobs', 'unfinished');
  }

  change(change: JobChange): Promise<JobRecord> {
    return this.#client.call('jobs', 'change', change);
  }

  steps(jobId: string): Promise<readonly StepRecord[]> {
    return this.#client.call('jobs', 'steps', jobId);
  }

  owed(limit: number): Promise<readonly OwedEvent[]> {
    return this.#client.call('jobs', 'owed', limit);
  }

  settled(throughKey: number): Promise<void> {
    return this.#client.call('jobs', 'settled', throughKey);
  }
}
