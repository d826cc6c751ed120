/** Retention's view of the event segments. */
import type { OpenJob } from '../jobs/job-table.js';
import { REFERRED_MARGIN_MS } from '../retention.js';
import type { Piece, RetentionPart } from '../retention.js';
import type { StoreClient } from '../worker/store-client.js';

export class EventRetention implements RetentionPart {
  readonly #client: StoreClient;

  constructor(client: StoreClient) {
    this.#client = client;
  }

  pieces(nowMs: number): Promise<readonly Piece[]> {
    return this.#client.call('events', 'pieces', nowMs);
  }

  /** The events from around the moment when a job was made: what fired it, and the decision about it. */
  isNeeded(piece: Piece, openJobs: readonly OpenJob[]): Promise<boolean> {
    const isOf = (job: OpenJob): boolean =>
      piece.fromMs <= job.createdAtMs + REFERRED_MARGIN_MS && piece.toMs >= job.createdAtMs - REFERRED_MARGIN_MS;
    return Promise.resolve(openJobs.some(isOf));
  }

  drop(piece: Piece): Promise<void> {
    return this.#client.call('events', 'drop', piece.name);
  }
}
